import { parentPort, workerData } from 'node:worker_threads';
import { KnownFilesReader } from './known-files.js';
import { WalkControl } from './walk-control.js';
import type { WalkMessage, WalkRequest } from './walk-runner.js';
import { walkOnly } from './walk.js';
import { WalkError } from './walk.types.js';

function post(message: WalkMessage): void {
  parentPort?.postMessage(message);
}

function run(request: WalkRequest, control: WalkControl): void {
  const known = new KnownFilesReader(request.databasePath, request.libraryId);
  const started = performance.now();
  let waited = 0;
  try {
    const { only = null, root, rules } = request;
    for (const batch of walkOnly(only, root, rules, known)) {
      const ready = performance.now();
      if (!control.waitForTurn()) break;
      waited += performance.now() - ready;
      post({ kind: 'batch', batch });
    }
    post({ kind: 'end', walkMs: performance.now() - started - waited });
  } catch (error) {
    if (!(error instanceof WalkError)) throw error;
    post({ kind: 'refused', code: error.code, message: error.message });
  } finally {
    known.close();
  }
}

const { request, memory } = workerData as { request: WalkRequest; memory: SharedArrayBuffer };
run(request, WalkControl.from(memory));
