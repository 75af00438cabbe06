import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jobReport, type StepReport } from '#contracts';
import { ServerRefusal, type ServerClient } from '../registration/server-client.js';
import { JobChannel } from './job-channel.js';
import { JobLogBuffer } from './job-log.js';

interface Said {
  what: string;
  body: unknown;
}

/** A server that writes down what it is told, and answers when it is let. */
class Listener {
  readonly said: Said[] = [];
  answers: 'at once' | 'later' | 'no' = 'at once';
  private readonly waiting: (() => void)[] = [];

  readonly client: Pick<ServerClient, 'postUntilAnswered'> = {
    postUntilAnswered: async (route, body) => {
      this.said.push({ what: route.replace('jobs/7/', ''), body });
      if (this.answers === 'no') throw new ServerRefusal(409, 'gone');
      if (this.answers === 'later') await new Promise<void>((resolve) => this.waiting.push(resolve));
      return null;
    },
  };

  answer(): void {
    this.waiting.shift()?.();
  }

  /** what it has heard of steps, in order: `a running` */
  steps(): string[] {
    return this.said
      .filter(({ what }) => what === 'report')
      .flatMap(({ body }) => jobReport.parse(body).steps.map(({ name, state }) => `${name} ${state}`));
  }
}

const step = (name: string, state: StepReport['state'], at: number): StepReport => ({
  index: 0,
  name,
  state,
  at,
});

describe('JobChannel', () => {
  let listener: Listener;
  let log: JobLogBuffer;
  let channel: JobChannel;
  let refusals: number;
  beforeEach(() => {
    vi.useFakeTimers();
    listener = new Listener();
    log = new JobLogBuffer();
    refusals = 0;
    const signal = new AbortController().signal;
    channel = new JobChannel(listener.client as ServerClient, 7, 'token', log, signal, () => {
      refusals += 1;
    });
  });
  afterEach(() => {
    channel.close();
    vi.useRealTimers();
  });

  it('tells of steps that take no time together, with the log', async () => {
    log.info('hello');
    for (const name of ['a', 'b', 'c']) {
      channel.step(step(name, 'running', 10));
      channel.step(step(name, 'completed', 11));
    }
    await vi.advanceTimersByTimeAsync(200);
    expect(listener.said).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(listener.said).toHaveLength(1);
    expect(listener.steps()).toHaveLength(6);
    expect(jobReport.parse(listener.said[0]?.body).log).toMatch(/hello\n$/);
  });

  it.each(['completed', 'failed'] as const)('tells at once that work is %s', async (state) => {
    channel.step(step('encode', 'running', 1000));
    await vi.advanceTimersByTimeAsync(300);
    channel.step(step('encode', state, 3000));
    channel.step(step('mux', 'running', 3001));
    await vi.advanceTimersByTimeAsync(0);
    expect(listener.steps()).toEqual(['encode running', `encode ${state}`, 'mux running']);
  });

  it('sends new lines of the log each second, and nothing when there are none', async () => {
    log.info('one');
    await vi.advanceTimersByTimeAsync(1000);
    await vi.advanceTimersByTimeAsync(5000);
    log.info('two');
    await vi.advanceTimersByTimeAsync(1000);
    expect(listener.said.map(({ what }) => what)).toEqual(['report', 'report']);
  });

  it('puts into one report what comes up while the server is silent, and the end behind it', async () => {
    listener.answers = 'later';
    channel.step(step('a', 'running', 1));
    await vi.advanceTimersByTimeAsync(300);
    channel.step(step('a', 'completed', 2000));
    log.info('while it is silent');
    channel.step(step('b', 'running', 2000));
    await vi.advanceTimersByTimeAsync(20_000);
    channel.step(step('b', 'completed', 22_000));
    channel.send('deliver', { outputs: [] });
    expect(listener.said).toHaveLength(1);
    const flushed = channel.flush();
    for (let turn = 0; turn < 5; turn += 1) {
      listener.answer();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(await flushed).toBeNull();
    expect(listener.said.map(({ what }) => what)).toEqual(['report', 'report', 'deliver']);
    expect(listener.steps()).toEqual(['a running', 'a completed', 'b running', 'b completed']);
  });

  it('says nothing more when it is refused', async () => {
    listener.answers = 'no';
    channel.step(step('a', 'running', 1));
    channel.send('deliver', {});
    expect((await channel.flush())?.status).toBe(409);
    expect(listener.said).toHaveLength(1);
    expect(refusals).toBe(1);
  });

  it('flushes what lingers', async () => {
    channel.step(step('a', 'running', 1));
    expect(await channel.flush()).toBeNull();
    expect(listener.steps()).toEqual(['a running']);
  });
});
