import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { findCapabilities } from '#engine/tools/capabilities.js';

/** What the figures were measured on. */
export interface Machine {
  processor: string;
  cores: number;
  memoryBytes: number;
  kernel: string;
  node: string;
  ffmpeg: string;
  svtAv1: string;
  /** of the last minute, before the benchmark began: above 0.5 somebody else is at work */
  loadBefore: number;
}

/** The load, to be asked before the benchmark makes its own. */
export function loadNow(): number {
  return loadavg()[0] ?? 0;
}

export async function describeMachine(loadBefore: number): Promise<Machine> {
  const capabilities = await findCapabilities();
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
    ffmpeg: capabilities.tools['ffmpeg']?.version ?? 'unknown',
    svtAv1: capabilities.svtAv1Version ?? 'unknown',
    loadBefore,
  };
}

export function machineLine(machine: Machine): string {
  const { processor, cores, memoryBytes, kernel, node, ffmpeg, svtAv1, loadBefore } = machine;
  const parts = [
    `${cores} cores (${processor})`,
    `${(memoryBytes / 1e9).toFixed(1)} GB`,
    `Linux ${kernel}`,
    `Node ${node}`,
    `ffmpeg ${ffmpeg}`,
    `SVT-AV1 ${svtAv1}`,
    `load before ${loadBefore.toFixed(1)}`,
  ];
  return parts.join(', ');
}
