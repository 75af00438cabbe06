import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NodeSettings } from '#contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ToolLedger } from '../tools/tool-ledger.js';
import { JobLogBuffer } from './job-log.js';
import { JobTools } from './job-tools.js';
import { NodeControl } from './node-control.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-job-tools-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function toolsOf(signal = new AbortController().signal) {
  const settings = { nice: 0, ioPriority: 'normal', pauseAboveCpu: 0 } as NodeSettings;
  const control = new NodeControl(settings, { mode: 'work', why: null });
  const log = new JobLogBuffer();
  const ledger = new ToolLedger(folder);
  return { tools: new JobTools(control, ledger, log, signal), control, log, ledger };
}

/** Without the times in front of them. */
const linesOf = (log: JobLogBuffer) =>
  log
    .take()
    .split('\n')
    .map((line) => line.replace(/^\S+ /, ''));

describe.runIf(process.platform === 'linux')('the tools of a job', () => {
  it('stand in its log as they are run, with what each says but its progress', async () => {
    const { tools, log } = toolsOf();
    const seen: string[] = [];
    const isProgress = (line: string) => line.startsWith('frame=');
    const said = 'echo frame=1 >&2; echo';
    await tools.run('env', ['sh', '-c', `cat >&2; ${said} reads >&2`], {
      ...{ isProgress, onStderrLine: (line: string) => seen.push(line) },
      input: {
        ...{ tool: 'sh', args: ['-c', `echo "it's in"; ${said} writes >&2`], isProgress },
        onStderrLine: (line) => seen.push(line),
      },
    });
    const lines = linesOf(log);
    expect(lines[0]).toBe(
      `$ sh -c 'echo "it'\\''s in"; echo frame=1 >&2; echo writes >&2' | env sh -c 'cat >&2; echo frame=1 >&2; echo reads >&2'`,
    );
    expect(lines.slice(1, -2).sort()).toEqual(["env: it's in", 'env: reads', 'sh: writes']);
    expect(lines.at(-2)).toMatch(/^sh \| env ended with 0 after \d/);
    expect(seen.filter(isProgress)).toHaveLength(2);
  });

  it('are in the ledger as long as they run, both of two', async () => {
    const controller = new AbortController();
    const { tools, ledger } = toolsOf(controller.signal);
    let noted: string[] = [];
    const run = tools.run('sh', ['-c', 'cat; echo up; sleep 60'], {
      input: { tool: 'sh', args: ['-c', 'exec >&-; sleep 60'] },
      onStdoutLine: () => {
        void readdir(path.join(folder, 'tools')).then((names) => {
          noted = names;
          controller.abort();
        });
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'tool_cancelled' });
    expect(noted).toHaveLength(2);
    expect([...ledger.pids]).toEqual([]);
    expect(await readdir(path.join(folder, 'tools'))).toEqual([]);
  });
});
