import type { Capabilities } from '#contracts';
import { findOnPath } from './find-on-path.js';
import { findGpus } from './gpu/find-gpus.js';
import { usableCores, usableMemory } from './limits.js';
import { runTool } from './run-tool.js';

/** Programs that a pipeline may want, and how each tells its version. */
const TOOLS: Readonly<Record<string, { args: readonly string[]; version: RegExp }>> = {
  ffmpeg: { args: ['-hide_banner', '-version'], version: /^ffmpeg version (\S+)/ },
  ffprobe: { args: ['-hide_banner', '-version'], version: /^ffprobe version (\S+)/ },
  mkvmerge: { args: ['--version'], version: /v(\d[\d.]*)/ },
  mkvpropedit: { args: ['--version'], version: /v(\d[\d.]*)/ },
  mkvextract: { args: ['--version'], version: /v(\d[\d.]*)/ },
  x265: { args: ['--version'], version: /HEVC encoder version (\S+)/ },
  dovi_tool: { args: ['--version'], version: /^dovi_tool (\S+)/m },
  'nvidia-smi': { args: ['--query-gpu=driver_version', '--format=csv,noheader'], version: /^(\d[\d.]*)/ },
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
        const { stdout, stderr } = await output(name, args);
        // x265 says it on standard error.
        tools[name] = { path, version: (version.exec(stdout) ?? version.exec(stderr))?.[1] ?? 'unknown' };
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
  const gpus = await findGpus(encoders);
  const svtAv1Version = encoders.includes('libsvtav1') ? await svtVersion() : null;
  return {
    tools,
    encoders: svtAv1Version === null ? encoders.filter((name) => name !== 'libsvtav1') : encoders,
    decoders,
    filters,
    hardwareEncoders: [...new Set(gpus.flatMap((gpu) => gpu.encoders))],
    svtAv1Version,
    gpus,
    cores: usableCores(),
    memoryBytes: usableMemory(),
    platform: `${process.platform}-${process.arch}`,
  };
}
