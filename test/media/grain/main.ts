import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFolder } from '../tools.ts';
import { GRAIN_CLIPS } from './clips.ts';
import { encodeWith, shownNoise, type GrainSetting } from './measure.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/film-grain.md', import.meta.url));

const SETTINGS: readonly GrainSetting[] = [
  { filmGrain: 0, denoise: false },
  { filmGrain: 8, denoise: false },
  { filmGrain: 'auto', denoise: false },
  { filmGrain: 8, denoise: true },
  { filmGrain: 'auto', denoise: true },
];

const HEAD = `# Film grain: fixed and as measured

Written by \`npm run film-grain\`, which encodes four clips of three seconds with the default profile (crf 28, preset 8) and
nothing but the grain changed. Noise is the standard deviation of luma in steps of 8 bits, as \`filmGrain: auto\`
measures it; SSIM compares the picture without the player's grain with the source.

`;

const shown = (value: number | null) => (value === null ? '-' : value.toFixed(2));

async function main(): Promise<void> {
  const lines: string[] = [];
  await withFolder(async (folder) => {
    for (const clip of GRAIN_CLIPS) {
      const source = await clip.make(folder);
      const before = await shownNoise(source, folder);
      lines.push(
        `## ${clip.name}: ${clip.what}`,
        '',
        `Noise of the source at one second: ${shown(before)}.`,
        '',
      );
      lines.push(
        '| filmGrain | denoise | grain in the file | size, KiB | SSIM | noise as shown |',
        '|---|---|--:|--:|--:|--:|',
      );
      for (const setting of SETTINGS) {
        const made = await encodeWith(
          source,
          path.join(folder, `${setting.filmGrain}-${setting.denoise}`),
          setting,
        );
        const size = Math.round(made.size / 1024);
        lines.push(
          `| ${setting.filmGrain} | ${setting.denoise ? 'yes' : 'no'} | ${made.grain} | ${size} | ${made.ssim.toFixed(4)} | ${shown(made.shownNoise)} |`,
        );
        process.stderr.write(`${clip.name} ${JSON.stringify(setting)} ${JSON.stringify(made)}\n`);
      }
      lines.push('');
    }
  });
  await writeFile(DOCUMENT, HEAD + lines.join('\n'));
}

await main();
