import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { exists } from '../support/media.js';
import { until } from '../support/until.js';

/** What a node finds on its PATH beside the tools that are watched. */
const PLAIN = [
  ...['ffprobe', 'mkvpropedit', 'mkvextract', 'setpriv', 'nice', 'ionice'],
  ...['sh', 'cat', 'date', 'env', 'mv', 'sleep', 'true', 'node'],
];

export type Watched = 'ffmpeg' | 'mkvmerge' | 'x265' | 'dovi_tool';

export interface Call {
  tool: Watched;
  args: string[];
}

/** Before it does anything, or when it has done everything and has not ended yet. */
export type Moment = 'before' | 'after';

/** A folder that is all of a node's PATH. Some of its tools note how they are called, and can be held up. */
export class ToolBox {
  private constructor(private readonly root: string) {}

  /** @param watched where each of these tools really is; null: this node has none */
  static async open(root: string, watched: Readonly<Record<Watched, string | null>>): Promise<ToolBox> {
    const box = new ToolBox(root);
    for (const folder of ['bin', 'calls', 'control'])
      await mkdir(path.join(root, folder), { recursive: true });
    for (const name of PLAIN) {
      const { stdout, exitCode } = await execa('which', [name], { reject: false });
      if (exitCode === 0) await symlink(name === 'node' ? process.execPath : stdout, box.tool(name));
    }
    for (const [name, program] of Object.entries(watched)) {
      if (program === null) continue;
      await writeFile(box.tool(name), box.script(name, program));
      await chmod(box.tool(name), 0o755);
    }
    return box;
  }

  /** for the environment */
  get searchPath(): string {
    return path.join(this.root, 'bin');
  }

  /** A file that is there as soon as something is held up. */
  get heldSign(): string {
    return this.control('held');
  }

  /** @param pattern of the shell's, for all arguments with spaces between them */
  async hold(tool: Watched, moment: Moment, pattern: string): Promise<void> {
    await writeFile(this.control(`${moment}-${tool}`), pattern);
  }

  /** Waits until a tool is held up. */
  async untilHeld(seen: () => unknown): Promise<void> {
    await until('a tool to be held up', () => exists(this.heldSign), { timeoutMs: 60_000, seen });
  }

  /** Lets go what is held up, and what would be. */
  async release(): Promise<void> {
    for (const name of await readdir(path.join(this.root, 'control'))) await rm(this.control(name));
  }

  /** Everything that the watched tools were asked to do, the first first; what asks for a version does not count. */
  async calls(): Promise<Call[]> {
    const folder = path.join(this.root, 'calls');
    const names = (await readdir(folder)).filter((name) => !name.endsWith('.part')).toSorted();
    const all = await Promise.all(
      names.map(async (name) => ({
        tool: name.split('-')[2] as Watched,
        args: (await readFile(path.join(folder, name), 'utf8')).split('\0').slice(0, -1),
      })),
    );
    return all.filter(({ args }) => !args.includes('--version') && !args.includes('-version'));
  }

  private tool(name: string): string {
    return path.join(this.root, 'bin', name);
  }

  private control(name: string): string {
    return path.join(this.root, 'control', name);
  }

  private script(name: string, program: string): string {
    return `#!/bin/sh
call='${this.root}/calls/'$(date +%s%N)-$$-${name}
printf '%s\\0' "$@" >"$call.part" && mv "$call.part" "$call"
held() {
  control='${this.root}/control/'$1-${name}
  shift
  pattern=$(cat "$control" 2>/dev/null) || return 0
  case "$*" in
    $pattern) ;;
    *) return 0 ;;
  esac
  : >'${this.root}/control/held'
  while [ -e "$control" ]; do sleep 0.05; done
}
held before "$@"
[ -e '${this.root}/control/after-${name}' ] || exec '${program}' "$@"
'${program}' "$@"
code=$?
held after "$@"
exit $code
`;
  }
}
