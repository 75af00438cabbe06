import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { RECORDED, realDoviTool, STAND_IN } from '../support/dolby-vision.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const real = await realDoviTool();

/** 46 frames by x265, written as the pipeline asks for them. */
async function plainStream(folder: string): Promise<string> {
  const file = path.join(folder, 'plain.hevc');
  const picture = `testsrc2=s=128x72:r=24000/1001,format=yuv420p10le`;
  const params = 'log-level=error:aud=1:repeat-headers=1:hrd=1:vbv-maxrate=5000:vbv-bufsize=5000:keyint=20';
  await execa('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', picture, '-frames:v', String(RECORDED.frames)],
    ...['-c:v', 'libx265', '-preset', 'fast', '-x265-params', params, file],
  ]);
  return file;
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

interface Said {
  exitCode: number | undefined;
  stdout: string;
  /** standard error without the real one's stack */
  error: string;
  /** SHA-256 of the output */
  made: string | null;
}

describe('the stand-in for dovi_tool', () => {
  it('says what it is, with a version that nobody takes for the real one', async () => {
    const { stdout } = await execa(STAND_IN, ['--version']);
    expect(stdout).toMatch(/^dovi_tool \S*stand-in/);
  });

  it('refuses metadata that nobody has recorded', async () => {
    const folder = await temporaryFolder();
    const bin = await readFile(RECORDED.rpus);
    const other = path.join(folder, 'other.bin');
    bin.writeUInt8(0x55, 20);
    await writeFile(other, bin);
    const { exitCode, stderr } = await execa(STAND_IN, ['info', '-s', other], { reject: false });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('stand-in');
  });

  it('does and says what the real one does and says', async (context) => {
    if (real === null) return context.skip('dovi_tool is not on the PATH');
    const folder = await temporaryFolder();
    const plain = await plainStream(folder);
    const file = (name: string) => path.join(folder, name);
    const bin = await readFile(RECORDED.converted);
    await writeFile(file('short.bin'), bin.subarray(0, bin.lastIndexOf(Buffer.from([0, 0, 0, 1]))));
    await writeFile(file('long.bin'), Buffer.concat([bin, await readFile(RECORDED.converted)]));
    await writeFile(file('cut.bin'), bin.subarray(0, -20));
    const output = file('output');
    const cases: { args: string[]; input?: string }[] = [
      { args: ['-m', '2', 'convert', '--discard', RECORDED.stream, '-o', output] },
      { args: ['convert', RECORDED.stream, '-o', output] },
      { args: ['extract-rpu', RECORDED.stream, '-o', output] },
      { args: ['-m', '2', 'extract-rpu', '-', '-o', output], input: RECORDED.stream },
      { args: ['extract-rpu', plain, '-o', output] },
      { args: ['extract-rpu', file('nothing.hevc'), '-o', output] },
      { args: ['extract-rpu', '-', '-o', output], input: '/dev/null' },
      { args: ['inject-rpu', '-i', plain, '--rpu-in', RECORDED.converted, '-o', output] },
      ...['short.bin', 'long.bin', 'cut.bin', 'nothing.bin'].map((name) => ({
        args: ['inject-rpu', '-i', plain, '--rpu-in', file(name), '-o', output],
      })),
      ...[RECORDED.rpus, RECORDED.converted, RECORDED.fel].map((name) => ({
        args: ['info', '-s', name],
      })),
    ];
    const say = async (program: string, { args, input }: (typeof cases)[number]): Promise<Said> => {
      const ended = await execa(program, args, {
        ...{ reject: false, ...(input === undefined ? { stdin: 'ignore' } : { inputFile: input }) },
        env: { RUST_BACKTRACE: '0' },
      });
      const made = await readFile(output).then(sha256, () => null);
      await execa('rm', ['-f', output]);
      const error = ended.stderr.split('\n\nStack backtrace')[0] ?? '';
      return { exitCode: ended.exitCode, stdout: ended.stdout.trim(), error, made };
    };
    for (const one of cases)
      expect(await say(STAND_IN, one), one.args.join(' ')).toEqual(await say(real, one));
  });
});
