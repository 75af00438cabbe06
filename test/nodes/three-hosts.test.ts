import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cached, ffmpeg, ffprobe, REAL } from '../support/media.js';
import { until } from '../support/until.js';
import { CannotNetwork, Network, type Host } from './hosts.js';
import { Installation } from './installation.js';

const CLIPS = 12;
/** More than the clips by those that were at work when something was killed. */
const MOST_ENCODES = 14;

/** Slow enough that whatever happens, happens in the middle of something. */
const PROFILE = 'video:\n  preset: 6\n  crf: 40\n';

interface JobRow {
  id: number;
  title: string;
  state: string;
  nodeId: number | null;
}
interface AttemptRow {
  jobId: number;
  number: number;
  nodeName: string;
  outcome: string | null;
}

const reason = await Network.open(path.join(tmpdir(), 'boilarr-network-probe')).then(
  async (network) => {
    await network.close();
    return null;
  },
  (error: unknown) => {
    if (error instanceof CannotNetwork) return error.message;
    throw error;
  },
);

const clip = () =>
  cached('bunny-two-seconds.mp4', (file) =>
    ffmpeg(
      ...['-ss', '8', '-t', '2', '-i', REAL.bunny, '-vf', 'scale=640:360'],
      ...['-c:v', 'libx264', '-b:v', '4M', '-c:a', 'aac', '-b:a', '192k', file],
    ),
  );

