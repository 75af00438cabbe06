/** Specs, and what is there for them alone. */
const SPECS = '(\\.spec\\.ts$|/testing/)';

/**
 * Who may import whom. Rooms are the top folders; see ARCHITECTURE.md.
 * @param {string} room
 * @param {string} others  the rooms that it must not know, as alternatives of a regular expression
 */
const keepsOutOf = (room, others) => ({
  name: `${room}-keeps-out`,
  comment: `${room}/ must not import from ${others.replaceAll('|', '/, ')}/.`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: `^(${others})/` },
});

/**
 * Specs may use what the tests across rooms share.
 * @param {string} room
 */
const outsideOfSpecs = (room) => ({
  ...keepsOutOf(room, 'test|scripts'),
  name: `${room}-keeps-out-of-tests`,
  from: { path: `^${room}/`, pathNot: SPECS },
});

/** What values go into and values come out of: no file, no program, no network. */
const PURE = '^engine/src/(plan|command|verify)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    keepsOutOf('contracts', 'engine|server|node-agent|client'),
    keepsOutOf('engine', 'server|node-agent|client'),
    keepsOutOf('node-agent', 'server|client'),
    keepsOutOf('server', 'node-agent|client'),
    keepsOutOf('client', 'engine|server|node-agent'),
    keepsOutOf('scripts', 'contracts|engine|server|node-agent|client|test'),
    ...['contracts', 'engine', 'node-agent', 'server', 'client'].map(outsideOfSpecs),
    {
      name: 'engine-is-plain',
      comment: 'engine/ runs in a plain test: no framework, no database, no network.',
      severity: 'error',
      from: { path: '^engine/', pathNot: SPECS },
      to: {
        path: [
          '^(node:)?(http|https|http2|net|tls|dgram)$',
          'node_modules/(@nestjs|typeorm|bull|socket\\.io|express|better-sqlite3)/',
        ],
      },
    },
    {
      name: 'pure-is-pure',
      comment: 'plan/, command/ and verify/ take values and return values.',
      severity: 'error',
      from: { path: PURE, pathNot: SPECS },
      to: { path: ['^(node:)?(fs|fs/promises|child_process|os|worker_threads)$', 'node_modules/execa/'] },
    },
    {
      name: 'contracts-are-schemas',
      comment: 'contracts/ is read by the browser: Zod and nothing of Node.',
      severity: 'error',
      from: { path: '^contracts/', pathNot: SPECS },
      to: { pathNot: '^contracts/|node_modules/zod/' },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that import each other in a ring cannot be understood one by one.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports it and it imports nobody.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '\\.d\\.ts$',
          // Entries that run on their own.
          '^(client/public|scripts)/',
        ],
      },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'It is not there, or not installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'not-to-development',
      comment: 'What runs in production imports only what is installed there.',
      severity: 'error',
      from: { path: '^(contracts|engine|server|node-agent)/', pathNot: SPECS },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-specs',
      severity: 'error',
      from: { pathNot: `${SPECS}|^test/` },
      to: { path: SPECS },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    webpackConfig: { fileName: 'scripts/resolve-rooms.mjs' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};
