/**
 * What every ffmpeg run says: warnings only, progress as `key=value` on standard output twice a second. `-y` is
 * safe because every output is a new name in a job's own folder. Standard input is closed by whoever runs it.
 */
export const QUIET_ARGS: readonly string[] = ['-hide_banner', '-nostats', '-v', 'warning', '-y'];
export const PROGRESS_ARGS: readonly string[] = ['-progress', 'pipe:1', '-stats_period', '0.5'];

/** Streams that are far apart in time must not stop the muxer. */
export const QUEUE_ARGS: readonly string[] = ['-max_muxing_queue_size', '9999'];

/** Nothing of the source's own: what is to be kept is set where the parts are joined. */
export const NO_METADATA_ARGS: readonly string[] = ['-map_metadata', '-1', '-map_chapters', '-1'];
