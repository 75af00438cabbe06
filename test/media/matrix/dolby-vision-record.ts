/** Boxes that hold boxes, from the file down to where the picture's own records are. */
const PATH = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'hvc1'] as const;

/** bytes of a box before the first box in it */
const HEAD: Readonly<Record<string, number>> = { stsd: 16, hvc1: 86 };

interface Box {
  start: number;
  size: number;
}

function find(file: Buffer, from: number, to: number, name: string): Box | null {
  for (let start = from; start + 8 <= to;) {
    const size = file.readUInt32BE(start);
    if (file.toString('latin1', start + 4, start + 8) === name) return { start, size };
    if (size < 8) return null;
    start += size;
  }
  return null;
}

/**
 * Writes into an MP4 with HEVC what says that it is Dolby Vision: the record of its configuration. The index must
 * stand behind the film, as ffmpeg leaves it, so that nothing that it points to moves.
 * @param profile 5, or 8 for 8.1, whose base layer is HDR10
 */
export function withDolbyVisionRecord(file: Buffer, profile: number): Buffer {
  const body = Buffer.alloc(24);
  const level = 1;
  body.writeUInt8(1, 0);
  body.writeUInt16BE((profile << 9) | (level << 3) | 0b101, 2);
  body.writeUInt8(profile === 8 ? 1 << 4 : 0, 4);
  const record = Buffer.concat([
    Buffer.from([0, 0, 0, 32]),
    Buffer.from(profile > 7 ? 'dvvC' : 'dvcC'),
    body,
  ]);

  const boxes: Box[] = [];
  let [from, to] = [0, file.length];
  for (const name of PATH) {
    const box = find(file, from, to, name);
    if (box === null) throw new Error(`the MP4 has no ${name} where one is looked for`);
    boxes.push(box);
    from = box.start + (HEAD[name] ?? 8);
    to = box.start + box.size;
  }
  const made = Buffer.concat([file.subarray(0, to), record, file.subarray(to)]);
  for (const { start, size } of boxes) made.writeUInt32BE(size + record.length, start);
  return made;
}
