import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { importedPackages, packageClosure } from '../../scripts/release/package-closure.ts';
import { temporaryFolder } from '../support/temporary-folder.js';
import { ROOT } from './dockerfile.js';

describe('the packed node agent', () => {
  it('starts in a folder of its own, with nothing that is for one platform alone', async () => {
    // Four thousand small files, which a busy disk would take its time for.
    const parent = await temporaryFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined);
    const folder = path.join(parent, 'boilarr-node');
    await execa('node', [path.join(ROOT, 'scripts/release/package-node.mjs'), folder]);

    const { stdout } = await execa(path.join(folder, 'boilarr-node'), ['--help'], {
      cwd: parent,
      env: { PATH: process.env['PATH'] ?? '' },
      extendEnv: false,
    });
    expect(stdout).toContain('--server');

    const files = await readdir(folder, { recursive: true });
    expect(files.filter((file) => /\.(node|map|spec\.js)$|^dist[\\/](server|client)\b/.test(file))).toEqual(
      [],
    );
    const command = await readFile(path.join(folder, 'boilarr-node.cmd'), 'utf8');
    const [, program = ''] = /"%~dp0(\S+)" %\*/.exec(command) ?? [];
    expect(existsSync(path.join(folder, program.replaceAll('\\', '/')))).toBe(true);
    expect(command.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('is not put where something lies already', async () => {
    const folder = await temporaryFolder();
    const { stderr, exitCode } = await execa(
      'node',
      [path.join(ROOT, 'scripts/release/package-node.mjs'), folder],
      { reject: false },
    );
    expect({ stderr, exitCode }).toEqual({ stderr: `package-node: ${folder} exists already`, exitCode: 1 });
  });
});

describe('packageClosure', () => {
  const LOCKED = {
    '': {},
    'node_modules/a': { dependencies: { b: '1' }, optionalDependencies: { native: '1' } },
    'node_modules/b': {
      peerDependencies: { c: '1', d: '1' },
      peerDependenciesMeta: { d: { optional: true } },
    },
    'node_modules/a/node_modules/b': { dependencies: { '@x/y': '1' } },
    'node_modules/@x/y': { dependencies: { a: '1' } },
    'node_modules/c': {},
    'node_modules/d': {},
    'node_modules/native': { os: ['linux'] },
    'node_modules/lost': { dependencies: { gone: '1' } },
  };
  it.each<[string, string[], string[]]>([
    ['nothing', [], []],
    ['a nearer version before the common one, and rings', ['a'], ['@x/y', 'a', 'a/node_modules/b']],
    ['peers, unless they are optional', ['b'], ['b', 'c']],
  ])('finds %s', (_name, names, folders) => {
    expect(packageClosure(LOCKED, names)).toEqual(folders.map((folder) => `node_modules/${folder}`));
  });
  it.each([
    ['native', /node_modules\/native is not for every platform/],
    ['lost', /has no gone, which node_modules\/lost needs/],
    ['strange', /has no strange, which the program needs/],
  ])('refuses %s', (name, message) => {
    expect(() => packageClosure(LOCKED, [name])).toThrow(message);
  });
});

describe('importedPackages', () => {
  it.each<[string, string[]]>([
    ["import { a } from 'zod';\nimport path from 'node:path';", ['zod']],
    ['import "reflect-metadata";import{b}from"@nestjs/common";', ['reflect-metadata', '@nestjs/common']],
    ["const x = await import('yaml/util'); export * from './y.js';", ['yaml']],
    ["export { c } from '@x/y/z';\nimport '#engine/a.js';", ['@x/y']],
    ["Buffer.from('abc'); const text = 'taken from it';", []],
  ])('%s', (code, names) => {
    expect(importedPackages(code)).toEqual(names);
  });
});
