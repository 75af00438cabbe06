import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg } from '../../support/media.ts';
import { AC3, baseClip, clip, longClip, named, X264 } from './clips.ts';
import type { Group, Make } from './source.ts';
import { withAbsentSound } from './teletext.ts';

const AAC = ['-c:a', 'aac', '-ac', '2', '-b:a', '320k'];
const PACKET = 188;

/** Two recordings that were joined byte by byte: the second one's clock begins anew. */
const joined: Make = async (file, scratch) => {
  const part = async (from: string, offset: string) => {
    const name = path.join(scratch, `${from}.ts`);
    const cut = ['-ss', from, '-t', '0.5', '-i', await baseClip(), ...X264, ...AC3];
    await ffmpeg(...cut, '-output_ts_offset', offset, name);
    return readFile(name);
  };
  await writeFile(file, Buffer.concat([await part('0', '100'), await part('1', '20')]));
};

/** A transport stream of which one packet in the middle of the picture never arrived. */
const lossy: Make = async (file, scratch) => {
  const whole = path.join(scratch, 'whole.ts');
  await ffmpeg('-i', await baseClip(), ...X264, '-g', '12', ...AC3, whole);
  const bytes = await readFile(whole);
  const lost = Math.floor(bytes.length / PACKET / 2) * PACKET;
  await writeFile(file, Buffer.concat([bytes.subarray(0, lost), bytes.subarray(lost + PACKET)]));
};

/** What television often does. */
const absent: Make = async (file, scratch) => {
  const whole = path.join(scratch, 'whole.ts');
  await ffmpeg('-t', '1', '-i', await baseClip(), ...X264, ...AC3, whole);
  await writeFile(file, withAbsentSound(await readFile(whole)));
};

const cutInGroup = (rate: string): Make => {
  const make: Make = async (file, scratch) => {
    const whole = path.join(scratch, 'whole.mp4');
    await ffmpeg('-i', await baseClip(), ...X264, '-g', '12', '-c:a', 'aac', '-ac', '2', '-b:a', rate, whole);
    await ffmpeg('-ss', '0.7', '-i', whole, '-c', 'copy', file);
  };
  return named(make, [rate]);
};

/** A file that grew while it was written: an MP4 whose index is in pieces. */
const FRAGMENTS = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-g', '12'];

export const CONTAINERS: Group = {
  heading: 'Containers and clocks',
  sources: [
    {
      id: 'avi',
      description: 'AVI: MPEG-4, AC-3',
      extension: 'avi',
      make: clip('-c:v', 'mpeg4', '-q:v', '2', ...AC3),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'avi-h264',
      description: 'AVI with H.264 that has B-frames, MP3',
      extension: 'avi',
      make: clip(...X264, '-c:a', 'libmp3lame', '-ac', '2', '-b:a', '320k'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'avi-held',
      description: 'AVI in which frames were left out, so that a picture is held: MPEG-4, MP3',
      extension: 'avi',
      make: clip(
        '-c:v',
        'libxvid',
        '-q:v',
        '2',
        '-bf',
        '2',
        '-c:a',
        'libmp3lame',
        '-ac',
        '2',
        '-b:a',
        '320k',
      ),
      expected: ['failed: end_time', 'encoded'],
      weakness: 'the frames are spaced evenly, as if none were missing, and the result is thrown away.',
    },
    {
      id: 'ts-offset',
      description: 'MPEG-TS that starts at 3600 s: H.264, AC-3',
      extension: 'ts',
      make: clip(...X264, ...AC3, '-output_ts_offset', '3600'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'ts-aac',
      description: 'MPEG-TS: HEVC, AAC (ADTS)',
      extension: 'ts',
      make: clip('-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=0:qp=10', ...AAC),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'm2ts',
      description: 'M2TS, as on a Blu-ray: H.264, AC-3',
      extension: 'm2ts',
      make: clip(...X264, ...AC3),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'ts-joined',
      description: 'MPEG-TS of two recordings joined, whose clock jumps back',
      extension: 'ts',
      make: joined,
      expected: ['source_clock_jumps', 'source_clock_jumps'],
    },
    {
      id: 'ts-lossy',
      description: 'MPEG-TS of which one packet was lost',
      extension: 'ts',
      make: lossy,
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'ts-absent',
      description: 'MPEG-TS that announces a second sound of which nothing ever comes',
      extension: 'ts',
      make: absent,
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'mpg',
      description: 'MPG (program stream), as on a DVD: MPEG-2, AC-3',
      extension: 'mpg',
      make: clip('-c:v', 'mpeg2video', '-q:v', '2', '-bf', '2', '-r', '25', ...AC3, '-f', 'vob'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'mp4-edit-list',
      description: 'MP4 with an edit list: H.264 with B-frames, AAC with its priming',
      extension: 'mp4',
      make: clip(...X264, ...AAC),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'mp4-cut',
      description: 'MP4 cut without an encode in the middle of a group of pictures',
      extension: 'mp4',
      make: cutInGroup('320k'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'mp4-cut-copied',
      description: 'the same, with sound that is copied because it is small',
      extension: 'mp4',
      make: cutInGroup('96k'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'mp4-fragmented',
      description: 'MP4 in fragments: H.264, AAC',
      extension: 'mp4',
      make: clip(...X264, ...AAC, ...FRAGMENTS),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'mov',
      description: 'MOV with a timecode track: H.264, AAC',
      extension: 'mov',
      make: clip(...X264, ...AAC, '-timecode', '01:00:00:00'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'asf-late',
      description: 'ASF whose sound starts half a second late: WMV 8, WMA',
      extension: 'asf',
      make: longClip('-c:v', 'wmv2', '-q:v', '2', '-af', 'asetpts=PTS+0.5/TB', '-c:a', 'wmav2', '-ac', '2'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'flv',
      description: 'FLV: H.264, AAC',
      extension: 'flv',
      make: clip(...X264, ...AAC),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'ogv-flac',
      description: 'OGV: Theora, FLAC',
      extension: 'ogv',
      make: clip('-c:v', 'libtheora', '-q:v', '10', '-c:a', 'flac', '-ac', '2'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'mxf',
      description: 'MXF: MPEG-2, PCM',
      extension: 'mxf',
      make: clip(
        '-c:v',
        'mpeg2video',
        '-q:v',
        '2',
        '-r',
        '25',
        '-c:a',
        'pcm_s16le',
        '-ac',
        '2',
        '-ar',
        '48000',
      ),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'nut',
      description: 'NUT: H.264, AC-3',
      extension: 'nut',
      make: clip(...X264, ...AC3),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'mkv-late',
      description: 'MKV whose picture starts at 5.0 s and sound at 5.2 s',
      extension: 'mkv',
      make: longClip('-vf', 'setpts=PTS+5/TB', '-af', 'asetpts=PTS+5.2/TB', '-copyts', ...X264, ...AC3),
      expected: ['encoded', 'nothing_to_do'],
    },
    {
      id: 'mkv-live',
      description: 'MKV written to a pipe: no duration, no index',
      extension: 'mkv',
      make: clip(...X264, ...AC3, '-live', '1'),
      expected: ['encoded', 'nothing_to_do'],
    },
  ],
  missing: [
    { what: 'OGM (H.264 or XviD in Ogg)', why: 'ffmpeg reads it and does not write it; OGV stands for it.' },
  ],
};
