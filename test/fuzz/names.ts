import type { SeededRandom } from './random.ts';

/** Paths that are allowed, and that programs stumble over. The number keeps them apart. */
export function oddNames(index: number, extension: string): { what: string; path: string }[] {
  const number = String(index).padStart(3, '0');
  const long = (text: string, bytes: number) => {
    const room = bytes - number.length - extension.length - 1;
    return `${number}${text.repeat(Math.floor(room / Buffer.byteLength(text)))}`;
  };
  const names = {
    'a newline': `a\nfilm ${number}`,
    'a carriage return': `a\rfilm ${number}`,
    quotes: `"a" 'film' \`${number}\``,
    'a leading dash': `-i ${number}`,
    'an option': `--help=${number}`,
    emoji: `🎬👩‍👩‍👧 ${number} 🍿`,
    '250 bytes': long('x', 250),
    '250 bytes in two-byte letters': long('ü', 250),
    'a trailing blank': `film ${number} `,
    'right to left': `${number} סרט \u202eגמ`,
    'a decomposed letter': `fu\u0308r ${number}`,
    'a protocol': `http:${number}`,
    percent: `100%d %s %03d ${number}`,
    'a backslash': `a\\film\\${number}`,
    'a control character': `a\u0007film\u001b[31m ${number}`,
    'a list of concat': `concat:a|${number}`,
    brackets: `[film]{${number},x}*?`,
    'dots at the end': `${number}...`,
    'dollar and semicolon': `$(${number});&& #x`,
    'an at sign': `@${number}`,
  };
  const asFiles = Object.entries(names).map(([what, name]) => ({ what, path: `odd/${name}.${extension}` }));
  return [
    ...asFiles,
    { what: 'capitals', path: `odd/${number} FILM.${extension.toUpperCase()}` },
    { what: 'an odd folder', path: `odd \n '"-🎬 /${number}/ film.${extension}` },
    { what: 'deep folders', path: `odd/${'deeper/'.repeat(40)}${number}.${extension}` },
    { what: 'at the top, with a dash', path: `-y ${number}.${extension}` },
  ];
}

const JPEG_HEAD = 'ffd8ffe000104a46494600010100000100010000ffdb0043';
const ZIP_HEAD = '504b03041400000008000000210000000000';

/** What lies in libraries under a film's name and is none. */
export function notFilms(random: SeededRandom): { what: string; bytes: Buffer }[] {
  return [
    { what: 'empty', bytes: Buffer.alloc(0) },
    { what: 'one byte', bytes: random.bytes(1) },
    { what: 'text', bytes: Buffer.from('This is no film.\n'.repeat(200)) },
    { what: 'a page of HTML', bytes: Buffer.from('<!DOCTYPE html><html><body>404 Not Found</body></html>') },
    { what: 'subtitles', bytes: Buffer.from('1\n00:00:01,000 --> 00:00:02,000\nHello\n\n'.repeat(20)) },
    { what: 'a playlist', bytes: Buffer.from('#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n') },
    { what: 'a list of concat', bytes: Buffer.from("ffconcat version 1.0\nfile '/etc/hostname'\n") },
    { what: 'the head of a JPEG', bytes: Buffer.concat([Buffer.from(JPEG_HEAD, 'hex'), random.bytes(3000)]) },
    { what: 'the head of a ZIP', bytes: Buffer.concat([Buffer.from(ZIP_HEAD, 'hex'), random.bytes(3000)]) },
    { what: 'zeros', bytes: Buffer.alloc(64 * 1024) },
    { what: 'noise', bytes: random.bytes(64 * 1024) },
    {
      what: 'the head of Matroska alone',
      bytes: Buffer.from('1a45dfa3a34286810142f7810142f2810442f381084282886d6174726f736b61', 'hex'),
    },
  ];
}