describe.skipIf(reason !== null)('three hosts', { timeout: 420_000 }, () => {
  let folder: string;
  let installation: Installation;
  let [a, b] = [] as unknown as [Host, Host];
  let original: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'boilarr-hosts-'));
    installation = await Installation.open(folder, PROFILE);
    const source = await clip();
    original = sha256(await readFile(source));
    for (let index = 1; index <= CLIPS; index += 1)
      await copyFile(source, path.join(installation.library, `clip ${String(index).padStart(2, '0')}.mp4`));
    await installation.startServer();
    [a, b] = [await installation.network.add('a'), await installation.network.add('b')];
    const mounted = path.join(folder, 'share on a');
    await mkdir(mounted);
    const hidden = `mount -t tmpfs none '${installation.library}'`;
    await installation.startNode(a, {
      mounts: [
        `mount --bind '${installation.library}' '${mounted}'`,
        `mount -o remount,ro,bind '${mounted}'`,
        hidden,
      ],
      env: { BOILARR_PATH_MAP: `${installation.library}=${mounted}` },
    });
    await installation.startNode(b, { mounts: [hidden] });
  }, 120_000);

  afterAll(async () => {
    await installation.network.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const jobs = () => installation.read<JobRow>('SELECT id, title, state, nodeId FROM job ORDER BY id');
  const completed = () => jobs().filter(({ state }) => state === 'completed').length;
  const seen = () => jobs().map(({ id, state, nodeId }) => `${id} ${state} ${nodeId ?? '-'}`);

  it('join with a token, and one reads the share, one does not', async () => {
    for (const { name } of [a, b])
      await until(`node ${name} to join`, async () =>
        (await installation.nodes()).some((node) => node.name === name && node.state === 'online'),
      );
    await installation.api('POST', 'libraries', {
      ...{ name: 'Films', path: installation.library, minimumAgeSeconds: 0, scanIntervalSeconds: 0 },
    });
    const ways = async () =>
      Promise.all(
        [a, b].map(async ({ name }) => (await installation.node(name)).reach.map(({ way }) => way)),
      );
    await until(
      'both to find out what they can read',
      async () => (await ways()).every((way) => way.length === 1),
      {
        seen: ways,
      },
    );
    expect(await ways()).toEqual([['mapped'], ['transfer']]);
  });

  it(`do ${CLIPS} films between them, whatever is cut, killed and emptied`, async () => {
    await installation.api('POST', 'command', { name: 'ScanAllLibraries' });
    await until('the films to be queued', () => jobs().length === CLIPS, { seen });

    const nodeA = (await installation.node('a')).id;
    const workOfA = path.join(folder, 'work-a');
    /** ids of the jobs whose encode a has finished, as its own disk says */
    const outputsOfA = async () =>
      (await readdir(workOfA, { recursive: true }))
        .filter((name) => /^job-\d+\/[0-9a-f]{24}-output/.test(name))
        .map((name) => Number(/^job-(\d+)/.exec(name)?.[1]));
    const runningOnA = () => jobs().filter(({ nodeId, state }) => nodeId === nodeA && state === 'running');

    // In the middle of one: what has its output already may be handed over before the cable is out.
    const cutAt = await until(
      'a to be at work',
      async () => {
        if (completed() === 0) return null;
        const made = await outputsOfA();
        const ids = runningOnA().flatMap(({ id }) => (made.includes(id) ? [] : [id]));
        return ids.length === 0 ? null : ids;
      },
      { timeoutMs: 120_000, seen },
    );
    await installation.network.cut(a);
    const finished = await until(
      'a to finish what it had, with nobody to tell',
      async () => (await outputsOfA()).find((id) => cutAt.includes(id)),
      { timeoutMs: 90_000, seen: () => readdir(workOfA, { recursive: true }) },
    );
    expect(jobs().find(({ id }) => id === finished)?.state).not.toBe('completed');
    await installation.network.mend(a);
    await until(
      'the work that was finished meanwhile to be taken',
      () => jobs().some(({ id, state }) => id === finished && state === 'completed'),
      { timeoutMs: 90_000, seen },
    );

    await installation.killServer();
    await installation.startServer();
    const afterServer = completed();
    await until('work to go on after the server', () => completed() > afterServer, {
      timeoutMs: 120_000,
      seen,
    });
    installation.killRedis();
    await until('all to be done', () => completed() === CLIPS, { timeoutMs: 180_000, seen });

    const attempts = installation.read<AttemptRow>(
      'SELECT jobId, number, nodeName, outcome FROM job_attempt ORDER BY jobId, number',
    );
    const encodes = await Promise.all(
      jobs().map(async ({ id }) =>
        (await readFile(installation.jobLog(id), 'utf8')).match(/ encode_video$/gm),
      ),
    );
    const started = encodes.reduce((sum, lines) => sum + (lines?.length ?? 0), 0);
    const by = (name: string) =>
      attempts.filter(({ nodeName, outcome }) => nodeName === name && outcome === 'delivered').length;
    console.info(
      `${CLIPS} films: a delivered ${by('a')}, b delivered ${by('b')}; ${attempts.length} attempts, ` +
        `${started} encodes begun; job ${finished} was finished while a was cut off, and taken`,
    );
    expect(by('a')).toBeGreaterThan(0);
    expect(by('b')).toBeGreaterThan(0);
    expect(by('a') + by('b')).toBe(CLIPS);
    expect(started).toBeGreaterThanOrEqual(CLIPS);
    expect(started).toBeLessThanOrEqual(MOST_ENCODES);
    expect(attempts.filter(({ jobId }) => jobId === finished)).toHaveLength(1);
  });

  it('leave every film smaller and every original in the trash, and nothing of their work', async () => {
    const names = (await readdir(installation.library)).filter((name) => name.endsWith('.mkv'));
    expect(names).toHaveLength(CLIPS);
    for (const name of names) {
      const { streams } = await ffprobe(path.join(installation.library, name));
      expect(streams[0]?.codec_name).toBe('av1');
    }
    const trash = await readdir(path.join(installation.library, '.boilarr-trash'), {
      ...{ recursive: true, withFileTypes: true },
    });
    const originals = trash.filter((entry) => entry.isFile() && entry.name.endsWith('.mp4'));
    expect(originals).toHaveLength(CLIPS);
    for (const entry of originals)
      expect(sha256(await readFile(path.join(entry.parentPath, entry.name)))).toBe(original);
    for (const name of ['work-a', 'work-b']) {
      const folders = (await readdir(path.join(folder, name))).filter((entry) => entry.startsWith('job-'));
      expect(folders).toEqual([]);
    }
  });
});

// Its name says why, where there is nothing else to say it.
if (reason !== null) it.skip(`three hosts: ${reason}`);

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
