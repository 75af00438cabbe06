import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @param file relative to the project */
export async function read(file: string): Promise<string> {
  return readFile(path.join(ROOT, file), 'utf8');
}

export interface Instruction {
  name: string;
  rest: string;
}

export interface Dockerfile {
  instructions: Instruction[];
  /** those of the last stage, which is the image */
  image: Instruction[];
  environment: Record<string, string>;
  ports: string[];
  volumes: string[];
}

/** What a Dockerfile says, as far as the project's own go: no here-documents, no escapes, `NAME=value` without spaces. */
export async function readDockerfile(file: string): Promise<Dockerfile> {
  const text = (await read(file)).replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n/g, ' ');
  const instructions = text.split('\n').flatMap((line) => {
    const match = /^([A-Z]+)\s+(.*)$/.exec(line);
    return match === null ? [] : [{ name: match[1]!, rest: match[2]!.trim() }];
  });
  const image = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
  const restOf = (name: string) =>
    image.filter((instruction) => instruction.name === name).flatMap(({ rest }) => rest.split(/\s+/));
  return {
    instructions,
    image,
    environment: Object.fromEntries(
      restOf('ENV').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    ports: restOf('EXPOSE'),
    volumes: restOf('VOLUME'),
  };
}
