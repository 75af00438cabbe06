import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RUNTIME } from './paths.mjs';
import { run } from './run-command.mjs';
import { say, SetupError, timed } from './say.mjs';
import { onPath } from './system-tools.mjs';

/**
 * @typedef {import('./system-tools.mjs').Tool} Tool
 * @typedef {import('./system-tools.mjs').Manager} Manager
 */

/** @type {{ manager: Manager, before?: string[], install: string[] }[]} */
const MANAGERS = [
  { manager: 'apt-get', before: ['update'], install: ['install', '-y', '--no-install-recommends'] },
  { manager: 'dnf', install: ['install', '-y'] },
  { manager: 'apk', install: ['add', '--no-cache'] },
  { manager: 'pacman', install: ['-Sy', '--noconfirm', '--needed'] },
];

/** The names of what is optional and was asked for, one a line: what is not to be had is asked for once. */
const ASKED = path.join(RUNTIME, 'asked-for');

/** @param {Tool[]} tools */
export function toolsAreThere(tools) {
  return missingOf(tools).length === 0;
}

/**
 * Sees to it that the tools are there: from the system's package manager where that is allowed, else by one message
 * that names what to install.
 * @param {Tool[]} tools
 * @throws {SetupError} when one is missing still
 */
export async function installTools(tools) {
  const missing = missingOf(tools);
  if (missing.length === 0) return;
  const manager = MANAGERS.find((candidate) => onPath(candidate.manager));
  if (manager !== undefined && process.getuid?.() === 0) await install(missing, manager);
  const lacking = missing.filter((tool) => !tool.isThere());
  const without = lacking.filter((tool) => tool.optional);
  for (const tool of without) say(`goes on without ${tool.name}`);
  rememberAsked(without);
  const needed = lacking.filter((tool) => !tool.optional);
  if (needed.length > 0) throw new SetupError(advice(needed, manager));
}

/** @param {Tool[]} tools */
function missingOf(tools) {
  const missing = tools.filter((tool) => !tool.isThere());
  const asked = missing.some((tool) => tool.optional) ? namesAsked() : [];
  return missing.filter((tool) => !(tool.optional && asked.includes(tool.name)));
}

function namesAsked() {
  try {
    return readFileSync(ASKED, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** @param {Tool[]} tools */
function rememberAsked(tools) {
  if (tools.length === 0) return;
  mkdirSync(RUNTIME, { recursive: true });
  const names = [...new Set([...namesAsked(), ...tools.map((tool) => tool.name)])];
  writeFileSync(ASKED, `${names.filter((name) => name !== '').join('\n')}\n`);
}

/**
 * @param {Tool[]} missing
 * @param {(typeof MANAGERS)[number]} manager
 */
async function install(missing, { manager, before, install }) {
  const needed = packagesFor(
    missing.filter((tool) => !tool.optional),
    manager,
  );
  const welcome = missing.filter((tool) => tool.optional && tool.packages[manager] !== undefined);
  const optional = packagesFor(welcome, manager).filter((name) => !needed.includes(name));
  if (needed.length + optional.length === 0) return;
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // Debian starts the services that it installs, but not in run level 1. Boilarr runs a Redis of its own.
    RUNLEVEL: '1',
  };
  await timed(`installs ${[...needed, ...optional].join(', ')} with ${manager}`, async () => {
    if (before) await run(manager, before, { env });
    if (needed.length > 0) await run(manager, [...install, ...needed], { env });
    if (optional.length === 0) return;
    /** @param {string[]} packages */
    const tryToInstall = async (packages) => {
      try {
        await run(manager, [...install, ...packages], { env });
        return true;
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        return false;
      }
    };
    if (await tryToInstall(optional)) return;
    // One that this system does not know must not keep the others away.
    for (const tool of welcome) await tryToInstall(packagesFor([tool], manager));
  });
}

/**
 * @param {Tool[]} tools
 * @param {Manager} manager
 */
function packagesFor(tools, manager) {
  return [...new Set(tools.flatMap((tool) => tool.packages[manager] ?? []))];
}

/**
 * @param {Tool[]} tools
 * @param {(typeof MANAGERS)[number] | undefined} manager
 */
function advice(tools, manager) {
  const names = tools.map((tool) => `  - ${tool.name}`).join('\n');
  const how =
    manager === undefined
      ? 'Install them, so that they are on the PATH'
      : `As root: ${[manager.manager, ...manager.install, ...packagesFor(tools, manager.manager)].join(' ')}`;
  return `This system lacks:\n${names}\n${how}, then start again.`;
}
