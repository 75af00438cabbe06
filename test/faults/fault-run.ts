import { rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Library } from '../../contracts/src/index.ts';
import type { FaultPoint } from '../../server/src/replace/fault-points.ts';
import { until } from '../support/until.ts';
import { checkNow, checkSettled } from './checks.ts';
import { uniqueCopy } from './clips.ts';
import { filmAt, type Film } from './film.ts';
import type { Installation } from './installation.ts';
import type { Fault, Round } from './plan.ts';
import type { Random } from './random.ts';

/** ms until everything must have come to rest again */
const SETTLE_MS = 180_000;
/** ms until an armed point must have been reached; else the round is one without a fault there */
const REACH_MS = 60_000;

export interface RoundResult {
  /** what was not as it must be; empty: all is well */
  problems: string[];
  /** points at which the server killed itself */
  reached: FaultPoint[];
  /** points that were armed and never come by */
  missed: FaultPoint[];
  /** processes that were killed from outside */
  killed: number;
  ms: number;
}

/** Rounds of work and faults on one installation, whose films all stay and are all looked at after each round. */
export class FaultRun {
  private readonly installation: Installation;
  private readonly clips: readonly string[];
  private readonly random: Random;
  private readonly films: Film[] = [];
  private libraryId = 0;
  /** ms that one film takes without any fault, as seen so far */
  private usualMs = 5000;

  constructor(installation: Installation, clips: readonly string[], random: Random) {
    this.installation = installation;
    this.clips = clips;
    this.random = random;
  }

  async begin(): Promise<void> {
    await this.installation.start();
    const library = await this.installation.api<Library>('POST', 'libraries', {
      path: this.installation.library,
      minimumAgeSeconds: 0,
      scanIntervalSeconds: 0,
    });
    this.libraryId = library.id;
    const started = performance.now();
    const film = await this.addFilm('first');
    await this.scan();
    await this.settled([film]);
    this.usualMs = performance.now() - started;
  }

  async round(plan: Round): Promise<RoundResult> {
    const started = performance.now();
    const result: RoundResult = { problems: [], reached: [], missed: [], killed: 0, ms: 0 };
    try {
      await this.play(plan, result);
      result.problems.push(...(await checkSettled(this.installation, this.films)));
    } catch (error) {
      result.problems.push(error instanceof Error ? error.message : String(error));
    }
    result.ms = performance.now() - started;
    return result;
  }

  private async play(plan: Round, result: RoundResult): Promise<void> {
    const { first } = plan;
    if (first.kind === 'point') {
      await this.installation.kill('server');
      await this.installation.start(first);
    }
    const touched = await this.work(plan);
    const armed = await this.strike(first, result);
    result.problems.push(...(await this.look(touched)));
    if (plan.work === 'change' && this.installation.serverGone) await this.change(touched);
    if (armed) await this.installation.kill('server');
    for (const point of plan.then) {
      if (!this.installation.serverGone) await this.installation.kill('server');
      await this.installation.start({ point, pass: 1 });
      await this.settledOrGone(touched);
      (this.installation.serverGone ? result.reached : result.missed).push(point);
      result.problems.push(...(await this.look(touched)));
      if (!this.installation.serverGone) await this.installation.kill('server');
    }
    if (this.installation.serverGone) await this.installation.start();
    else this.installation.reviveOthers();
    await this.scan();
    await this.settled(touched);
  }

  /** @returns whether a point is armed that was never reached */
  private async strike(fault: Fault, result: RoundResult): Promise<boolean> {
    if (fault.kind === 'point') {
      const reached = await this.installation.serverEnds(REACH_MS);
      (reached ? result.reached : result.missed).push(fault.point);
      return !reached;
    }
    await sleep(fault.at * this.usualMs);
    if (fault.kind === 'empty-redis') await this.installation.emptyRedis();
    else for (const victim of fault.victims) if (await this.installation.kill(victim)) result.killed += 1;
    return false;
  }

  private async look(films: readonly Film[]): Promise<string[]> {
    const problems: string[] = [];
    for (const film of films) problems.push(...(await checkNow(this.installation, film)));
    return problems;
  }

