/** 90,000 a second, as in all of MPEG */
const CLOCK = 90_000;
const TYPES = { palette: 0x14, object: 0x15, composition: 0x16, window: 0x17, end: 0x80 } as const;
const OBJECT = { width: 96, height: 24 } as const;

function segment(seconds: number, type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.write('PG', 'latin1');
  head.writeUInt32BE(Math.round(seconds * CLOCK), 2);
  head.writeUInt8(type, 10);
  head.writeUInt16BE(body.length, 11);
  return Buffer.concat([head, body]);
}

function composition(width: number, height: number, number: number, shown: boolean): Buffer {
  const body = Buffer.alloc(shown ? 19 : 11);
  body.writeUInt16BE(width, 0);
  body.writeUInt16BE(height, 2);
  body.writeUInt8(0x10, 4);
  body.writeUInt16BE(number, 5);
  // Each begins anew, with all that it needs.
  body.writeUInt8(shown ? 0x80 : 0x00, 7);
  body.writeUInt8(shown ? 1 : 0, 10);
  if (shown) {
    body.writeUInt16BE((width - OBJECT.width) / 2, 15);
    body.writeUInt16BE(height - OBJECT.height - 8, 17);
  }
  return body;
}

function window(width: number, height: number): Buffer {
  const body = Buffer.alloc(10);
  body.writeUInt8(1, 0);
  body.writeUInt16BE((width - OBJECT.width) / 2, 2);
  body.writeUInt16BE(height - OBJECT.height - 8, 4);
  body.writeUInt16BE(OBJECT.width, 6);
  body.writeUInt16BE(OBJECT.height, 8);
  return body;
}

/** Colour 1 is white, 2 is black. Two bytes of numbers, then for each colour: number, Y, Cr, Cb, opacity. */
const PALETTE = Buffer.from([0, 0, 1, 235, 128, 128, 255, 2, 16, 128, 128, 255]);

/** Stripes, each row one run of pixels (`00 C0|high low colour`) and the end of the row (`00 00`). */
function object(): Buffer {
  const rows: number[] = [];
  for (let row = 0; row < OBJECT.height; row += 1) {
    rows.push(0x00, 0xc0, OBJECT.width, row % 8 < 4 ? 1 : 2, 0x00, 0x00);
  }
  const pixels = Buffer.from(rows);
  const head = Buffer.alloc(11);
  head.writeUInt8(0xc0, 3);
  head.writeUIntBE(pixels.length + 4, 4, 3);
  head.writeUInt16BE(OBJECT.width, 7);
  head.writeUInt16BE(OBJECT.height, 9);
  return Buffer.concat([head, pixels]);
}

/**
 * Subtitles of a Blu-ray (.sup): two pictures of stripes, each shown for 0.4 s, at 0.2 and at 0.7 s.
 * @param width and height of the film, in pixels
 */
export function presentationGraphics(width: number, height: number): Buffer {
  const set = (at: number, number: number, shown: boolean) => [
    segment(at, TYPES.composition, composition(width, height, number, shown)),
    ...(shown
      ? [
          segment(at, TYPES.window, window(width, height)),
          segment(at, TYPES.palette, PALETTE),
          segment(at, TYPES.object, object()),
        ]
      : [segment(at, TYPES.window, window(width, height))]),
    segment(at, TYPES.end, Buffer.alloc(0)),
  ];
  return Buffer.concat([
    ...set(0.2, 0, true),
    ...set(0.6, 1, false),
    ...set(0.7, 2, true),
    ...set(1.1, 3, false),
  ]);
}
