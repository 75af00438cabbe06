import { availableParallelism, totalmem } from 'node:os';
import type { Capabilities } from '#contracts';
import { HARDWARE_ENCODERS, trialArgs } from '../command/encoders/trial.js';
import { findOnPath } from './find-on-path.js';
import { runTool } from './run-tool.js';

/** Programs that a pipeline may want, and how each tells its version. */
const TOOLS: Readonly<Record<string, { args: readonly string[]; version: RegExp }>> = {
  ffmpeg: { args: ['-hide_banner', '-version'], version: /^ffmpeg version (\S+)/ },
  ffprobe: { args: ['-hide_banner', '-version'], version: /^ffprobe version (\S+)/ },
  mkvmerge: { args: ['--version'], version: /v(\d[\d.]*)/ },
  mkvpropedit: { args: ['--version'], version: /v(\d[\d.]*)/ },
  mkvextract: { args: ['--version'], version: /v(\d[\d.]*)/ },
};

const TIMEOUT_MS = 20_000;

async function output(tool: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return runTool(tool, args, { captureStdout: 4_000_000, limitMs: TIMEOUT_MS });
}

/** Names from a list of ffmpeg's such as ` V....D libsvtav1   SVT-AV1(...)`. */
export function namesOfList(text: string): string[] {
  const names: string[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s[A-Z.|]{2,6}\s+([A-Za-z0-9_.-]+)\s/.exec(line);
    if (match?.[1] !== undefined && match[1] !== '=') names.push(match[1]);
  }
  return names;
}

/** SVT-AV1 says its version only while it encodes: one grey frame of 64x64 (the least it takes). */
async function svtVersion(): Promise<string | null> {
  const args = [
    '-hide_banner',
    '-f',
    'lavfi',
    '-i',
    'color=gray:s=64x64:d=0.04:r=25',
    '-c:v',
    'libsvtav1',
    '-preset',
    '12',
    '-f',
    'null',
    '-',
  ];
  try {
    const { stderr } = await output('ffmpeg', args);
    return /SVT-AV1 Encoder Lib v?(\S+)/.exec(stderr)?.[1] ?? null;
  } catch {
    // Listed is not usable; the encoder is then taken out of the list below.
    return null;
  }
}

/**
 * Those of the listed hardware encoders that really encode a frame here: most builds of ffmpeg list encoders whose
 * hardware or driver is missing. One after the other, because a card may allow few encodes at once.
 */
async function usableHardware(listed: readonly string[]): Promise<string[]> {
  const usable: string[] = [];
  for (const { name, codec } of HARDWARE_ENCODERS) {
    if (!listed.includes(name)) continue;
    try {
      await output('ffmpeg', trialArgs(name, codec));
      usable.push(name);
    } catch {
      // It failed, or hung until its time was over: the node goes on without it.
    }
  }
  return usable;
}

/**
 * Asks the tools on this machine what they can do. Listed is not usable, so that SVT-AV1 and hardware
 * encoders count only after an encode of their own.
 */
export async function findCapabilities(): Promise<Capabilities> {
  const tools: Capabilities['tools'] = {};
  await Promise.all(
    Object.entries(TOOLS).map(async ([name, { args, version }]) => {
      const path = await findOnPath(name);
      if (path === null) return;
      try {
        const { stdout } = await output(name, args);
        tools[name] = { path, version: version.exec(stdout)?.[1] ?? 'unknown' };
      } catch {
        // A program that cannot even say its version is as good as missing.
      }
    }),
  );
  const list = async (what: string): Promise<string[]> =>
    tools['ffmpeg'] === undefined ? [] : namesOfList((await output('ffmpeg', ['-hide_banner', what])).stdout);
  const [encoders, decoders, filters] = [
    await list('-encoders'),
    await list('-decoders'),
    await list('-filters'),
  ];
  const svtAv1Version = encoders.includes('libsvtav1') ? await svtVersion() : null;
  return {
    tools,
    encoders: svtAv1Version === null ? encoders.filter((name) => name !== 'libsvtav1') : encoders,
    decoders,
    filters,
    hardwareEncoders: await usableHardware(encoders),
    svtAv1Version,
    gpus: [],
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: `${process.platform}-${process.arch}`,
  };
}
