import type { JobAttempt, JobDetail, JobState, JobStep, StepState } from '#contracts';
import type { Tone } from '../../ui/tone';

/** How states are grouped for people: the queue's tabs. */
export const JOB_GROUPS = {
  active: ['claimed', 'running', 'delivering', 'replacing'],
  waiting: ['pending', 'queued'],
  review: ['in_review'],
  failed: ['failed', 'failed_permanent'],
  done: ['completed', 'skipped', 'cancelled'],
} as const satisfies Record<string, readonly JobState[]>;
export type JobGroup = keyof typeof JOB_GROUPS;

interface Look {
  label: string;
  tone: Tone;
  /** one sentence, for the title */
  meaning: string;
}

const LOOKS: Readonly<Record<JobState, Look>> = {
  pending: { label: 'Waiting', tone: 'neutral', meaning: 'Waits for its turn' },
  queued: { label: 'Queued', tone: 'info', meaning: 'Handed to a node that is not free yet' },
  claimed: { label: 'Starting', tone: 'accent', meaning: 'A node has taken it and prepares' },
  running: { label: 'Running', tone: 'accent', meaning: 'A node works on it' },
  delivering: { label: 'Delivering', tone: 'accent', meaning: 'The result is on its way to the server' },
  in_review: {
    label: 'In review',
    tone: 'warning',
    meaning: 'The result is good and waits for somebody to approve it',
  },
  replacing: {
    label: 'Replacing',
    tone: 'accent',
    meaning: 'The server checks the result and puts it in its place',
  },
  completed: { label: 'Done', tone: 'success', meaning: 'The result was checked and is in its place' },
  skipped: { label: 'Skipped', tone: 'neutral', meaning: 'The file was left as it is' },
  failed: { label: 'Will retry', tone: 'warning', meaning: 'This attempt failed; another follows' },
  failed_permanent: {
    label: 'Failed',
    tone: 'danger',
    meaning: 'Failed for good; nothing happens until it is run again',
  },
  cancelled: { label: 'Cancelled', tone: 'neutral', meaning: 'Somebody cancelled it' },
};

export function jobLook(state: JobState): Look {
  return LOOKS[state];
}

export const STEP_TONES: Readonly<Record<StepState, Tone>> = {
  pending: 'neutral',
  running: 'accent',
  completed: 'success',
  failed: 'danger',
};

/**
 * A job's steps as they are to be shown: one whose attempt has ended in its middle, because it was left alone, cancelled or lost, runs no
 * longer, and took until then.
 */
export function shownSteps({ steps, attempts }: Pick<JobDetail, 'steps' | 'attempts'>): JobStep[] {
  const endedAt = attempts.at(-1)?.endedAt ?? null;
  return steps.map((step) =>
    step.state === 'running' && endedAt !== null ? { ...step, state: 'pending', endedAt } : step,
  );
}

const ATTEMPT_LOOKS: Readonly<Record<string, Pick<Look, 'label' | 'tone'>>> = {
  delivered: { label: 'Delivered', tone: 'success' },
  skipped: { label: 'Left as it is', tone: 'neutral' },
  failed: { label: 'Failed', tone: 'danger' },
  lost: { label: 'Node lost', tone: 'warning' },
  deferred: { label: 'Put off', tone: 'warning' },
  given_back: { label: 'Given back', tone: 'neutral' },
  yielded: { label: 'Waits for its parts', tone: 'neutral' },
};

/** How an attempt ended, or that it has not. */
export function attemptLook(
  attempt: Pick<JobAttempt, 'outcome' | 'endedAt' | 'error'>,
): Pick<Look, 'label' | 'tone'> {
  if (attempt.endedAt === null) return { label: 'Running', tone: 'accent' };
  return (
    ATTEMPT_LOOKS[attempt.outcome ?? ''] ?? {
      label: readable(attempt.outcome ?? 'ended'),
      tone: attempt.error ? 'danger' : 'neutral',
    }
  );
}

export function isActive(state: JobState): boolean {
  return (JOB_GROUPS.active as readonly JobState[]).includes(state);
}

/** While the server replaces a file it cannot be stopped: half a replacement is the one thing that must not be. */
export function canCancel(state: JobState): boolean {
  return ['pending', 'queued', 'claimed', 'running', 'delivering', 'in_review', 'failed'].includes(state);
}

export function canRerun(state: JobState): boolean {
  return ['in_review', 'completed', 'skipped', 'failed', 'failed_permanent', 'cancelled'].includes(state);
}

export function canMoveToFront(state: JobState): boolean {
  return state === 'pending' || state === 'queued';
}

/** What the field writes in a way of its own, by how it is written in names. */
const TERMS: ReadonlyMap<string, string> = new Map(
  [
    'Dolby',
    'Vision',
    'RPU',
    'RPUs',
    'P5',
    'P7',
    'P8',
    'MEL',
    'FEL',
    'x264',
    'x265',
    'SVT',
    'AV1',
    'HEVC',
    'HDR',
    'HDR10',
    'SDR',
  ].map((term) => [term.toLowerCase(), term]),
);

/** A step's or pipeline's name for people: `inject_rpu` -> `Inject RPU`. */
export function readable(name: string): string {
  const [first = '', ...rest] = name.split(/[-_ ]+/).filter((word) => word !== '');
  const start = TERMS.get(first.toLowerCase()) ?? first.charAt(0).toUpperCase() + first.slice(1);
  return [start, ...rest.map((word) => TERMS.get(word.toLowerCase()) ?? word)].join(' ');
}
