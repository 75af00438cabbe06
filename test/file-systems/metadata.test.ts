import { chmod, chown } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { TrashEntryEntity } from '../../server/src/replace/trash-entry.entity.js';
import { FaultyPort } from '../support/faulty-port.js';
import { ReplaceLab, services, sha256Of, type ReplaceCase } from '../support/replace-lab.js';
import { CannotMount, Mounts } from './mounts.js';

let lab: ReplaceLab;
let mounts: Mounts;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
  mounts = await Mounts.open();
});
afterAll(async () => {
  await mounts.close();
  await lab.close();
});

async function tool(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await execa(program, args);
  return stdout;
}

/** Owner, group, mode, time to the nanosecond, ACL and extended attributes, as the usual tools print them. */
async function dress(file: string): Promise<string[]> {
  return [
    await tool('stat', '-c', '%u %g %a %y', '--', file),
    await tool('getfacl', '--omit-header', '--numeric', '--absolute-names', '--', file),
    (await tool('getfattr', '-d', '-m', '-', '--absolute-names', '--', file)).replace(/^# file: .*\n/, ''),
  ];
}

/** A film that is dressed as richly as can be. Claimed anew, for its time has changed. */
async function makeCase(context: TestContext, at: string, sourceName: string): Promise<ReplaceCase> {
  const subject = await lab.makeCase({ place: at, sourceName });
  const file = subject.sourcePath;
  await chown(file, 1234, 5678);
  await chmod(file, 0o2754);
  try {
    await tool('setfacl', '-m', 'u:4321:rw,g:8765:r', '--', file);
    await tool('setfattr', '-n', 'user.rating', '-v', 'five stars', '--', file);
  } catch (error) {
    context.skip(`no ACL or attributes here: ${String(error).split('\n')[0] ?? ''}`);
  }
  await tool('touch', '-d', '2001-02-03 04:05:06.123456789 UTC', '--', file);
  subject.request.claimed.mtimeNs = '981173106123456789';
  return subject;
}

describe.each(['ext4', 'tmpfs'] as const)('on %s', (name) => {
  let at = '';
  let why = '';
  beforeAll(async () => {
    try {
      at = await mounts[name]();
    } catch (error) {
      if (!(error instanceof CannotMount)) throw error;
      why = error.message;
    }
  });

  it.for([
    ['Film.mkv', 'by hard links'],
    ['Film.avi', 'by hard links'],
    ['Film.mkv', 'by copies'],
    ['Film.avi', 'by copies'],
  ] as const)(
    '%s, %s: new file, original in the trash and original restored are dressed alike',
    async ([sourceName, how], context) => {
      if (at === '') context.skip(why);
      const subject = await makeCase(context, at, sourceName);
      const was = await dress(subject.sourcePath);
      expect(was.join('\n')).toMatch(/1234 5678 2\d+ 2001-02-03 04:05:06\.123456789/);
      expect(was.join('\n')).toContain('user:4321:rw-');
      expect(was.join('\n')).toContain('user.rating="five stars"');

      const { port } = new FaultyPort({
        refuse: (method, args) =>
          how === 'by copies' &&
          (method === 'link' || (method === 'rename' && args[1]?.includes('trash') === true))
            ? 'EXDEV'
            : null,
      });
      const { replace, restores } = services(lab.dataSource, port);
      expect(await replace.replace(subject.request)).toMatchObject({ kind: 'replaced', warnings: [] });
      const [entry] = await lab.dataSource
        .getRepository(TrashEntryEntity)
        .findBy({ libraryId: subject.library.id, state: 'held' });
      expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
      expect(await dress(subject.finalPath)).toEqual(was);
      expect(await dress(entry!.trashPath)).toEqual(was);
      await restores.restore(entry!.id);
      expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
      expect(await dress(subject.sourcePath)).toEqual(was);
    },
  );
});
