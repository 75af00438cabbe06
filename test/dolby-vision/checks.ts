import { execa } from 'execa';
import { expect } from 'vitest';
import { splitNals } from '../support/dovi-tool/annex-b.js';
import { rpusOf } from '../support/dolby-vision.js';
import { readFile } from 'node:fs/promises';

interface Stream {
  codec_type: string;
  codec_name: string;
  start_time: string;
  nb_read_frames?: string;
  color_transfer?: string;
  side_data_list?: Record<string, unknown>[];
}

async function probe(film: string): Promise<Stream[]> {
  const { stdout } = await execa('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-show_streams', '-count_frames', `file:${film}`],
  ]);
  return (JSON.parse(stdout) as { streams: Stream[] }).streams;
}

/** What ffprobe and the stream itself say of a film that is to be Profile 8.1. */
export async function expectProfile81(
  film: string,
  { frames, rpus }: { frames: number; rpus: readonly Buffer[] },
): Promise<void> {
  const streams = await probe(film);
  const video = streams.find(({ codec_type }) => codec_type === 'video');
  expect(video).toMatchObject({
    ...{ codec_name: 'hevc', pix_fmt: 'yuv420p10le', nb_read_frames: String(frames), start_time: '0.000000' },
    ...{ color_transfer: 'smpte2084', color_primaries: 'bt2020', color_space: 'bt2020nc', color_range: 'tv' },
  });
  const record = video?.side_data_list?.find(
    (data) => data['side_data_type'] === 'DOVI configuration record',
  );
  expect(record).toMatchObject({
    ...{ dv_profile: 8, rpu_present_flag: 1, el_present_flag: 0, bl_present_flag: 1 },
    dv_bl_signal_compatibility_id: 1,
  });
  const found = await rpusOf(film);
  expect(found.filter((rpu) => rpu !== null)).toHaveLength(frames);
  // Frame by frame; hexadecimal, so that a difference can be read.
  expect(found.map((rpu) => rpu?.toString('hex'))).toEqual(rpus.map((rpu) => rpu.toString('hex')));
}

/** MaxCLL, MaxFALL and the mastering display of a film's first frame, as a player finds them. */
export async function lightOf(film: string): Promise<unknown> {
  const { stdout } = await execa('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-select_streams', 'V:0', '-read_intervals', '%+#1'],
    ...['-show_frames', `file:${film}`],
  ]);
  const frames = (JSON.parse(stdout) as { frames: { side_data_list?: Record<string, unknown>[] }[] }).frames;
  const wanted = ['Mastering display metadata', 'Content light level metadata'];
  return wanted.map((type) => frames[0]?.side_data_list?.find((data) => data['side_data_type'] === type));
}

/** MD5 of the decoded picture. */
export async function pictureOf(film: string): Promise<string> {
  const { stdout } = await execa(
    'ffmpeg',
    ['-v', 'error', '-i', `file:${film}`, '-map', '0:V:0', '-f', 'md5', '-'],
    {
      stdin: 'ignore',
    },
  );
  return stdout;
}

/** What everything but the picture is: kinds, codecs, words, flags, the times of all packets, and MD5 of all that is in them. */
export async function restOf(film: string): Promise<Rest> {
  const { stdout } = await execa('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-show_chapters', '-show_entries'],
    'stream=codec_type,codec_name:stream_tags=language,title:stream_disposition:packet=codec_type,pts_time',
    `file:${film}`,
  ]);
  const { streams, chapters, packets } = JSON.parse(stdout) as {
    streams: Stream[];
    chapters: unknown[];
    packets: { codec_type: string; pts_time: string }[];
  };
  const { stdout: hashes } = await execa(
    'ffmpeg',
    ['-v', 'error', '-i', `file:${film}`, '-map', '0', '-map', '-0:V', '-c', 'copy', '-f', 'streamhash', '-'],
    { stdin: 'ignore' },
  ).catch(() => ({ stdout: 'nothing beside the picture' }));
  const rest = streams.filter(({ codec_type }) => codec_type !== 'video');
  const times = Object.fromEntries(
    rest.map(({ codec_type: type }) => [
      type,
      packets.filter(({ codec_type }) => codec_type === type).map(({ pts_time }) => pts_time),
    ]),
  );
  return { streams: rest, chapters, times, hashes };
}

interface Rest {
  streams: unknown[];
  chapters: unknown[];
  /** seconds, by kind */
  times: Record<string, string[]>;
  hashes: string;
}

export const rpusIn = async (file: string): Promise<Buffer[]> => splitNals(await readFile(file));
