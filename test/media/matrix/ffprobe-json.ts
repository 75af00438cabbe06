import { execa } from 'execa';

/** One stream as ffprobe prints it; nothing of the engine's reading of it. */
export interface RawStream {
  index: number;
  codec_type?: string;
  codec_name?: string;
  width?: number;
  height?: number;
  pix_fmt?: string;
  sample_aspect_ratio?: string;
  avg_frame_rate?: string;
  color_range?: string;
  color_space?: string;
  color_transfer?: string;
  color_primaries?: string;
  channels?: number;
  channel_layout?: string;
  sample_rate?: string;
  extradata_size?: number;
  nb_read_frames?: string;
  disposition?: Record<string, number>;
  tags?: Record<string, string>;
  side_data_list?: Record<string, unknown>[];
}

export interface RawPacket {
  stream_index: number;
  pts_time?: string;
  dts_time?: string;
  duration_time?: string;
  size: string;
  flags: string;
}

export interface RawFrame {
  stream_index: number;
  side_data_list?: Record<string, unknown>[];
}

/** Everything that ffprobe tells of a file, every packet of it, and how many frames each stream decodes to. */
export interface RawFile {
  streams: RawStream[];
  chapters: { start_time: string; end_time: string; tags?: Record<string, string> }[];
  format: { format_name: string; start_time?: string; size: string; tags?: Record<string, string> };
  packets: RawPacket[];
  /** the first ones of the pictures */
  frames: RawFrame[];
}

async function ffprobe(args: string[], file: string): Promise<Partial<RawFile>> {
  const { stdout } = await execa('ffprobe', ['-v', 'quiet', '-of', 'json', ...args, `file:${file}`], {
    stdin: 'ignore',
    maxBuffer: 100_000_000,
  });
  return JSON.parse(stdout) as Partial<RawFile>;
}

export async function readRaw(file: string): Promise<RawFile> {
  const [all, first] = await Promise.all([
    ffprobe(
      [
        ...['-show_format', '-show_streams', '-show_chapters', '-count_frames', '-show_entries'],
        'packet=stream_index,pts_time,dts_time,duration_time,size,flags',
      ],
      file,
    ),
    ffprobe(['-show_frames', '-select_streams', 'v', '-read_intervals', '%+#6'], file),
  ]);
  return {
    streams: all.streams ?? [],
    chapters: all.chapters ?? [],
    format: all.format ?? { format_name: '', size: '0' },
    packets: all.packets ?? [],
    frames: first.frames ?? [],
  };
}

/** A picture that is shown for a file, not a film. */
export function isCover(stream: RawStream): boolean {
  return stream.codec_type === 'video' && stream.disposition?.['attached_pic'] === 1;
}

/** What a player offers: films, sound and subtitles. */
export function isTrack(stream: RawStream): boolean {
  return ['video', 'audio', 'subtitle'].includes(stream.codec_type ?? '') && !isCover(stream);
}

const seconds = (text: string | undefined) => {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? value : null;
};

export interface Span {
  /** seconds; of the earliest packet that is shown */
  first: number | null;
  /** seconds; of the earliest packet, shown or not */
  lead: number | null;
  /** seconds; the latest end */
  end: number | null;
  packets: number;
  bytes: number;
  /** some of the packets do not say when they are shown */
  vague: boolean;
}

/** From when to when a stream is there, by its packets. */
export function spanOf({ packets }: RawFile, index: number): Span {
  const own = packets.filter(({ stream_index: of }) => of === index);
  const time = (packet: RawPacket) => seconds(packet.pts_time) ?? seconds(packet.dts_time);
  const least = (of: readonly RawPacket[]) =>
    of.reduce<number | null>((found, packet) => {
      const at = time(packet);
      return at === null ? found : found === null ? at : Math.min(found, at);
    }, null);
  const shown = own.filter(({ flags }) => !flags.includes('D'));
  let end: number | null = null;
  // One that does not say how long it is is as long as the way to it from the one that is shown before.
  let before: number | null = null;
  const inOrder = shown.flatMap((packet) => {
    const at = time(packet);
    return at === null ? [] : [{ packet, at }];
  });
  inOrder.sort((a, b) => a.at - b.at);
  for (const { packet, at } of inOrder) {
    const distance = before === null ? 0 : Math.max(0, at - before);
    before = at;
    end = Math.max(end ?? at, at + Math.max(0, seconds(packet.duration_time) ?? distance));
  }
  return {
    first: least(shown),
    lead: least(own),
    end,
    packets: shown.length,
    bytes: own.reduce((sum, { size }) => sum + Number(size), 0),
    vague: own.some(({ pts_time: pts }) => seconds(pts) === null),
  };
}

/** Side data of one kind, of the stream or of its first frames. */
export function sideData(file: RawFile, stream: RawStream, type: string): Record<string, unknown> | null {
  const lists = [
    stream.side_data_list ?? [],
    ...file.frames
      .filter(({ stream_index: of }) => of === stream.index)
      .map(({ side_data_list: list }) => list ?? []),
  ];
  return lists.flat().find((data) => String(data['side_data_type']).startsWith(type)) ?? null;
}
