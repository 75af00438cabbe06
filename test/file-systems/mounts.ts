import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

/** This machine cannot mount it; the message says why. */
export class CannotMount extends Error {}

/** Bytes of an image; sparse, so that it takes what is written to it. */
const IMAGE_BYTES = 256 * 1024 * 1024;

/** File systems for one test file, in a folder of their own in memory. `close` takes every one of them away again. */
export class Mounts {
  private readonly undo: (() => Promise<unknown>)[] = [];
  private count = 0;

  private constructor(readonly root: string) {}

  static async open(): Promise<Mounts> {
    const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    const root = await mkdtemp(path.join(base, 'boilarr-mounts-'));
    // Also for those who are not root.
    await chmod(root, 0o755);
    return new Mounts(root);
  }

  /** @param size bytes that fit into it */
  async tmpfs(size = IMAGE_BYTES): Promise<string> {
    const at = await this.folder();
    await this.mount(at, ['mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at]);
    return at;
  }

  async ext4(): Promise<string> {
    return this.image(['mkfs.ext4', '-q', '-F']);
  }

  async btrfs(): Promise<string> {
    return this.image(['mkfs.btrfs', '-q']);
  }

  /** The driver for FUSE; it wants a device and an absolute path. */
  async exfat(): Promise<string> {
    const image = await this.newImage();
    await this.run(['mkfs.exfat', image]);
    const at = await this.folder();
    const { stdout: device } = await this.run(['losetup', '--find', '--show', image]);
    this.undo.push(() => execa('losetup', ['--detach', device]));
    await this.mount(at, ['mount.exfat-fuse', device, at]);
    return at;
  }

  async overlay(): Promise<string> {
    const base = await this.tmpfs();
    const [lower = '', upper = '', work = ''] = ['lower', 'upper', 'work'].map((name) =>
      path.join(base, name),
    );
    for (const folder of [lower, upper, work]) await mkdir(folder);
    const at = await this.folder();
    const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    await this.mount(at, ['mount', '-t', 'overlay', '-o', options, 'overlay', at]);
    return at;
  }

  /**
   * A pool of two disks, the first with more room.
   * @param policy where mergerfs makes new files: `mfs`: where there is most room; `epmfs`: the same among the disks
   *   that have the folder already
   */
  async pool(policy: 'mfs' | 'epmfs'): Promise<{ at: string; disks: [string, string] }> {
    const disks: [string, string] = [await this.tmpfs(2 * IMAGE_BYTES), await this.tmpfs()];
    const at = await this.folder();
    const options = `category.create=${policy},minfreespace=1M,allow_other,use_ino,cache.files=off`;
    await this.mount(at, ['mergerfs', '-o', options, disks.join(':'), at]);
    return { at, disks };
  }

  /** The same folder once more, where nothing can be written. */
  async readOnly(folder: string): Promise<string> {
    const at = await this.folder();
    await this.mount(at, ['mount', '--bind', folder, at]);
    await this.run(['mount', '-o', 'remount,ro,bind', at]);
    return at;
  }

  async close(): Promise<void> {
    for (const step of this.undo.reverse()) await step().catch(() => undefined);
    await rm(this.root, { recursive: true, force: true });
  }

  private async image(make: readonly string[]): Promise<string> {
    const image = await this.newImage();
    await this.run([...make, image]);
    const at = await this.folder();
    // The loop device goes with the mount.
    await this.mount(at, ['mount', '-o', 'loop', image, at]);
    return at;
  }

  private async newImage(): Promise<string> {
    this.count += 1;
    const image = path.join(this.root, `image-${this.count}`);
    await writeFile(image, '');
    await truncate(image, IMAGE_BYTES);
    return image;
  }

  private async folder(): Promise<string> {
    this.count += 1;
    const at = path.join(this.root, String(this.count));
    await mkdir(at);
    return at;
  }

  private async mount(at: string, command: readonly string[]): Promise<void> {
    await this.run(command);
    this.undo.push(() => execa('umount', [at]).catch(() => execa('umount', ['--lazy', at])));
  }

  private async run([program = '', ...args]: readonly string[]): Promise<{ stdout: string }> {
    if (process.getuid?.() !== 0) throw new CannotMount('only root may mount');
    try {
      return await execa(program, args);
    } catch (error) {
      const said =
        error instanceof Error && 'shortMessage' in error ? String(error.shortMessage) : String(error);
      const first =
        error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : '';
      throw new CannotMount(`${program}: ${first === '' ? said : (first ?? said)}`);
    }
  }
}

/** Works as a user without any rights of root's; the process is root again afterwards. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const nobody = 65_534;
  if (process.getuid?.() !== 0 || process.seteuid === undefined || process.setegid === undefined)
    throw new CannotMount('only root can become another user');
  process.setegid(nobody);
  process.seteuid(nobody);
  try {
    return await work();
  } finally {
    process.seteuid(0);
    process.setegid(0);
  }
}
