import { chmod, chown, link, lstat, mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

const ENTRYPOINT = fileURLToPath(
  new URL('../../docker/rootfs/usr/local/lib/boilarr/entrypoint', import.meta.url),
);

interface Start {
  environment?: Record<string, string>;
  /** default: the one who runs the tests */
  as?: { uid: number; gid: number };
}

/** Runs a command through the images' entry, with nothing in its environment but what is given. */
async function enter(command: readonly string[], { environment = {}, as }: Start = {}) {
  return execa(ENTRYPOINT, command, {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    extendEnv: false,
    reject: false,
    ...as,
  });
}

/** A folder that others than root can get to. */
async function openFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  return folder;
}

async function ownersOf(...files: string[]) {
  return Promise.all(
    files.map(async (file) => {
      const { uid, gid } = await lstat(file);
      return `${uid}:${gid}`;
    }),
  );
}

const root = process.getuid?.() === 0;

describe.skipIf(!root)(
  'the entry of the images, as root (skipped for others: only root can become another)',
  () => {
    it('becomes PUID:PGID, and keeps to UMASK', async () => {
      const folder = await openFolder();
      const config = path.join(folder, 'config');
      const { stdout } = await enter(['sh', '-c', 'id -u; id -g; umask; touch "$0/made"', config], {
        environment: { PUID: '1234', PGID: '2345', UMASK: '027', BOILARR_CONFIG_DIR: config },
      });
      expect(stdout.split('\n')).toEqual(['1234', '2345', '0027']);
      expect(await ownersOf(config, path.join(config, 'work'), path.join(config, 'made'))).toEqual(
        Array(3).fill('1234:2345'),
      );
      expect((await stat(path.join(config, 'made'))).mode & 0o777).toBe(0o640);
    });

    it('keeps the groups that the container was given, and not the one of root', async () => {
      const { stdout } = await execa('setpriv', ['--groups', '0,777', ENTRYPOINT, 'id', '-G']);
      const groups = stdout.split(' ');
      // And those of the GPUs that the machine has.
      expect(groups).toEqual(expect.arrayContaining(['1000', '777']));
      expect(groups).not.toContain('0');
      const { stdout: alone } = await execa('setpriv', ['--groups', '0', ENTRYPOINT, 'id', '-G']);
      expect(alone.split(' ')).not.toContain('0');
    });

    it('is 1000:1000 with 022 unless told', async () => {
      const { stdout } = await enter(['sh', '-c', 'id -u; id -g; umask']);
      expect(stdout.split('\n')).toEqual(['1000', '1000', '0022']);
    });

    it('gives away what lies in the configuration already, and neither mounts, other names of files nor what links lead to', async () => {
      const folder = await openFolder();
      const [config, library, elsewhere] = ['config', 'library [4K]', 'elsewhere'].map((name) =>
        path.join(folder, name),
      ) as [string, string, string];
      const mounted = path.join(config, 'films [4K]');
      for (const place of [path.join(config, 'logs'), mounted, library, elsewhere]) {
        await mkdir(place, { recursive: true });
      }
      const film = path.join(library, 'film.mkv');
      const kept = path.join(elsewhere, 'kept.mkv');
      const old = path.join(config, 'logs/old.log');
      for (const file of [film, kept, old]) await writeFile(file, '');
      const secondName = path.join(config, 'second-name.mkv');
      await link(kept, secondName);
      await execa('ln', ['-s', elsewhere, path.join(config, 'link')]);
      const mount = await execa('mount', ['--bind', library, mounted], { reject: false });
      const isMounted = mount.exitCode === 0;
      if (isMounted)
        onTestFinished(async () => {
          await execa('umount', [mounted]);
        });

      const { exitCode } = await enter(['true'], {
        environment: { PUID: '1234', PGID: '1234', BOILARR_CONFIG_DIR: config },
      });

      expect(exitCode).toBe(0);
      expect(await ownersOf(config, old)).toEqual(['1234:1234', '1234:1234']);
      expect(await ownersOf(library, film, elsewhere, kept)).toEqual(Array(4).fill('0:0'));
      expect(await ownersOf(mounted)).toEqual([isMounted ? '0:0' : '1234:1234']);
    });

    it('has no way back to root', async () => {
      const { stdout } = await enter([
        'grep',
        '-E',
        '^(CapEff|CapPrm|CapInh|NoNewPrivs)',
        '/proc/self/status',
      ]);
      expect(stdout.replaceAll('\t', ' ').split('\n')).toEqual([
        'CapInh: 0000000000000000',
        'CapPrm: 0000000000000000',
        'CapEff: 0000000000000000',
        'NoNewPrivs: 1',
      ]);
    });

    it('stays who it was started as, and says that PUID does nothing then', async () => {
      const folder = await openFolder();
      await chown(folder, 1234, 1234);
      const { stdout, stderr } = await enter(['id', '-u'], {
        environment: { PUID: '99', BOILARR_WORK_DIR: path.join(folder, 'work') },
        as: { uid: 1234, gid: 1234 },
      });
      expect(stdout).toBe('1234');
      expect(stderr).toMatch(/PUID and PGID do nothing.*1234:1234/);
      expect(await ownersOf(path.join(folder, 'work'))).toEqual(['1234:1234']);
    });

    it('names a folder that cannot be written to, and starts nothing', async () => {
      const folder = await openFolder();
      const { stdout, stderr, exitCode } = await enter(['echo', 'started'], {
        environment: { BOILARR_CONFIG_DIR: folder },
        as: { uid: 1234, gid: 1234 },
      });
      expect(stderr).toMatch(new RegExp(`${folder} .*1234:1234`));
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    });
  },
);

describe('the entry of the images', () => {
  it.each([
    ['PUID', 'nobody'],
    ['PGID', '-1'],
    ['PUID', '99999999999'],
    ['UMASK', '0o22'],
    ['UMASK', '00022'],
  ])('refuses %s=%s by its name', async (name, value) => {
    // Somebody else than root has PUID and PGID ignored.
    if (!root && name !== 'UMASK') return;
    const { stdout, stderr, exitCode } = await enter(['echo', 'started'], { environment: { [name]: value } });
    expect(stderr).toContain(`${name} is "${value}"`);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  });

  it('passes arguments and exit codes on, and leaves no process between', async () => {
    const { stdout, exitCode } = await enter(['sh', '-c', 'printf "%s|" "$@"; exit 7', 'sh', 'a b', '', '*']);
    expect({ stdout, exitCode }).toEqual({ stdout: 'a b||*|', exitCode: 7 });
    const child = execa(ENTRYPOINT, ['sleep', '60'], { reject: false });
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect
      .poll(async () => (await execa('ps', ['-o', 'comm=', '-p', String(child.pid)])).stdout)
      .toBe('sleep');
    child.kill('SIGTERM');
    expect((await child).signal).toBe('SIGTERM');
  });

  it('ends with its init, also when that one is killed', async () => {
    const folder = await openFolder();
    const init = path.join(folder, 'tini');
    await writeFile(init, '#!/bin/sh\n"$@" &\nwait\n', { mode: 0o755 });
    const child = execa(
      init,
      [
        ENTRYPOINT,
        'sh',
        '-c',
        'trap "echo told; exit" TERM; echo up; for _ in 1 2 3 4 5 6 7 8; do sleep 1; done',
      ],
      {
        reject: false,
        forceKillAfterDelay: false,
      },
    );
    child.stdout.once('data', () => child.kill('SIGKILL'));
    // The pipe stays open until the one in the background has gone too.
    expect((await child).stdout).toBe('up\ntold');
  });
});
