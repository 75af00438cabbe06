import type { Plan, StreamPlan } from '#engine/plan/plan.types.js';
import type { MediaInfo, Stream } from '#engine/media/media-info.js';
import type { Examined } from './examine.ts';
import type { Group, Source } from './source.ts';

/** What became of one source: under av1-default, and under remux. */
export type Row = readonly [av1: Examined, remux: Examined];

function describe(stream: Stream): string {
  switch (stream.kind) {
    case 'video':
      return `${stream.codec} ${stream.width}x${stream.height}`;
    case 'audio':
      return `${stream.codec} ${stream.channelLayout ?? stream.channels}`;
    case 'subtitle':
      return stream.codec;
    case 'attachment':
      return stream.fileName ?? 'attachment';
    case 'cover':
      return 'cover';
    case 'data':
      return `data (${stream.codec})`;
  }
}

function became(stream: Stream, plan: StreamPlan): string {
  switch (plan.action) {
    case 'encode-video': {
      const { codec, width, height, filters } = plan.video;
      const names = filters.map((filter) => filter.split('=')[0]).filter((name) => name !== 'format');
      const through = names.length === 0 ? '' : ` (${[...new Set(names)].join(', ')})`;
      return `${describe(stream)} → ${codec} ${width}x${height}${through}`;
    }
    case 'encode-audio':
      return `${describe(stream)} → ${plan.audio.codec} ${plan.audio.channelLayout} ${plan.audio.bitRate}k`;
    case 'convert-subtitle':
      return `${describe(stream)} → ${plan.format}`;
    case 'copy':
      return `${describe(stream)} kept`;
    case 'convert-dolby-vision':
      return `${describe(stream)} kept, as Dolby Vision Profile 8.1`;
    case 'drop':
      return `${describe(stream)} dropped: ${plan.reason.message}`;
  }
}

function streams(info: MediaInfo, plan: Plan): string[] {
  const lines = info.streams.map((stream) => {
    const entry = plan.streams.find(({ index }) => index === stream.index);
    return entry === undefined ? `${describe(stream)} unaccounted for` : became(stream, entry);
  });
  const added = plan.added.map(
    ({ audio, title }) => `added: ${title} (${audio.codec} ${audio.channelLayout})`,
  );
  return [...lines, ...added];
}

/** Names and messages come from files, and `|` ends a cell. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();
}

/** Paths, addresses and the like differ from run to run. */
function steady(message: string): string {
  return message
    .replaceAll(/file:\S*\/|\/tmp\/\S*\//g, '')
    .replaceAll(/ @ 0x[0-9a-f]+/g, '')
    .replace('; it was thrown away, the original stays', '')
    .slice(0, 240);
}

/** In tens of per cent: encoders of another version differ by a little. */
function saving({ sizes }: Examined): string {
  if (sizes === null) return '';
  const percent = Math.round(((1 - sizes.after / sizes.before) * 100) / 10) * 10;
  return percent > 90 ? ', more than 90 % smaller' : `, about ${percent} % smaller`;
}

function result(examined: Examined): string {
  const { verdict, plan, info, message, differences } = examined;
  if (verdict !== 'encoded' || plan === null || info === null) {
    const [, code] = /^failed: (.*)$/.exec(verdict) ?? [];
    const head = code === undefined ? `left alone: \`${verdict}\`` : `**failed**: \`${code}\``;
    return `${head}: ${cell(steady(message))}`;
  }
  const changed = plan.streams.some(({ action }) => action.startsWith('encode'));
  const wrong = differences.length === 0 ? '' : `<br>**but** ${cell(differences.join('; '))}`;
  const head = changed ? `**encoded**${saving(examined)}` : '**remuxed**';
  return `${head}<br>${streams(info, plan).map(cell).join('<br>')}${wrong}`;
}

/** What was looked at in either; nothing when neither gave a new file. */
function checks(row: Row): string {
  const [av1, remux] = row;
  const all = new Set([...av1.checked, ...remux.checked]);
  return all.size === 0 ? '–' : cell([...all].join(', '));
}

const isFine = (examined: Examined, source: Source, at: 0 | 1) =>
  examined.verdict === source.expected[at] && examined.differences.length === 0;

/** Sources whose result is not what it should be. */
export function surprises(rows: ReadonlyMap<string, Row>, groups: readonly Group[]): string[] {
  return groups.flatMap(({ sources }) =>
    sources.flatMap((source) => {
      const row = rows.get(source.id);
      return ([0, 1] as const).flatMap((at) => {
        const examined = row?.[at];
        if (examined === undefined || isFine(examined, source, at)) return [];
        const { profileName, verdict, message, differences } = examined;
        return [`${source.id}, ${profileName}: ${[verdict, message, ...differences].join('; ')}`];
      });
    }),
  );
}

const LEGEND = `# What becomes of which file

Made by \`npm run media-matrix\`: every kind of file below was generated (clips of one or two seconds, most of 320x180), put
through the same steps that a job goes through on a node, and compared with what came out, by a comparison of its own and not
only by the one that guards each job. A second run gives the same text.

- **av1-default** and **remux** are the profiles as they are shipped. Neither knows that these are clips: the sources
  have high rates, so that a saving is there to be had, and short files are judged like long ones.
- **encoded**: a new file that passed every check. Below it is each stream of the source in its order: \`a → b\` was encoded or
  converted, *kept* was copied bit by bit, *dropped* is followed by the reason. *Smaller* is in tens of per cent.
- **remuxed**: a new file into which every stream was copied.
- **failed**: what came out was not good enough, or a tool gave up; the source stays as it is.
- *left alone*: the source stays as it is, for the reason that follows the code. \`nothing_to_do\` under remux: it is Matroska already.
- **checked**: what was compared between source and new file, for either profile. *Every stream* means that each stream of the
  source is kept, changed or dropped with a reason; *pictures* is the number of frames that both decode to (twice as many where
  each field became a frame); *begin and end* is of each stream, by its packets.
`;

/** The whole document. */
export function document(groups: readonly Group[], rows: ReadonlyMap<string, Row>, tools: string): string {
  const parts = [LEGEND, `Tools: ${tools}.\n`];
  for (const { heading, sources } of groups) {
    const lines = sources.flatMap((source) => {
      const row = rows.get(source.id);
      if (row === undefined) return [];
      const weakness = source.weakness === undefined ? '' : `<br>*Known weakness:* ${cell(source.weakness)}`;
      const cells = [`${cell(source.description)}${weakness}`, result(row[0]), result(row[1]), checks(row)];
      return [`| ${cells.join(' | ')} |`];
    });
    parts.push(
      [
        `## ${heading}\n`,
        '| source | av1-default | remux | checked |',
        '|---|---|---|---|',
        ...lines,
        '',
      ].join('\n'),
    );
  }
  const missing = groups.flatMap(({ missing: list }) => list ?? []);
  parts.push(
    ['## What could not be had\n', ...missing.map(({ what, why }) => `- **${what}**: ${why}`), ''].join('\n'),
  );
  return parts.join('\n');
}
