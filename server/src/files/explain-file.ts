import { isDeepStrictEqual } from 'node:util';
import type { Capabilities, FilePlan, Reason } from '#contracts';
import { shellQuote } from '#engine/command/shell-quote.js';
import { streamsOf, type MediaInfo, type VideoStream } from '#engine/media/media-info.js';
import { describeCommands } from '#engine/pipelines/describe-commands.js';
import { videoToEncode } from '#engine/pipelines/film/look.js';
import { KIND_NAMES, kindOf } from '#engine/plan/dolby-vision/kind.js';
import { explainDecision } from '#engine/plan/explain.js';
import { fileFacts } from '#engine/plan/file-facts.js';
import type { Plan, RuleTrace } from '#engine/plan/plan.types.js';
import type { EffectiveProfile } from '#engine/profile/effective.js';
import { profileSchema, type Profile } from '#engine/profile/schema/index.js';
import { PROFILE_REPEATS } from '../jobs/repeating-profiles.js';
import type { LibraryProfiles } from '../profiles/library-profiles.js';
import { audioText, outcomeText, sourceText } from './describe-stream.js';

export interface ExplainRequest {
  /** absolute */
  path: string;
  /** of the file's folder in its library */
  directory: string;
  mtimeNs: string;
  info: MediaInfo;
  profiles: LibraryProfiles;
  /** from the library's history; 1 without one */
  correction: number;
  /** why nothing is encoded with this profile, if that is so */
  repeating: Reason | null;
  /** null: nobody has said what it can do */
  node: { name: string; capabilities: Capabilities } | null;
  /** absolute; it need not exist */
  workFolder: string;
  notes?: readonly string[];
}

/** Everything that decides about a file, put together for a person. Reads and writes nothing. */
export function explainFile(request: ExplainRequest): FilePlan {
  const { info, profiles, directory, correction } = request;
  const { loaded, effective, layers } = profiles.explain(directory);
  const facts = fileFacts(request.mtimeNs, correction);
  const explained = explainDecision(info, effective.profile, facts);
  const stopped = explained.decision.verdict === 'encode' ? request.repeating : null;
  const decision = stopped === null ? explained.decision : ({ verdict: 'skip', reason: stopped } as const);
  const plan = decision.verdict === 'encode' ? decision.plan : null;
  const commands = plan === null ? NO_COMMANDS : commandsOf(request, plan, effective.profile);
  const looks = plan !== null && videoToEncode(info, effective.profile, facts) !== null;
  return {
    path: request.path,
    size: info.container.size,
    profile: {
      name: loaded.name,
      hash: loaded.hash,
      files: layers.map(({ file }) => file),
      errors: profiles.errorsAbove(directory),
      values: valuesOf(effective),
    },
    verdict: decision.verdict,
    reason: decision.reason,
    pipeline: plan?.pipeline ?? null,
    dolbyVision: dolbyVisionOf(info, plan),
    rules: [...explained.rules, ...repeatingRule(stopped)],
    streams: (plan?.streams ?? []).map((stream) => ({
      index: stream.index,
      source: textOf(info, stream.index),
      action: stream.action,
      becomes: outcomeText(stream),
      reason: stream.reason,
    })),
    added: (plan?.added ?? []).map(({ from, title, audio, reason }) => ({
      ...{ from, title, reason },
      becomes: audioText(audio),
    })),
    projection:
      plan === null ? null : { expectedSize: plan.expectedSize, sizeLimit: plan.sizeLimit, correction },
    node: request.node?.name ?? null,
    commands: commands.commands,
    notes: [...(request.notes ?? []), ...commands.notes, ...(looks ? [LOOKS] : [])],
  };
}

/** The kind of the first picture, and what becomes of it. */
function dolbyVisionOf(info: MediaInfo, plan: Plan | null): FilePlan['dolbyVision'] {
  const [video] = streamsOf(info, 'video');
  const record = video?.hdr.dolbyVision ?? null;
  if (video === undefined || record === null) return null;
  const kind = kindOf(record);
  return { kind, name: KIND_NAMES[kind], way: wayOf(video, plan) };
}

function wayOf({ index }: VideoStream, plan: Plan | null): NonNullable<FilePlan['dolbyVision']>['way'] {
  if (plan === null) return 'skip';
  if (plan.dolbyVision !== null) return plan.dolbyVision.way;
  return plan.streams.find((stream) => stream.index === index)?.action === 'copy' ? 'keep' : 'drop';
}

const LOOKS =
  'a node looks at the picture before it plans: its filters and its film grain may come out otherwise than here, ' +
  'where the headers alone are known';

const NO_COMMANDS = { commands: [], notes: [] };

function commandsOf(
  { path, info, node, workFolder }: ExplainRequest,
  plan: Plan,
  profile: Profile,
): Pick<FilePlan, 'commands' | 'notes'> {
  if (node === null)
    return {
      commands: [],
      notes: ['no node has said what it can do, so that there are no commands to show'],
    };
  const { capabilities } = node;
  const described = describeCommands({ source: path, info, plan, profile, capabilities, workFolder });
  const refused = described.refused;
  return {
    commands: described.commands.map(({ step, argv, input }) => ({
      ...{ step, argv, input },
      line: input === null ? shellQuote(argv) : `${shellQuote(input)} | ${shellQuote(argv)}`,
    })),
    notes: [
      ...(described.note === null ? [] : [described.note]),
      ...(refused === null ? [] : [`${node.name} would leave the file alone: ${refused.message}`]),
    ],
  };
}

function repeatingRule(stopped: Reason | null): RuleTrace[] {
  return stopped === null ? [] : [{ code: PROFILE_REPEATS, result: 'objected', message: stopped.message }];
}

function valuesOf({ profile, origins }: EffectiveProfile): FilePlan['profile']['values'] {
  const without = profileSchema.parse({});
  return Object.entries(origins).map(([key, origin]) => {
    const value = valueAt(profile, key);
    return { key, value, origin, isDefault: isDeepStrictEqual(value, valueAt(without, key)) };
  });
}

function valueAt(profile: object, key: string): unknown {
  let value: unknown = profile;
  for (const part of key.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}

function textOf(info: MediaInfo, index: number): string {
  const stream = info.streams.find((candidate) => candidate.index === index);
  return stream === undefined ? '' : sourceText(stream);
}