  /** @returns the films that the round's work touches */
  private async work(plan: Round): Promise<Film[]> {
    const replaced = plan.work === 'restore' || plan.work === 'empty' ? this.restorable() : [];
    if (replaced.length > 0) {
      const { id, film } = this.random.pick(replaced);
      // It dies in the middle of it; what has become of the film is looked at.
      film.emptied ||= plan.work === 'empty';
      const [method, route] =
        plan.work === 'empty' ? ['DELETE', `trash/${id}`] : ['POST', `trash/${id}/restore`];
      void this.installation.api(method, route).catch(() => undefined);
      return [film];
    }
    const films: Film[] = [];
    for (let count = 0; count < plan.films; count += 1)
      films.push(await this.addFilm(`round-${plan.number}-${count}`));
    await this.scan();
    return films;
  }

  private restorable(): { id: number; film: Film }[] {
    const rows = this.installation.read<{ id: number; originalPath: string }>(
      `SELECT t."id", t."originalPath" FROM "trash_entry" t JOIN "replace_journal" j ON j."id" = t."journalId"
       WHERE t."state" = 'held' AND j."kind" = 'replace' AND j."state" = 'done'`,
    );
    return rows.flatMap(({ id, originalPath }) => {
      const film = this.films.find((one) => one.originalPath === originalPath && one.outputSha !== null);
      return film === undefined || film.emptied ? [] : [{ id, film }];
    });
  }

  private async addFilm(name: string): Promise<Film> {
    const clip = this.random.pick(this.clips);
    const target = path.join(this.installation.library, `${name}${path.extname(clip)}`);
    const film = await this.bringIn(clip, target, name);
    this.films.push(film);
    return film;
  }

  private async bringIn(clip: string, target: string, mark: string): Promise<Film> {
    const partial = path.join(this.installation.folder, path.basename(target));
    await uniqueCopy(clip, partial, mark);
    await rename(partial, target);
    return filmAt(target);
  }

  /** Another program puts a better film in the place of each, as Sonarr does. */
  private async change(films: readonly Film[]): Promise<void> {
    for (const film of films) {
      const [clip = ''] = this.clips.filter((one) => path.extname(one) === path.extname(film.originalPath));
      Object.assign(
        film,
        await this.bringIn(clip, film.originalPath, `${path.basename(film.originalPath)} again`),
      );
    }
  }

  private async scan(): Promise<void> {
    await until(
      'the server to take a scan',
      () =>
        this.installation.api('POST', `libraries/${this.libraryId}/scan`).then(
          () => true,
          () => this.installation.serverGone,
        ),
      { timeoutMs: SETTLE_MS },
    );
  }

  private isSettled(films: readonly Film[]): boolean {
    const [open] = this.installation.read<{ count: number }>(
      `SELECT (SELECT COUNT(*) FROM "job" WHERE "state" NOT IN ('completed', 'skipped', 'failed_permanent', 'cancelled'))
        + (SELECT COUNT(*) FROM "replace_journal" WHERE "state" IN ('staging', 'open')) AS "count"`,
    );
    if (open?.count !== 0) return false;
    return films.every((film) => {
      const names = [film.originalPath, film.finalPath].map((file) => path.basename(file));
      const rows = this.installation.read<{ status: string }>(
        `SELECT "status" FROM "media_file" WHERE "name" IN (?, ?)`,
        ...names,
      );
      return rows.some(({ status }) => !['new', 'waiting', 'queued', 'missing'].includes(status));
    });
  }

  private async settled(films: readonly Film[]): Promise<void> {
    await until('everything to come to rest', () => this.isSettled(films), {
      timeoutMs: SETTLE_MS,
      seen: () =>
        this.installation.read(
          `SELECT "id", "state", "title", "reasonMessage" FROM "job" WHERE "state" <> 'completed'`,
        ),
    });
    await this.scan();
    await until(
      'the scan to end',
      async () => {
        const library = await this.installation.api<Library>('GET', `libraries/${this.libraryId}`);
        return library.scanState === 'idle' && this.isSettled(films);
      },
      { timeoutMs: SETTLE_MS },
    );
  }

  /** Waits until the armed server has killed itself, or has nothing left to do. */
  private async settledOrGone(films: readonly Film[]): Promise<void> {
    if (this.installation.serverGone) return;
    await this.scan();
    await until(
      'the fault, or the end of the work',
      () => this.installation.serverGone || this.isSettled(films),
      {
        timeoutMs: SETTLE_MS,
      },
    );
  }
}
