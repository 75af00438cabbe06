import { parseArgs } from 'node:util';
import { convert, extractRpu, info, injectRpu } from './commands.ts';

const VERSION =
  "dovi_tool 2.3.1-stand-in (of Boilarr's tests: replays what dovi_tool 2.3.1 has made of one clip)";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Ends as the real program does when it does not understand its command line. */
function misused(message: string): never {
  process.stderr.write(`error: ${message}\n\nFor more information, try '--help'.\n`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        mode: { type: 'string', short: 'm', default: '0' },
        version: { type: 'boolean', short: 'V' },
        input: { type: 'string', short: 'i' },
        output: { type: 'string', short: 'o' },
        'rpu-out': { type: 'string' },
        'rpu-in': { type: 'string', short: 'r' },
        discard: { type: 'boolean', short: 'd' },
        summary: { type: 'boolean', short: 's' },
      },
    });
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

const { values, positionals } = readArguments();
const [command, positional] = positionals;
const required = (value: string | undefined, name: string): string =>
  value ?? misused(`the following required arguments were not provided:\n  ${name}`);
const input = () => required(values.input ?? positional, '<input>');
const output = () => required(values['rpu-out'] ?? values.output, '--output <OUTPUT>');
const mode = Number(values.mode);
if (mode !== 0 && mode !== 2) misused(`the stand-in has recorded modes 0 and 2, not '${values.mode}'`);

try {
  if (values.version === true) say(VERSION);
  else if (command === 'convert')
    convert({ input: input(), output: output(), mode, discard: values.discard ?? false });
  else if (command === 'extract-rpu') extractRpu({ input: input(), output: output(), mode }, say);
  else if (command === 'inject-rpu')
    injectRpu(
      { input: input(), rpu: required(values['rpu-in'], '--rpu-in <RPU_IN>'), output: output() },
      say,
    );
  else if (command === 'info' && values.summary === true) info(input(), say);
  else misused(`the stand-in knows no command '${command ?? ''}' with these options`);
} catch (error) {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
