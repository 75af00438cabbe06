import type { ProgramEnd } from './start-program.js';
import type { ToolError } from './tool-error.js';
import type { ToolGuard } from './tool-guard.js';
import type { ToolProcess } from './tool-process.js';

/** ms of work in which one of two tools has to end by itself when the other has: a disk may be slow in closing a file. */
const RESPITE_MS = 10_000;

export interface Half {
  tool: ToolProcess;
  ended: Promise<ProgramEnd>;
}

interface Ended {
  error: ToolError | null;
  /** it ended while the other one still ran, and nobody had ended it */
  first: boolean;
  /** somebody had ended it from here */
  stopped: boolean;
  lostItsReader: boolean;
}

/**
 * Waits until both of two tools have ended that are one: when one has failed, the other is ended, too, since what it goes on with is
 * worth nothing. A reader takes the end of its input for the end of the film, and cannot know that its writer had more to say.
 * @throws ToolError of the one that failed first; none for what the guard has ended
 */
export async function endOfPair(
  writer: Half,
  reader: Half,
  guard: ToolGuard,
  respiteMs = RESPITE_MS,
): Promise<ProgramEnd> {
  let running = 2;
  const wait = async (half: Half, leave: (ended: Ended) => void): Promise<Ended> => {
    const end = await half.ended;
    running -= 1;
    const ended = {
      error: half.tool.judge(end),
      first: running === 1,
      stopped: guard.stops,
      lostItsReader: half.tool.lostItsReader(end),
    };
    if (running === 1) leave(ended);
    return ended;
  };
  const [wrote, read, end] = await Promise.all([
    wait(writer, ({ error, lostItsReader }) => {
      if (error === null) return;
      // Then the reader is the one that went first, and has yet to say why.
      if (lostItsReader) guard.stopAfter(respiteMs);
      else guard.stop();
    }),
    wait(reader, ({ error }) => {
      if (error === null) guard.stopAfter(respiteMs);
      else guard.stop();
    }),
    reader.ended,
  ]);
  if (guard.ending !== null) return end;
  const error = blame(writer.tool, reader.tool, wrote, read);
  if (error !== null) throw error;
  return end;
}

function blame(writer: ToolProcess, reader: ToolProcess, wrote: Ended, read: Ended): ToolError | null {
  if (wrote.error === null) return read.error;
  if (read.error !== null)
    return wrote.first && (!wrote.lostItsReader || read.stopped) ? wrote.error : read.error;
  if (wrote.stopped)
    return writer.fail('tool_failed', `${writer.name} went on after ${reader.name} had ended, and was ended`);
  if (wrote.lostItsReader)
    return writer.fail(
      'tool_failed',
      `${reader.name} ended before it had read all that ${writer.name} had to say`,
    );
  return wrote.error;
}
