import path from 'node:path';
import type { DeliveredFile } from '#contracts';
import { isNoSpace, isRefused, type FileFacts, type FilePort } from './file-port.js';
import { Refusal } from './replace-failure.js';
import type { ReplaceJournalEntity } from './replace-journal.entity.js';

/** Bytes left free when something is copied: a library filled to the brim breaks whatever else uses the disk. */
export const SPARE_BYTES = 64 * 1024 * 1024;

export function noSpace(folder: string, needed: number): Refusal {
  return new Refusal(
    {
      code: 'no_space',
      message: `there is not enough room in ${folder} for ${needed} bytes; nothing was changed, and it is tried again`,
    },
    'defer',
  );
}

/**
 * Copies where link and rename cannot: by a reflink, which takes no space, else by reading and writing after a look at
 * the free space.
 * @returns SHA-256 of what was read
 * @throws Refusal `no_space` (nothing is left behind); the file system's error
 */
export async function copyWithRoom(
  port: FilePort,
  source: string,
  target: string,
  size: number,
): Promise<string> {
  if (await port.cloneNew(source, target)) return port.sha256(target);
  const folder = path.dirname(target);
  const free = await port.freeBytes(folder);
  if (free !== null && free < size + SPARE_BYTES) throw noSpace(folder, size);
  try {
    return (await port.copyNew(source, target)).sha256;
  } catch (error) {
    if (isNoSpace(error)) throw noSpace(folder, size);
    throw error;
  }
}

/** Which file is to be staged, and what the node said of it. */
export interface StagingOrder {
  deliveredPath: string;
  stagedPath: string;
  /** bytes */
  size: number;
  sha256: string;
}

function corrupt(what: string): Refusal {
  return new Refusal(
    { code: 'output_corrupt', message: `the delivered output ${what}; the source was not touched` },
    'reject',
    true,
  );
}

function missing(deliveredPath: string): Refusal {
  const message = `the delivered output ${deliveredPath} is gone; the source was not touched, and it is made anew`;
  return new Refusal({ code: 'output_missing', message }, 'reject', true);
}

/**
 * Looks at a delivered output where it lies.
 * @throws Refusal `output_missing`, `output_corrupt`; the file system's error
 */
export async function checkDelivered(
  port: FilePort,
  { stagedPath, size, sha256 }: Pick<DeliveredFile, 'stagedPath' | 'size' | 'sha256'>,
  how: 'size' | 'every byte' = 'size',
): Promise<void> {
  const delivered = await port.lstat(stagedPath);
  if (delivered === null) throw missing(stagedPath);
  checkShape(delivered, size);
  if (how === 'every byte' && (await port.sha256(stagedPath)) !== sha256)
    throw corrupt('differs from what the node had made');
}

function checkShape(delivered: FileFacts, size: number): void {
  if (delivered.kind !== 'file') throw corrupt('is not a regular file');
  // Also, an empty file under the output's name means that the name is only reserved.
  if (size === 0) throw corrupt('is empty');
  if (delivered.size !== size) throw corrupt(`has ${delivered.size} bytes instead of ${size}`);
}

/**
 * Brings a delivered output to its staging name, makes it durable, and only then reads it back to compare it with
 * what the node said. An output that an earlier try had staged already is taken up where it is.
 * @throws Refusal `output_missing`, `output_corrupt`, `no_space`; the file system's error. A staged file whose
 *   fsync failed is removed: what it reads back afterwards says nothing of what is on the disk.
 */
export async function stageOutput(port: FilePort, order: StagingOrder): Promise<void> {
  const { deliveredPath, stagedPath } = order;
  const delivered = await port.lstat(deliveredPath);
  const staged = await port.lstat(stagedPath);
  if (delivered === null && staged === null) throw missing(deliveredPath);
  if (delivered !== null) {
    checkShape(delivered, order.size);
    if (staged !== null) await port.unlink(stagedPath);
    await bringIn(port, order, delivered.links > 1);
  }
  try {
    await port.syncFile(stagedPath);
  } catch (error) {
    await port.unlink(stagedPath);
    if (isNoSpace(error)) throw noSpace(path.dirname(stagedPath), order.size);
    throw error;
  }
  if ((await port.sha256(stagedPath)) !== order.sha256) throw corrupt('differs from what the node had made');
}

/** A file that has other names could be changed through them after it has been checked: it is copied. */
async function bringIn(port: FilePort, order: StagingOrder, hasOtherNames: boolean): Promise<void> {
  if (!hasOtherNames) {
    try {
      await port.rename(order.deliveredPath, order.stagedPath);
      return;
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }
  const sha256 = await copyWithRoom(port, order.deliveredPath, order.stagedPath, order.size);
  if (sha256 !== order.sha256) throw corrupt('differs from what the node had made');
}

/**
 * Takes a staged file out of the library: back to where it was delivered if it is no longer there, so that hours
 * of work are not lost, else it is removed. A restore's original goes back to the trash whatever it takes.
 */
export async function unstage(
  port: FilePort,
  row: Pick<ReplaceJournalEntity, 'kind' | 'stagedPath' | 'deliveredPath' | 'stagedSize'>,
): Promise<void> {
  const staged = await port.lstat(row.stagedPath);
  if (staged === null) return;
  const whole = staged.kind === 'file' && staged.size === row.stagedSize;
  if (whole && (await port.lstat(row.deliveredPath)) === null) {
    try {
      await port.rename(row.stagedPath, row.deliveredPath);
      return;
    } catch (error) {
      if (row.kind === 'restore') {
        if (!isRefused(error)) throw error;
        await copyWithRoom(port, row.stagedPath, row.deliveredPath, row.stagedSize);
        await port.copyMetadata(row.stagedPath, row.deliveredPath);
        await port.syncFile(row.deliveredPath);
        await port.syncFolder(path.dirname(row.deliveredPath));
      }
    }
  }
  await port.unlink(row.stagedPath);
}
