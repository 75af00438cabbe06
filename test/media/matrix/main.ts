import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findCapabilities } from '#engine/tools/capabilities.js';
import { examine } from './examine.ts';
import { GROUPS } from './index.ts';
import { shippedProfile } from './profiles.ts';
import { document, surprises, type Row } from './report.ts';
import type { Source } from './source.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/media-matrix.md', import.meta.url));

const USAGE = `npm run media-matrix                run every kind of file, and write docs/media-matrix.md
npm run media-matrix -- --only ID   one kind alone (several times for more), printed and not written
`;

function readArguments() {
  return parseArgs({
    strict: true,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
}

async function examineAll(sources: readonly Source[]): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  const left = [...sources];
  const [av1, remux] = [shippedProfile('av1-default'), shippedProfile('remux')];
  const work = async () => {
    for (let source = left.shift(); source !== undefined; source = left.shift()) {
      rows.set(source.id, [await examine(source, 'av1-default', av1), await examine(source, 'remux', remux)]);
      process.stderr.write(`${rows.size}/${sources.length} ${source.id}\n`);
    }
  };
  await Promise.all([work(), work()]);
  return rows;
}

async function toolVersions(): Promise<string> {
  const { tools, svtAv1Version } = await findCapabilities();
  const version = (name: string) => `${name} ${tools[name]?.version.split('-')[0] ?? 'missing'}`;
  return [version('ffmpeg'), `SVT-AV1 ${svtAv1Version ?? 'missing'}`, version('mkvmerge')].join(', ');
}

/** @returns the exit code: 0 when everything was as expected, 1 when something was not, 2 for wrong arguments */
async function main(): Promise<number> {
  let values: ReturnType<typeof readArguments>;
  const all = GROUPS.flatMap(({ sources }) => sources);
  try {
    values = readArguments();
    const unknown = values.only.filter((id) => !all.some((source) => source.id === id));
    if (unknown.length > 0) throw new Error(`there is no kind of file named ${unknown.join(', ')}`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const chosen = values.only.length === 0 ? all : all.filter(({ id }) => values.only.includes(id));
  const rows = await examineAll(chosen);
  const text = document(GROUPS, rows, await toolVersions());
  if (values.only.length === 0) await writeFile(DOCUMENT, text);
  else process.stdout.write(text);
  const wrong = surprises(rows, GROUPS);
  for (const line of wrong) process.stderr.write(`not as expected: ${line}\n`);
  return wrong.length === 0 ? 0 : 1;
}

process.exit(await main());
