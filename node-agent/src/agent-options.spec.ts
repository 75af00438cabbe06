import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAgentOptions, type Surroundings } from './agent-options.js';
import { HELP, readArguments } from './options/arguments.js';
import { parseConfigFile } from './options/config-file.js';
import { parsePathMap, VARIABLES } from './options/environment.js';
import { OptionsError } from './options/option-values.js';
import { defaultWorkFolder } from './options/work-folder.js';

const JOIN = `join_${'ab'.repeat(24)}`;
const NODE = 'cd'.repeat(32);

function surroundings(file = '', special: Partial<Surroundings> = {}): Surroundings {
  return {
    ...{ platform: 'linux', home: '/home/me', hostName: 'attic', directory: '/srv' },
    readFile: (name) => parseConfigFile(file, name),
    ...special,
  };
}

const read = (args: string[], environment: NodeJS.ProcessEnv = {}, around = surroundings()) =>
  readAgentOptions(readArguments(args), environment, around);

function problemsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof OptionsError) return [...error.problems];
    throw error;
  }
  return [];
}

describe('where options come from', () => {
  it('has sensible ones for all that nobody has said', () => {
    expect(read([])).toEqual({
      ...{ serverUrl: null, token: null, name: 'attic', workFolder: '/home/me/.local/share/boilarr-node' },
      scratchFolder: null,
      ...{ logLevel: 'info', shutdown: 'giveBack', healthPort: null, pathMappings: [] },
    });
  });

  it.each([
    [['--name', 'a'], { BOILARR_NODE_NAME: 'b' }, 'name: c', 'a'],
    [['--name=a'], {}, 'name: c', 'a'],
    [[], { BOILARR_NODE_NAME: 'b' }, 'name: c', 'b'],
    [[], { BOILARR_NODE_NAME: ' ' }, 'name: c', 'c'],
    [[], {}, 'name: c', 'c'],
    [[], {}, '# nothing', 'attic'],
    [[], {}, 'name:', 'attic'],
  ])('takes %j before %j before "%s"', (args, environment, file, name) => {
    expect(read([...args, '--config', 'node.yaml'], environment, surroundings(file)).name).toBe(name);
  });

  it('reads all of them from each place', () => {
    const wanted = {
      ...{ serverUrl: 'http://nas:2645/boilarr', token: JOIN, name: 'box', workFolder: '/work' },
      scratchFolder: '/dev/shm',
      ...{ logLevel: 'debug', shutdown: 'finish', healthPort: 2647 },
      pathMappings: [
        { server: '/media', node: 'Z:\\media' },
        { server: '/films', node: '\\\\nas\\films' },
      ],
    };
    const environment = {
      ...{
        BOILARR_SERVER_URL: 'http://nas:2645/boilarr/',
        BOILARR_NODE_TOKEN: JOIN,
        BOILARR_NODE_NAME: 'box',
      },
      ...{
        BOILARR_WORK_DIR: '/work',
        BOILARR_NODE_SCRATCH: '/dev/shm',
        BOILARR_LOG_LEVEL: 'debug',
        BOILARR_SHUTDOWN: 'finish',
      },
      ...{ BOILARR_NODE_HEALTH_PORT: '2647', BOILARR_PATH_MAP: '/media=Z:\\media; /films=\\\\nas\\films;' },
    };
    expect(Object.keys(environment).sort()).toEqual(Object.values(VARIABLES).sort());
    expect(read([], environment)).toEqual(wanted);
    const file = `
server: http://nas:2645/boilarr
token: ${JOIN}
name: box
work: /work
scratch: /dev/shm
logLevel: debug
shutdown: finish
healthPort: 2647
pathMappings:
  - { server: /media, node: 'Z:\\media' }
  - { server: /films, node: '\\\\nas\\films' }
`;
    expect(read([], { BOILARR_NODE_CONFIG: '/etc/node.yaml' }, surroundings(file))).toEqual(wanted);
    const line = `--server http://nas:2645/boilarr --token ${JOIN} --name box --work /work --scratch /dev/shm --log-level debug`;
    expect(read(line.split(' '))).toMatchObject({
      ...wanted,
      shutdown: 'giveBack',
      healthPort: null,
      pathMappings: [],
    });
    for (const [option] of line.matchAll(/--[a-z-]+/g)) expect(HELP).toContain(option);
    for (const variable of Object.values(VARIABLES)) expect(HELP).toContain(variable);
  });

  it.each<[string, string[], string, Partial<Surroundings>, string]>([
    ['of the command line counts from where it is given', ['--work', 'w'], '', {}, '/srv/w'],
    ['in the file counts from the file', ['--config', '/etc/b/node.yaml'], 'work: w', {}, '/etc/b/w'],
    ['of a drive', ['--work', 'd:\\w'], '', { platform: 'win32', directory: 'C:\\x' }, 'd:\\w'],
    ['with slashes', ['--work', 'd:/w/y'], '', { platform: 'win32', directory: 'C:\\x' }, 'd:\\w\\y'],
    ['of a share', ['--work', '\\\\nas\\w'], '', { platform: 'win32', directory: 'C:\\x' }, '\\\\nas\\w\\'],
    [
      'beside a file on a drive',
      ['--config', 'D:\\b\\node.yaml'],
      'work: w',
      { platform: 'win32', directory: 'C:\\x' },
      'D:\\b\\w',
    ],
  ])('a work folder %s', (_name, args, file, special, folder) => {
    expect(read(args, {}, surroundings(file, special)).workFolder).toBe(folder);
  });

  it('takes a scratch folder as it takes the work folder', () => {
    const file = surroundings('scratch: s');
    expect(read(['--config', '/etc/b/node.yaml'], {}, file).scratchFolder).toBe('/etc/b/s');
    expect(read(['--config', '/etc/b/node.yaml', '--scratch', 's'], {}, file).scratchFolder).toBe('/srv/s');
  });

  it.each<[NodeJS.Platform, NodeJS.ProcessEnv, string, string]>([
    ['linux', {}, '/root', '/root/.local/share/boilarr-node'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/root', '/data/boilarr-node'],
    ['linux', { XDG_DATA_HOME: 'data' }, '/root', '/root/.local/share/boilarr-node'],
    ['freebsd', {}, '/home/a', '/home/a/.local/share/boilarr-node'],
    ['darwin', {}, '/Users/a', '/Users/a/Library/Application Support/Boilarr Node'],
    ['win32', {}, 'C:\\Users\\a', 'C:\\Users\\a\\AppData\\Local\\Boilarr Node'],
    ['win32', { LOCALAPPDATA: 'D:\\L' }, 'C:\\Users\\a', 'D:\\L\\Boilarr Node'],
  ])('has a work folder of its own on %s with %j', (platform, environment, home, folder) => {
    const paths = platform === 'win32' ? path.win32 : path.posix;
    expect(defaultWorkFolder(platform, environment, home)).toBe(folder);
    expect(paths.isAbsolute(folder)).toBe(true);
  });
});

describe('what is wrong', () => {
  it.each<[string[], NodeJS.ProcessEnv, string, RegExp[]]>([
    [['--server', 'nas'], {}, '', [/^--server: must be an address such as/]],
    [['--server', 'ftp://nas'], {}, '', [/^--server: must be an address/]],
    [[], { BOILARR_SERVER_URL: 'nas:2645' }, '', [/^BOILARR_SERVER_URL: must be an address/]],
    [['--config', 'n.yaml'], {}, 'server: 7', [/^server in \/srv\/n\.yaml: is a number; put it in quotes/]],
    [['--token', 'join_abc'], {}, '', [/^--token: must be a join token/]],
    [['--log-level', 'loud'], {}, '', [/^--log-level: must be one of trace/]],
    [[], { BOILARR_SHUTDOWN: 'now' }, '', [/^BOILARR_SHUTDOWN: must be giveBack or finish/]],
    [[], { BOILARR_NODE_HEALTH_PORT: '70000' }, '', [/^BOILARR_NODE_HEALTH_PORT: must be a port/]],
    [[], { BOILARR_NODE_HEALTH_PORT: 'x' }, '', [/^BOILARR_NODE_HEALTH_PORT: must be a port/]],
    [[], { BOILARR_PATH_MAP: '/a=/b;/c' }, '', [/^BOILARR_PATH_MAP \(entry 2, node\): has no path here/]],
    [
      ['--config', 'n.yaml'],
      {},
      'pathMappings: [{ server: /a }]',
      [/^pathMappings in .*\(entry 1, node\): has no path/],
    ],
    [['--config', 'n.yaml'], {}, 'pathMappings: /a', [/^pathMappings in .*: must be a list/]],
    [
      ['--config', 'n.yaml'],
      {},
      'sever: http://nas',
      [/^\/srv\/n\.yaml: there is no key "sever"; known are server,/],
    ],
    [['--config', 'n.yaml'], {}, 'a: b\nname: [', [/^\/srv\/n\.yaml, line 2: is not valid YAML/]],
    [['--config', 'n.yaml'], {}, '- server', [/^\/srv\/n\.yaml: must hold keys/]],
    [['--config', 'n.yaml'], {}, 'name: &a x\nwork: *a', [/^\/srv\/n\.yaml: aliases/]],
    [['--name', 'x'.repeat(61)], { BOILARR_LOG_LEVEL: 'x' }, '', [/^BOILARR_LOG_LEVEL/, /^--name: .*60/]],
    [['--sever', 'x', '--name', 'y'], {}, '', [/^there is no option --sever; --help/]],
    [['-s', 'x'], {}, '', [/^there is no option -s/]],
    [['--server'], {}, '', [/^--server: has no value/]],
    [['--name='], {}, '', [/^--name: has no value/]],
    [['--name', 'a', '--name', 'b'], {}, '', [/^--name: is given twice/]],
    [['--help=yes'], {}, '', [/^--help: takes no value/]],
    [['--name', 'a', 'b'], {}, '', [/^argument 3: what is not an option's value/]],
  ])('is said of %j %j "%s"', (args, environment, file, expected) => {
    const problems = problemsOf(() => read(args, environment, surroundings(file)));
    expect(problems).toHaveLength(expected.length);
    problems.forEach((problem, at) => {
      expect(problem).toMatch(expected[at] ?? /none/);
    });
  });

  it('never repeats a token, wherever it stands', () => {
    const secret = fc.constantFrom(JOIN, NODE, `${JOIN}x`, NODE.toUpperCase());
    const anywhere = fc.oneof(
      secret.map((token) => ({ args: [token], environment: {}, file: '' })),
      secret.map((token) => ({ args: ['--server', token], environment: {}, file: '' })),
      secret.map((token) => ({ args: ['--sever', token, token], environment: {}, file: '' })),
      secret.map((token) => ({ args: [`--server=${token}`, `--x=${token}`], environment: {}, file: '' })),
      fc
        .tuple(secret, fc.constantFrom(...Object.values(VARIABLES)))
        .map(([token, variable]) => ({ args: [], environment: { [variable]: token }, file: '' })),
      fc
        .tuple(
          secret,
          fc.constantFrom(
            'TOKEN',
            'token: [TOKEN',
            'server: TOKEN',
            'token: TOKEN\ntoken: TOKEN',
            'a: *TOKEN',
            '- TOKEN',
            'healthPort: TOKEN',
            'token: "TOKEN',
            'TOKEN: x',
          ),
        )
        .map(([token, file]) => ({
          args: ['--config', 'f'],
          environment: {},
          file: file.replaceAll('TOKEN', token),
        })),
    );
    fc.assert(
      fc.property(anywhere, ({ args, environment, file }) => {
        const said = problemsOf(() => read(args, environment, surroundings(file))).join('\n');
        expect(said.toLowerCase()).not.toContain('abab');
        expect(said.toLowerCase()).not.toContain('cdcd');
      }),
    );
  });

  it('is a matter of messages whatever a file holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (file) => {
        problemsOf(() => read(['--config', 'f'], {}, surroundings(file)));
      }),
    );
  });
});

it.each([
  ['', []],
  [';;', []],
  ['/a=/b', [{ server: '/a', node: '/b' }]],
  ['/a = Z:\\b c ;', [{ server: '/a', node: 'Z:\\b c' }]],
  ['/a=/b=c', [{ server: '/a', node: '/b=c' }]],
  ['/a', [{ server: '/a', node: '' }]],
])('reads the path map "%s"', (text, expected) => {
  expect(parsePathMap(text)).toEqual(expected);
});
