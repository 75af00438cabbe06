import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectUsable, expectWhole, signature, type End } from './failure-oracle.js';
import { begin, portOf, ROUTES, run, servicesOf, type Route, type RouteCase } from './failure-routes.js';
import type { Faults, FaultyPort } from './faulty-port.js';
import { ReplaceLab } from './replace-lab.js';

const numbers = (to: number) => Array.from({ length: to }, (_, index) => index + 1);

/** A failed case says which one it was. */
async function named<T>(what: string, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof Error) error.message = `${what}: ${error.message}`;
    throw error;
  }
}

/** Every failure of one kind of operation, over all of its routes: cases are made from what a clean run calls. */
class Matrix {
  readonly counts = new Map<string, number>();
  /** ends that have been proved to be usable, a route and end once: it costs as much as a case */
  private readonly used = new Set<string>();

  constructor(private readonly lab: ReplaceLab) {}

  async interrupted(route: Route, faults: Faults): Promise<{ it: RouteCase; port: FaultyPort }> {
    const it = await begin(this.lab, route);
    const port = portOf(route, faults);
    await run(this.lab, it, port);
    return { it, port };
  }

  async recover(it: RouteCase, faults: Faults = {}): Promise<FaultyPort> {
    const port = portOf(it.route, faults);
    await servicesOf(this.lab, it.route, port)
      .recovery.recover()
      .catch(() => undefined);
    return port;
  }

  /** Recovers, and expects everything to be whole. */
  async settled(kind: string, what: string, it: RouteCase): Promise<End> {
    await this.recover(it);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return named(what, async () => {
      const end = await expectWhole(this.lab, it);
      const key = `${it.route.name}: ${end}`;
      if (!this.used.has(key)) {
        this.used.add(key);
        await expectUsable(this.lab, it, end);
      }
      return end;
    });
  }

  /** @returns steps after which a kill leaves a state, one for each state that recovery could tell from another */
  async kill(route: Route): Promise<number[]> {
    const clean = await this.interrupted(route, {});
    const done = await expectWhole(this.lab, clean.it);
    expect(done).toBe(route.kind === 'replace' ? 'output' : 'original');
    const states = new Map<string, number>();
    const ends = new Set<End>();
    for (const step of numbers(clean.port.steps.length)) {
      const { it, port } = await this.interrupted(route, { crashAfterStep: step });
      expect(port.crashed, `step ${step} of ${clean.port.steps.join(', ')}`).toBe(true);
      states.set(await signature(this.lab, it), step);
      ends.add(await this.settled('killed', `killed after "${port.steps.at(-1) ?? ''}"`, it));
    }
    // Both ways were gone: some were undone, some finished.
    expect(ends.size).toBe(2);
    return [...states.values()];
  }

  async killTwice(route: Route, states: readonly number[]): Promise<void> {
    for (const step of states) {
      for (let second = 1; ; second += 1) {
        const { it, port } = await this.interrupted(route, { crashAfterStep: step });
        const dying = await this.recover(it, { crashAfterStep: second });
        if (!dying.crashed) break;
        const what = `killed after "${port.steps.at(-1) ?? ''}", recovery after "${dying.steps.at(-1) ?? ''}"`;
        await this.settled('killed twice', what, it);
      }
    }
  }

  /** What lies there cannot be carried on, so that recovery has to go back. */
  async loseStaged(route: Route, states: readonly number[]): Promise<void> {
    for (const step of states) {
      for (let second = 0; ; second += 1) {
        const { it, port } = await this.interrupted(route, { crashAfterStep: step });
        const names = await readdir(it.subject.folder);
        const staged = names.filter((name) => name.startsWith('.boilarr-stage-'));
        for (const name of staged) await rm(path.join(it.subject.folder, name));
        const dying = await this.recover(it, second === 0 ? {} : { crashAfterStep: second });
        if (second > 0 && !dying.crashed) break;
        await this.settled(
          'undone',
          `after "${port.steps.at(-1) ?? ''}", staged gone, ${dying.steps.join()}`,
          it,
        );
        if (staged.length === 0) break;
      }
    }
  }

  async fail(route: Route): Promise<void> {
    const { port: clean } = await this.interrupted(route, {});
    const failures: Faults[] = [
      // Whatever the code, a read fails in one way.
      ...numbers(clean.count).map((call) => ({ failAt: { call, code: 'EIO' } })),
      ...clean.changes.flatMap((call, index) => [
        { goneFrom: { call, code: 'ESTALE' } },
        ...['ENOSPC', 'EACCES', 'EXDEV'].map((code) => ({ failAt: { call, code } })),
        { failAt: { call, code: 'EIO', done: true } },
        // What NFS answers to a call that it repeats, and that was done the first time.
        ...(clean.changedBy[index] === 'link' ? [{ failAt: { call, code: 'EEXIST', done: true } }] : []),
      ]),
      ...[1, 2, 3].map((noCommitFrom) => ({ noCommitFrom })),
    ];
    for (const faults of failures) {
      const { it } = await this.interrupted(route, faults);
      await this.settled('failed', JSON.stringify(faults), it);
    }
  }

  async failInRecovery(route: Route, states: readonly number[]): Promise<void> {
    for (const step of states) {
      const first = await this.interrupted(route, { crashAfterStep: step });
      const { changes } = await this.recover(first.it);
      for (const call of changes) {
        const { it, port } = await this.interrupted(route, { crashAfterStep: step });
        // One half fails, the other half does it and says otherwise.
        const failAt = { call, code: 'EIO', done: call % 2 === 0 };
        await this.recover(it, { failAt });
        const what = `after "${port.steps.at(-1) ?? ''}", recovery with ${JSON.stringify(failAt)}`;
        await this.settled('failed in recovery', what, it);
      }
    }
  }
}

/**
 * Declares the tests of all failures of an operation.
 * @param floors cases of each sort that must have run at least, so that an empty matrix fails
 */
export function provesFailures(kind: Route['kind'], floors: Readonly<Record<string, number>>): void {
  let lab: ReplaceLab;
  let matrix: Matrix;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    lab = await ReplaceLab.open(true);
    matrix = new Matrix(lab);
  });
  afterAll(async () => {
    await lab.close();
    Logger.overrideLogger(['error', 'warn']);
  });

  describe.each(ROUTES.filter((route) => route.kind === kind))('$name', (route) => {
    let states: number[] = [];

    it('killed after any change or commit: recovery ends it', async () => {
      states = await matrix.kill(route);
      expect(states.length).toBeGreaterThan(4);
    });

    it('killed so, and again after any change or commit of recovery: the next one ends it', () =>
      matrix.killTwice(route, states));

    // Where the replacement is decides which files are moved, not how calls fail.
    if (route.replacement !== 'present') return;

    it('killed so, and what was staged is gone: undone, or whole without it', () =>
      matrix.loseStaged(route, states));

    it('with any call or commit failing: finished, undone, or settled by recovery', () => matrix.fail(route));

    it('with any change of recovery failing: the next one ends it', () =>
      matrix.failInRecovery(route, states));
  });

  it('ran them all', () => {
    const line = [...matrix.counts].map(([what, count]) => `${count} ${what}`).join(', ');
    process.stdout.write(`failures of ${kind} and its recovery: ${line}\n`);
    for (const [what, floor] of Object.entries(floors)) {
      expect(matrix.counts.get(what) ?? 0, what).toBeGreaterThanOrEqual(floor);
    }
  });
}
