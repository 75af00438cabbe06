import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { filePlan, type FilePlan, type Job, type MediaFile, type NodeResource, type Page } from '#contracts';
import { describe, expect, it } from 'vitest';
import { realDoviTool } from '../support/dolby-vision.ts';
import { mixedLibrary } from '../support/mixed-library.ts';
import { boilarr, makeConfig } from '../support/program.ts';
import { startServer, type StartedServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Small clips: what is told of them is the same when little is saved. */
const PROFILE = `video: { preset: 12, crf: 40 }
act: { minimumExpectedSaving: -10, minimumSaving: -10 }
dolbyVision:
  profile7Mel: convert
  profile7Fel: convert
  profile81: keep
`;
/** The same with consent, and x265 for what is left. */
const OTHER_PROFILE = `act: { minimumExpectedSaving: -10, minimumSaving: -10 }
dolbyVision:
  profile7Mel: reencode
  profile7Fel: convert
  allowFelLoss: true
  profile81: skip
  others: reencode
`;

const NAMES = ['dv7-fel.mkv', 'dv7-mel.mkv', 'dv81.mkv', 'hdr10.mkv', 'sdr.mp4'];

/** Each file's lines of a dry run, without the line of its name. */
function blocks(stdout: string): Map<string, { verb: string; text: string }> {
  const found = new Map<string, { verb: string; text: string }>();
  for (const [, verb = '', name = '', text = ''] of stdout.matchAll(
    /^(skip|encode|convert) +(\S+)\n((?: {8}.*\n?)+)/gm,
  ))
    found.set(name, { verb, text });
  return found;
}

describe('a dry run over a mixed library', () => {
  it('tells of each file which way it goes and why, and changes nothing', async () => {
    const folder = await temporaryFolder();
    const library = await mixedLibrary(folder);
    const config = await makeConfig(folder, PROFILE);
    const before = await readdir(folder, { recursive: true });
    const { exitCode, stdout } = await boilarr(config, ['--library', library, '--dry-run']);
    expect(exitCode).toBe(0);
    expect(await readdir(folder, { recursive: true })).toEqual(before);

    const told = blocks(stdout);
    expect([...told.keys()].sort()).toEqual(NAMES);
    const of = (name: string) => told.get(name) ?? { verb: '', text: '' };
    expect(of('dv7-mel.mkv').verb).toBe('convert');
    expect(of('dv7-mel.mkv').text).toMatch(
      /Profile 7 with a minimal enhancement layer.* becomes Profile 8\.1/,
    );
    expect(of('dv7-mel.mkv').text).toMatch(/pipeline dolby_vision \(profile7Mel: convert\)/);
    expect(of('dv7-mel.mkv').text).not.toMatch(/save/);
    expect(of('dv7-fel.mkv').verb).toBe('skip');
    expect(of('dv7-fel.mkv').text).toMatch(/\(FEL\).*allowFelLoss.* \(fel_without_consent\)/);
    expect(of('dv81.mkv').verb).toBe('encode');
    expect(of('dv81.mkv').text).toMatch(/stream 0: copy, The picture and its Dolby Vision stay bit for bit/);
    expect(of('dv81.mkv').text).toMatch(/stream 1: encode-audio/);
    for (const name of ['hdr10.mkv', 'sdr.mp4']) {
      expect(of(name).verb).toBe('encode');
      expect(of(name).text).toMatch(/An encode is expected to save \d+ %/);
      expect(of(name).text).toMatch(/stream 0: encode-video, .* becomes AV1/);
    }
    expect(stdout).toMatch(/^5 files, 3 to encode: .*; 1 to convert to Dolby Vision Profile 8\.1\. Nothing/m);
  });

  it('tells of other ways under another profile', async () => {
    const folder = await temporaryFolder();
    const library = await mixedLibrary(folder);
    const config = await makeConfig(folder, OTHER_PROFILE);
    const { stdout } = await boilarr(config, ['--library', library, '--dry-run']);
    const told = blocks(stdout);
    const ways = NAMES.map((name) => {
      const { verb = '', text = '' } = told.get(name) ?? {};
      return [name, verb, /by the pipeline (.*)$/m.exec(text)?.[1] ?? /\((\w+)\)$/m.exec(text)?.[1]];
    });
    expect(ways).toEqual([
      ['dv7-fel.mkv', 'convert', 'dolby_vision (profile7Fel: convert)'],
      ['dv7-mel.mkv', 'encode', 'dolby_vision (profile7Mel: reencode)'],
      ['dv81.mkv', 'skip', 'dolby_vision'],
      ['hdr10.mkv', 'encode', 'standard'],
      ['sdr.mp4', 'encode', 'standard'],
    ]);
  });
});

async function plans(server: StartedServer): Promise<Map<string, FilePlan>> {
  const { records } = await server.api<Page<MediaFile>>('GET', 'files');
  const found = new Map<string, FilePlan>();
  for (const { id, path: file } of records)
    found.set(file, filePlan.parse(await server.api('GET', `files/${id}/plan`)));
  return found;
}

/** What a node that lies still would do with a library that is scanned. */
async function startedOn(folder: string): Promise<StartedServer> {
  const server = await startServer(await makeConfig(folder, PROFILE));
  const [node] = await until('its own node', async () => {
    const nodes = await server.api<NodeResource[]>('GET', 'nodes');
    return nodes.some(({ capabilities }) => capabilities !== null) ? nodes : null;
  });
  await server.api('POST', `nodes/${node?.id}/pause`, { mode: 'now' });
  const library = await mixedLibrary(folder);
  await server.api('POST', 'libraries', { name: 'films', path: library, minimumAgeSeconds: 0 });
  await until('five decisions', async () => {
    const { records } = await server.api<Page<MediaFile>>('GET', 'files');
    const decided = records.filter(({ status }) => status === 'queued' || status === 'skipped');
    return decided.length === NAMES.length;
  });
  return server;
}

describe('the API over a mixed library', () => {
  it("tells of each file's pipeline, kind, way and reason, and queues it there", async () => {
    const server = await startedOn(await temporaryFolder());
    const told = await plans(server);
    const short = NAMES.map((name) => {
      const { pipeline, dolbyVision, reason, verdict } = told.get(name) ?? {};
      return [name, verdict, pipeline, dolbyVision?.kind ?? null, dolbyVision?.way ?? null, reason?.code];
    });
    expect(short).toEqual([
      ['dv7-fel.mkv', 'skip', null, 'profile7Fel', 'skip', 'fel_without_consent'],
      ['dv7-mel.mkv', 'encode', 'dolby_vision', 'profile7Mel', 'convert', 'dolby_vision_convert'],
      ['dv81.mkv', 'encode', 'compress', 'profile81', 'keep', 'worth_it'],
      ['hdr10.mkv', 'encode', 'compress', null, null, 'worth_it'],
      ['sdr.mp4', 'encode', 'compress', null, null, 'worth_it'],
    ]);

    const { records } = await server.api<Page<Job>>('GET', 'jobs');
    expect(records.map(({ title, pipeline }) => [path.basename(title), pipeline]).sort()).toEqual([
      ['dv7-mel.mkv', 'dolby_vision'],
      ['dv81.mkv', 'compress'],
      ['hdr10.mkv', 'compress'],
      ['sdr.mp4', 'compress'],
    ]);

    const convert = told.get('dv7-mel.mkv');
    expect(convert?.streams[0]).toMatchObject({ action: 'convert-dolby-vision' });
    if ((await realDoviTool()) === null) {
      expect(convert?.commands).toEqual([]);
      expect(convert?.notes.join()).toMatch(/it has no dovi_tool/);
      return;
    }
    expect([...new Set(convert?.commands.map(({ step }) => step))]).toEqual([
      ...['get_metadata', 'extract_p7', 'convert_p8', 'extract_rpu', 'remux_final'],
    ]);
    const [look] = convert?.commands ?? [];
    expect(look?.input?.[0]).toBe('ffmpeg');
    expect(look?.line).toMatch(/^ffmpeg .* \| dovi_tool extract-rpu /);
  });
});
