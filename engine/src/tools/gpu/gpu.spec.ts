import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HARDWARE_ENCODERS } from '../../command/encoders/trial.js';
import { parseCpuMax } from '../limits.js';
import { findGpus } from './find-gpus.js';
import { parseNvidia } from './nvidia.js';
import { findRenderNodes } from './render-nodes.js';

const CARDS = `0, GPU-11111111-aaaa, NVIDIA GeForce RTX 4070
1, GPU-22222222-bbbb, NVIDIA RTX A2000, 12GB
`;

describe("what nvidia-smi's list means to an encoder", () => {
  const first = { index: 0, uuid: 'GPU-11111111-aaaa', field: 'NVIDIA GeForce RTX 4070' };
  const second = { index: 1, uuid: 'GPU-22222222-bbbb', field: 'NVIDIA RTX A2000, 12GB' };
  it.each([
    [CARDS, undefined, [first, second]],
    [CARDS.replaceAll('\n', '\r\n'), undefined, [first, second]],
    [CARDS, '0,1', [first, second]],
    [CARDS, '1', [{ ...second, index: 0 }]],
    [
      CARDS,
      '1,0',
      [
        { ...second, index: 0 },
        { ...first, index: 1 },
      ],
    ],
    [CARDS, 'GPU-2222', [{ ...second, index: 0 }]],
    [CARDS, '1,7,0', [{ ...second, index: 0 }]],
    [CARDS, '', []],
    [CARDS, '-1', []],
    ['', undefined, []],
    ['No devices were found', undefined, []],
    ['NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.', undefined, []],
  ])('%j with %j visible', (csv, visible, expected) => {
    expect(parseNvidia(csv, visible)).toEqual(expected);
  });
});

it.each([
  ['max 100000', null],
  ['150000 100000', 1.5],
  ['50000 100000', 0.5],
  ['-1 100000', null],
  ['', null],
  [' ', null],
  ['100000 0', null],
])('reads a limit on processors: "%s"', (text, expected) => {
  expect(parseCpuMax(text)).toBe(expected);
});

/** A machine's /sys/class/drm and /dev/dri, and its PATH. */
class FakeMachine {
  readonly sysfs: string;
  readonly devices: string;
  readonly bin: string;
  constructor(readonly root: string) {
    this.sysfs = path.join(root, 'sys');
    this.devices = path.join(root, 'dri');
    this.bin = path.join(root, 'bin');
  }

  async card(node: string, files: Record<string, string>): Promise<void> {
    await mkdir(path.join(this.sysfs, node, 'device'), { recursive: true });
    await mkdir(this.devices, { recursive: true });
    await writeFile(path.join(this.devices, node), '');
    for (const [name, text] of Object.entries(files))
      await writeFile(path.join(this.sysfs, node, 'device', name), `${text}\n`);
  }

  /** Answers what the real one does to the query that is asked. */
  async nvidiaSmi(answer: string): Promise<void> {
    await mkdir(this.bin, { recursive: true });
    const file = path.join(this.bin, 'nvidia-smi');
    const query = '--query-gpu=index,uuid,name --format=csv,noheader,nounits';
    await writeFile(file, `#!/bin/sh\n[ "$*" = "${query}" ] || exit 2\ncat <<'.'\n${answer}.\n`);
    await chmod(file, 0o755);
    vi.stubEnv('PATH', `${this.bin}:${process.env['PATH'] ?? ''}`);
  }
}

describe('the cards of a machine', () => {
  let machine: FakeMachine;
  beforeEach(async () => {
    machine = new FakeMachine(await mkdtemp(path.join(tmpdir(), 'boilarr-gpu-')));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(machine.root, { recursive: true, force: true });
  });

  const ALL = HARDWARE_ENCODERS.map(({ name }) => name);
  const find = (
    works: (encoder: string, device: string | undefined) => boolean,
    platform: NodeJS.Platform = 'linux',
  ) => {
    const tried: string[] = [];
    const gpus = findGpus(ALL, {
      sysfs: machine.sysfs,
      devices: machine.devices,
      platform,
      trial: (encoder, device) => {
        tried.push(`${encoder} ${device ?? '-'}`);
        return Promise.resolve(works(encoder, device));
      },
    });
    return gpus.then((found) => ({ found, tried }));
  };

  it('are none, and cost next to nothing, where there is none', async () => {
    const { found, tried } = await find(() => false);
    expect(found).toEqual([]);
    // It might be there without a tool that lists it; the others would have a device file.
    expect(tried).toEqual(['av1_nvenc -', 'hevc_nvenc -', 'h264_nvenc -']);
  });

  it('are named by the kernel', async () => {
    await machine.card('renderD128', { vendor: '0x8086', device: '0x56a0' });
    await machine.card('renderD129', {
      vendor: '0x1002',
      device: '0x744c',
      product_name: 'Radeon RX 7900 XT',
    });
    await machine.card('renderD130', { vendor: '0x1af4' });
    await writeFile(path.join(machine.devices, 'card0'), '');
    expect(await findRenderNodes(machine.sysfs, machine.devices)).toEqual([
      { id: 'dri:renderD128', name: 'Intel GPU 56a0 (renderD128)', vendor: 'intel' },
      { id: 'dri:renderD129', name: 'Radeon RX 7900 XT (renderD129)', vendor: 'amd' },
      { id: 'dri:renderD130', name: 'GPU (renderD130)', vendor: 'other' },
    ]);
  });

  it('have each the encoders that work on it, and no others are tried', async () => {
    await machine.card('renderD128', { vendor: '0x8086' });
    await machine.card('renderD129', { vendor: '0x1002' });
    await machine.card('renderD131', { vendor: '0x10de' });
    await machine.nvidiaSmi(CARDS);
    const works = [
      'av1_qsv dri:renderD128',
      'hevc_vaapi dri:renderD129',
      'hevc_nvenc nvidia:0',
      'av1_nvenc nvidia:1',
    ];
    const { found, tried } = await find((encoder, device) => works.includes(`${encoder} ${device ?? '-'}`));
    expect(found.map(({ id, vendor, encoders }) => [id, vendor, encoders])).toEqual([
      ['nvidia:0', 'nvidia', ['hevc_nvenc']],
      ['nvidia:1', 'nvidia', ['av1_nvenc']],
      ['dri:renderD128', 'intel', ['av1_qsv']],
      ['dri:renderD129', 'amd', ['hevc_vaapi']],
    ]);
    expect(found[1]?.name).toBe('NVIDIA RTX A2000, 12GB');
    expect(tried.filter((trial) => /nvenc.*dri|qsv.*D129|qsv.*nvidia|D131|-$/.test(trial))).toEqual([]);
  });

  it('need not be listed by anybody elsewhere than on Linux', async () => {
    const { found } = await find((encoder) => encoder === 'hevc_qsv', 'win32');
    expect(found).toEqual([{ id: 'any:qsv', name: 'Intel GPU', vendor: 'intel', encoders: ['hevc_qsv'] }]);
  });

  it('are nothing that a driver which has failed could keep a node from starting by', async () => {
    await machine.nvidiaSmi('');
    await writeFile(
      path.join(machine.bin, 'nvidia-smi'),
      '#!/bin/sh\necho "NVIDIA-SMI has failed"\nexit 9\n',
    );
    expect((await find(() => false)).found).toEqual([]);
  });
});
