import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JobLogBuffer } from './job-log.js';

const said = (log: JobLogBuffer) => log.take().replaceAll(/^\S+Z /gm, '');

describe('JobLogBuffer', () => {
  it('hands over what has come, once', () => {
    const log = new JobLogBuffer();
    log.info('begins');
    log.command(['ffmpeg', '-i', "it's"]);
    log.command(['a', '1'], ['b']);
    log.tool('ffmpeg', 'x');
    expect(said(log)).toBe(`begins\n$ ffmpeg -i 'it'\\''s'\n$ a 1 | b\nffmpeg: x\n`);
    expect(log.take()).toBe('');
  });

  it('counts what a tool says over and over again', () => {
    const log = new JobLogBuffer();
    for (const line of ['a', 'b', 'b', 'b', 'c', 'c', 'd']) log.tool('t', line);
    expect(said(log)).toBe('t: a\nt: b\n(the same again, 2 times)\nt: c\n(the same again, 1 time)\nt: d\n');
    log.tool('t', 'd');
    log.info('between');
    log.tool('t', 'd');
    expect(said(log)).toBe('(the same again, 1 time)\nbetween\nt: d\n');
  });

  it('loses no line, and no order, however it is asked', () => {
    const act = fc.oneof(fc.constantFrom('a', 'b'), fc.constant('info'), fc.constant('take'));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const log = new JobLogBuffer();
        let text = '';
        for (const what of acts) {
          if (what === 'take') text += said(log);
          else if (what === 'info') log.info(what);
          else log.tool('t', what);
        }
        text += said(log);
        const lines: string[] = [];
        for (const line of text.split('\n').slice(0, -1)) {
          const times = /^\(the same again, (\d+) times?\)$/.exec(line)?.[1];
          if (times === undefined) lines.push(line);
          else lines.push(...Array.from({ length: Number(times) }, () => lines.at(-1) ?? ''));
        }
        const expected = acts.filter((what) => what !== 'take');
        expect(lines).toEqual(expected.map((what) => (what === 'info' ? what : `t: ${what}`)));
      }),
    );
  });

  it('says how much it has left out', () => {
    const log = new JobLogBuffer();
    for (let index = 0; index < 30; index += 1) log.info('x'.repeat(20_000));
    const text = log.take();
    expect(text.length).toBeLessThan(530_000);
    expect(text).toMatch(/\.\.\. \d lines left out\n$/);
  });
});
