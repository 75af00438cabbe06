import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A stamp says from what something was made. It is taken away before the thing is made again and set when that has
 * succeeded, so that an interrupted making counts as none.
 * @param {string} file
 */
export function stamp(file) {
  return {
    /** @param {string} wanted */
    is(wanted) {
      try {
        return readFileSync(file, 'utf8') === wanted;
      } catch {
        return false;
      }
    },
    /**
     * @param {string} made
     * @param {() => void | Promise<void>} make
     */
    async around(made, make) {
      rmSync(file, { force: true });
      await make();
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, made);
    },
  };
}
