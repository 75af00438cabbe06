/** bytes of a packet of a transport stream */
const PACKET = 188;
const PMT = 0x1000;
const TELETEXT = 0x1ff;
/** 90,000 a second */
const CLOCK = 90_000;

/** Four bits, so that one that flips can be mended (Hamming 8/4, ETS 300 706). */
const HAMMING = [
  0x15, 0x02, 0x49, 0x5e, 0x64, 0x73, 0x38, 0x2f, 0xd0, 0xc7, 0x8c, 0x9b, 0xa1, 0xb6, 0xfd, 0xea,
] as const;

const hamming = (value: number) => HAMMING[value & 15] ?? 0;

/** Seven bits, and one that makes their number odd. */
function oddParity(character: number): number {
  let ones = 0;
  for (let bit = 0; bit < 7; bit += 1) ones += (character >> bit) & 1;
  return ones % 2 === 0 ? character | 0x80 : character;
}

function reversed(byte: number): number {
  let value = 0;
  for (let bit = 0; bit < 8; bit += 1) value |= ((byte >> bit) & 1) << (7 - bit);
  return value;
}

/** One line of teletext of magazine 8, as a data unit of a PES packet: 46 bytes, the least bit first. */
function unit(row: number, bytes: readonly number[]): Buffer {
  const address = [hamming((row & 1) << 3), hamming(row >> 1)];
  const line = [...address, ...bytes].map(reversed);
  return Buffer.from([0x03, 0x2c, 0xe7, 0xe4, ...line]);
}

const text = (words: string) => Array.from(words, (character) => oddParity(character.charCodeAt(0)));

/** Page 888: eight Hamming digits of page, subcode and control bits, and 32 characters that a subtitle leaves empty. */
function header(): Buffer {
  const erase = 8;
  const control = [8, 8, 0, erase, 0, 8, 0, 0].map(hamming);
  return unit(0, [...control, ...text(' '.repeat(32))]);
}

/** A PES packet that fills one packet of the transport stream. */
function page(seconds: number, words: string): Buffer {
  const time = Math.round(seconds * CLOCK);
  const stamp = Buffer.from([
    0x21 | (Math.floor(time / 2 ** 30) << 1),
    (time >> 22) & 0xff,
    ((time >> 14) & 0xfe) | 1,
    (time >> 7) & 0xff,
    ((time << 1) & 0xfe) | 1,
  ]);
  const head = Buffer.concat([
    Buffer.from([0, 0, 1, 0xbd, 0, 178, 0x84, 0x80, 0x24]),
    stamp,
    Buffer.alloc(31, 0xff),
    Buffer.from([0x10]),
  ]);
  // Two start signs and an end sign box the words in, as on every subtitle page.
  const boxed = [0x0b, 0x0b].map(oddParity);
  const row = [...boxed, ...text(words.padEnd(38))];
  return Buffer.concat([head, header(), unit(20, row), header()]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

const pidOf = (packet: Buffer) => packet.readUInt16BE(1) & 0x1fff;

/** Lists one stream more in a packet that holds a whole programme map: private data with this descriptor. */
function announce(packet: Buffer, pid: number, descriptor: Buffer): Buffer {
  const start = 5 + packet.readUInt8(4);
  const length = packet.readUInt16BE(start + 1) & 0xfff;
  const section = packet.subarray(start, start + 3 + length - 4);
  const entry = Buffer.from([0x06, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, descriptor.length]);
  const longer = Buffer.concat([section, entry, descriptor]);
  longer.writeUInt16BE(0xb000 | (longer.length - 3 + 4), 1);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(longer));
  const whole = Buffer.concat([packet.subarray(0, start), longer, crc]);
  return Buffer.concat([whole, Buffer.alloc(PACKET - whole.length, 0xff)]);
}

function transport(pid: number, counter: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10 | counter]), payload]);
}

/**
 * Puts teletext subtitles into a transport stream of ffmpeg's: two German pages, a third and two thirds through.
 * @param whole the stream, which starts at 1.4 s as ffmpeg's do
 */
export function teletextStream(whole: Buffer): Buffer {
  const language = Buffer.from('deu', 'latin1');
  // Type 2 is subtitles; page 888 of magazine 8, which is written as 0.
  const descriptor = Buffer.concat([Buffer.from([0x56, 5]), language, Buffer.from([2 << 3, 0x88])]);
  const packets: Buffer[] = [];
  const count = whole.length / PACKET;
  for (let number = 0; number < count; number += 1) {
    const packet = whole.subarray(number * PACKET, (number + 1) * PACKET);
    packets.push(pidOf(packet) === PMT ? announce(packet, TELETEXT, descriptor) : packet);
    if (number === Math.floor(count / 3)) packets.push(transport(TELETEXT, 0, page(1.7, 'Guten Tag')));
    if (number === Math.floor((count * 2) / 3))
      packets.push(transport(TELETEXT, 1, page(2.2, 'Auf Wiedersehen')));
  }
  return Buffer.concat(packets);
}

/** Announces a stream of AC-3 that never comes, as recordings of television often do. */
export function withAbsentSound(whole: Buffer): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at + PACKET <= whole.length; at += PACKET) {
    const packet = whole.subarray(at, at + PACKET);
    packets.push(pidOf(packet) === PMT ? announce(packet, TELETEXT, Buffer.from([0x6a, 1, 0])) : packet);
  }
  return Buffer.concat(packets);
}
