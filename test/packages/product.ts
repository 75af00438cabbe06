import { globSync } from 'node:fs';
import path from 'node:path';
import { read, readDockerfile, ROOT, type Dockerfile } from './dockerfile.js';

/** What one image is, to those who start it. */
export interface Product {
  name: string;
  dockerfile: Dockerfile;
  /** variables that the program or the image's entry reads */
  variables: Set<string>;
}

const ENTRYPOINT = 'docker/rootfs/usr/local/lib/boilarr/entrypoint';

/** Read by others than Boilarr: the C library, and NVIDIA's container toolkit. */
const OF_OTHERS = ['TZ', 'NVIDIA_VISIBLE_DEVICES'];

const SERVER = ['server/src/config/environment.ts'];
const AGENT = globSync('node-agent/src/**/*.ts', { cwd: ROOT, exclude: ['**/*.spec.ts'] });

async function namesIn(files: readonly string[], pattern: RegExp): Promise<string[]> {
  const texts = await Promise.all(files.map(read));
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([name]) => name));
}

async function product(name: string, dockerfile: string, sources: readonly string[]): Promise<Product> {
  const own = await namesIn(sources, /\bBOILARR_[A-Z_]+\b/g);
  const entry = await namesIn([ENTRYPOINT], /\b(?:PUID|PGID|UMASK)\b/g);
  return {
    name,
    dockerfile: await readDockerfile(path.join('docker', dockerfile)),
    variables: new Set([...own, ...entry, ...OF_OTHERS]),
  };
}

export const server = await product('ghcr.io/boilarr/boilarr', 'server.Dockerfile', SERVER);
export const node = await product('ghcr.io/boilarr/boilarr-node', 'node.Dockerfile', AGENT);

/** The product of an image's name, with its tag. */
export function productOf(image: string): Product {
  const found = [server, node].find(({ name }) => image === `${name}:latest`);
  if (found === undefined) throw new Error(`${image} is none of the project's images`);
  return found;
}
