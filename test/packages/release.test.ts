import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { read, ROOT } from './dockerfile.js';
import { node, server } from './product.js';

describe('.github/workflows', async () => {
  const step = z.object({
    uses: z.string().optional(),
    run: z.string().optional(),
    with: z.record(z.string(), z.unknown()).default({}),
  });
  const workflow = z.object({
    permissions: z.record(z.string(), z.enum(['read', 'write', 'none'])),
    jobs: z.record(
      z.string(),
      z.object({
        permissions: z.record(z.string(), z.string()).default({}),
        strategy: z
          .object({
            matrix: z.object({ include: z.array(z.object({ image: z.string(), dockerfile: z.string() })) }),
          })
          .optional(),
        steps: z.array(step),
      }),
    ),
  });
  const files = await Promise.all(
    ['release', 'ci'].map(async (name) => workflow.parse(parse(await read(`.github/workflows/${name}.yml`)))),
  );
  const steps = files.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));

  it('pins its actions by their major version, and hands no credentials on', () => {
    for (const { uses, with: options } of steps) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/^(actions|docker)\/[a-z-]+@v\d+$/);
      if (uses.startsWith('actions/checkout@')) expect(options['persist-credentials']).toBe(false);
    }
  });

  it('publishes both images, for both processors, and may write no more than it needs to', () => {
    const { permissions, jobs } = files[0]!;
    expect(permissions).toEqual({});
    const images = jobs['images']!;
    expect(images.permissions).toEqual({ contents: 'read', packages: 'write' });
    expect(images.strategy?.matrix.include).toEqual([
      { image: server.name, dockerfile: 'docker/server.Dockerfile' },
      { image: node.name, dockerfile: 'docker/node.Dockerfile' },
    ]);
    const build = images.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
    expect(build?.with['platforms']).toBe('linux/amd64,linux/arm64');
  });

  it('runs scripts that there are', async () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await read('package.json')));
    const runs = steps.flatMap(({ run }) => run ?? []);
    for (const [, script = ''] of runs.flatMap((run) => [...run.matchAll(/npm run ([\w:-]+)/g)])) {
      expect(Object.keys(scripts)).toContain(script);
    }
    expect(runs).toContain('npm run package-node');
    expect(runs).toContain('.ci/run');
    expect(existsSync(path.join(ROOT, '.ci/run'))).toBe(true);
  });
});
