import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchDispatch } from './dispatch.ts';
import { benchEncode } from './encode.ts';
import { figureTable, isMet, ratioOf, type Figure } from './figures.ts';
import { benchFirstScan } from './first-scan.ts';
import { describeMachine, loadNow, machineLine } from './machine.ts';
import { benchRescan } from './rescan.ts';
import { Scene } from './scene.ts';
import { benchSlots } from './slots.ts';

const PARTS = ['rescan', 'first-scan', 'encode', 'slots', 'dispatch'] as const;

const USAGE = `npm run bench                      measure everything
npm run bench -- --json FILE       and write the figures to FILE
npm run bench -- --only PART       one part alone (several times for more): ${PARTS.join(', ')}

What is measured and how: docs/benchmarks.md
`;

function readArguments() {
  return parseArgs({
    strict: true,
    options: {
      json: { type: 'string' },
      only: { type: 'string', multiple: true, default: [...PARTS] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
}

async function measure(scene: Scene, parts: readonly string[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const say = (part: string) => (text: string) => process.stderr.write(`${part}: ${text}\n`);
  if (parts.includes('rescan')) figures.push(...(await benchRescan(scene, say('rescan'))));
  if (parts.includes('first-scan')) figures.push(...(await benchFirstScan(scene, say('first scan'))));
  if (parts.includes('encode')) figures.push(...(await benchEncode(scene, say('encode'))));
  if (parts.includes('slots')) figures.push(...(await benchSlots(scene, say('slots'))));
  if (parts.includes('dispatch')) figures.push(...(await benchDispatch(scene, say('dispatch'))));
  return figures;
}

/** @returns the exit code: 0 also when an aim was missed, for a benchmark tells and does not judge; 1 when it broke */
async function main(): Promise<number> {
  let values: ReturnType<typeof readArguments>;
  try {
    values = readArguments();
    const unknown = values.only.filter((part) => !(PARTS as readonly string[]).includes(part));
    if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(', ')}`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const loadBefore = loadNow();
  const scene = new Scene();
  scene.listen();
  try {
    const figures = await measure(scene, values.only);
    const machine = await describeMachine(loadBefore);
    process.stdout.write(`\n${figureTable(figures)}\n\n${machineLine(machine)}\n`);
    if (values.json !== undefined) {
      const rows = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), met: isMet(figure) }));
      await writeFile(
        values.json,
        `${JSON.stringify({ at: new Date(), machine, figures: rows }, null, 2)}\n`,
      );
    }
    return 0;
  } catch (error) {
    if (scene.signal.aborted) return 130;
    process.stderr.write(
      `the benchmark broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 1;
  } finally {
    await scene.end();
  }
}

process.exit(await main());
