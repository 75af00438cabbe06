import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUNTIME } from './paths.mjs';
import { say } from './say.mjs';

const LOCK = path.join(RUNTIME, 'setup.lock');
const POLL_MS = 250;

/**
 * Lets one set-up at a time work on this folder; the others wait. A lock whose process has died is taken over.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  mkdirSync(RUNTIME, { recursive: true });
  const own = `${LOCK}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n`);
  try {
    for (let waited = 0; !taken(own); waited += POLL_MS) {
      const holder = readHolder(LOCK);
      if (holder !== undefined && !isAlive(holder)) breakLock(holder, own);
      else {
        if (waited === 0) say(`waits for another set-up of this folder (process ${holder ?? 'unknown'})`);
        await sleep(POLL_MS);
      }
    }
    try {
      return await work();
    } finally {
      rmSync(LOCK, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * link() is the one call that makes a file with its content in it and refuses when there is one.
 * @param {string} own
 */
function taken(own) {
  try {
    linkSync(own, LOCK);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Moves the lock aside before it is removed, so that of two who found it dead only one takes it, and puts it back
 * if it was a newer one after all.
 * @param {number} dead
 * @param {string} own
 */
function breakLock(dead, own) {
  const aside = `${own}.broken`;
  try {
    renameSync(LOCK, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readHolder(aside) === dead) rmSync(aside);
  else renameSync(aside, LOCK);
}

/**
 * @param {string} file
 * @returns {number | undefined} the process id in it
 */
function readHolder(file) {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
