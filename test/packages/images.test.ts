import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REDIS_PORT } from '../../server/src/config/app-config.js';
import { read, ROOT } from './dockerfile.js';
import { node, server } from './product.js';
import { expectToFit } from './start.js';

describe.each([server, node])('the image $name', ({ dockerfile, variables }) => {
  const rest = (name: string) =>
    dockerfile.image.find((instruction) => instruction.name === name)?.rest ?? '';
  /** The file of the project that becomes one of the image. */
  const sourceOf = (file: string) => path.join('docker/rootfs', file);

  it('is built from files that its context has', async () => {
    const context = (await read('.dockerignore'))
      .split('\n')
      .flatMap((line) => /^!(.+)$/.exec(line)?.[1] ?? []);
    const copies = dockerfile.instructions.filter(
      (instruction) => instruction.name === 'COPY' && !instruction.rest.startsWith('--from'),
    );
    const sources = copies.flatMap(({ rest: words }) => words.split(/\s+/).slice(0, -1));
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) {
      expect(existsSync(path.join(ROOT, source)), `${source} exists`).toBe(true);
      expect(
        context.some((allowed) => source === allowed || source.startsWith(`${allowed}/`)),
        `${source} is let through by .dockerignore`,
      ).toBe(true);
    }
  });

  it('starts its program through the entry, under an init', () => {
    const [init = '', , , entry = ''] = z.array(z.string()).parse(JSON.parse(rest('ENTRYPOINT')));
    const [command = ''] = z.array(z.string()).parse(JSON.parse(rest('CMD')));
    expect(path.basename(init)).toBe('tini');
    expect(existsSync(path.join(ROOT, sourceOf(entry)))).toBe(true);
    const wrapper = sourceOf(`/usr/local/bin/${command}`);
    expect(dockerfile.image).toContainEqual({ name: 'COPY', rest: `${wrapper} /usr/local/bin/` });
  });

  it.each(['boilarr', 'boilarr-node'])('has a wrapper %s for a program that is built', async (wrapper) => {
    const [, built = ''] =
      /\/app\/dist\/(\S+)\.js/.exec(await read(sourceOf(`/usr/local/bin/${wrapper}`))) ?? [];
    expect(existsSync(path.join(ROOT, `${built}.ts`)), built).toBe(true);
  });

  it('sets variables that the program reads, and asks for its health at the port that it listens on', () => {
    const own = Object.keys(dockerfile.environment).filter((name) => name.startsWith('BOILARR_'));
    for (const name of own) expect(variables).toContain(name);
    const [, script = '', variable = ''] = /^CMD node (\S+) "\$([A-Z_]+)"$/.exec(
      rest('HEALTHCHECK').replace(/^(--\S+\s+)*/, ''),
    ) ?? ['', '', ''];
    expect(existsSync(path.join(ROOT, sourceOf(script)))).toBe(true);
    expect(dockerfile.ports).toContain(dockerfile.environment[variable]);
  });
});

it('listens in the image where the server does, and where nodes are told that its Redis is', () => {
  expect(server.dockerfile.ports).toEqual([
    server.dockerfile.environment['BOILARR_PORT'],
    String(REDIS_PORT),
  ]);
});

describe('docker/compose.yaml', async () => {
  const text = await read('docker/compose.yaml');
  const service = z.object({
    image: z.string(),
    profiles: z.array(z.string()).optional(),
    environment: z.record(z.string(), z.unknown()).default({}),
    ports: z.array(z.string()).default([]),
    volumes: z.array(z.string()).default([]),
    healthcheck: z.object({ test: z.tuple([z.literal('CMD-SHELL'), z.string()]) }),
  });
  const { services } = z
    .object({ services: z.record(z.string(), service) })
    .parse(parse(text, { merge: true }));

  it('starts the server alone unless asked for more', () => {
    const always = Object.keys(services).filter((name) => services[name]?.profiles === undefined);
    expect(always).toEqual(['boilarr']);
    expect(Object.keys(services).sort()).toEqual(['boilarr', 'node', 'redis']);
  });

  it.each(['boilarr', 'node'])('starts %s with what its image knows', (name) => {
    const { image, environment, ports, volumes, healthcheck } = services[name]!;
    const { dockerfile } = expectToFit({
      image,
      variables: Object.keys(environment),
      ports: ports.map((port) => port.split(':').at(-1)!),
      mounts: volumes.map((volume) => {
        const [, target = '', mode] = /:(\/[a-z]+)(?::(ro))?$/.exec(volume) ?? [];
        return { target, readOnly: mode === 'ro' };
      }),
    });
    // The same as the image's own, for engines that drop that one.
    const own = dockerfile.image.find((instruction) => instruction.name === 'HEALTHCHECK')!.rest;
    expect(own).toContain(`CMD ${healthcheck.test[1].replaceAll('$$', '$')}`);
  });
});
