/**
 * What arguments the tools are given may look like: every option that is used, and the form of its value. An option
 * that is not here, a value of another form or one that is missing is a mistake.
 */

type Grammar = readonly (readonly [option: RegExp, value: RegExp | null])[];

const whole = /^-?\d+$/;
const decimal = /^-?\d+(?:\.\d+)?$/;
const word = /^[A-Za-z][\w.-]*$/;
const file = /^file:[\s\S]+$/;
const filter = /^[\w=:|+*/().,\-\\']+$/;
const pairs = /^[\w-]+=[^:=\s]+(?::[\w-]+=[^:=\s]+)*$/;
const anything = /^[\s\S]*$/;

const FFMPEG: Grammar = [
  [/^-(hide_banner|nostats|y|copyts|xerror|noautorotate)$/, null],
  [
    /^-(v|err_detect|fps_mode|f|rc|tune|profile:v|rc_mode|init_hw_device|filter_hw_device)$/,
    /^[a-z0-9_=:/,]+$/i,
  ],
  [/^-(progress)$/, /^pipe:[12]$/],
  [/^-bsf:v$/, /^hevc_mp4toannexb(,filter_units=pass_types=62)?$/],
  [/^-(stats_period|output_ts_offset|ss)$/, decimal],
  [/^-i$/, file],
  [/^-map$/, /^\d+(:\d+|:V\?|:a\?|:V|:a)?$/],
  [/^-map_(metadata|chapters)(:[gs](:\d+)?)?$/, /^-?\d+$/],
  [/^-enc_time_base(:v)?$/, /^(-1|\d+\/\d+)$/],
  [/^-(vf|filter:a:\d+)$/, filter],
  [/^-c(:[vas])?(:\d+)?$/, word],
  [
    /^-(crf|cq|qp|global_quality|g|max_muxing_queue_size|color_primaries|color_trc|colorspace|color_range|threads|gpu|compression_level|frames:v)$/,
    whole,
  ],
  [/^-(spatial-aq|temporal-aq|rc-lookahead|look_ahead|bf|b_ref_mode|extbrc|low_power|strict)$/, /^[\w-]+$/],
  [/^-(b|maxrate|bufsize)(:[va])?(:\d+)?$/, /^\d+k?$/],
  [/^-(preset|multipass)$/, /^[a-z0-9]+$/],
  [/^-pix_fmt$/, /^[a-z0-9]+$/],
  [/^-(svtav1|x265|x264)-params$/, pairs],
  [/^-disposition:\d+$/, /^[a-z_0+]+$/],
  [/^-metadata(:s:\d+)?$/, /^(title|language)=[\s\S]*$/],
  [/^-aspect:\d+$/, /^\d+:\d+$/],
  [/^-tag:\d+$/, /^hvc1$/],
  [/^-drc_scale:\d+$/, /^0$/],
  [/^-movflags$/, /^[+a-z_]+$/],
];

const track = (value: string) => new RegExp(`^\\d+:${value}$`);
const MKVMERGE: Grammar = [
  [
    /^--(no-track-tags|no-global-tags|no-chapters|no-video|no-audio|no-subtitles|no-buttons|no-attachments)$/,
    null,
  ],
  [/^--(command-line-charset|output-charset)$/, /^UTF-8$/],
  [/^--(output|chapters|global-tags|attach-file)$/, /^[/.][\s\S]+$/],
  [/^--title$/, anything],
  [/^--(track-name)$/, /^\d+:[\s\S]*$/],
  [/^--language$/, track('[\\s\\S]+')],
  [
    /^--(default-track|forced-display|hearing-impaired|visual-impaired|original|commentary)-flag$/,
    track('[01]'),
  ],
  [/^--timestamps$/, track('[/.][\\s\\S]+')],
  [/^--sync$/, track('-?\\d+')],
  [/^--default-duration$/, track('\\d+(?:\\.\\d+)?/\\d+(?:\\.\\d+)?fps')],
  [/^--display-dimensions$/, track('[1-9]\\d*x[1-9]\\d*')],
  [/^--colou?r-[a-z-]+$/, track('\\d+')],
  [/^--chroma-siting$/, track('[12],[12]')],
  [/^--(chromaticity|white-color)-coordinates$/, track('\\d+\\.\\d+(?:,\\d+\\.\\d+)+')],
  [/^--m(ax|in)-luminance$/, track('\\d+\\.\\d+')],
  [/^--max-(content|frame)-light$/, track('\\d+')],
  [/^--projection-(type|pose-roll)$/, track('-?\\d+(?:\\.\\d+)?')],
  [/^--(video|audio|subtitle)-tracks$/, /^\d+(?:,\d+)*$/],
  [/^--attachments$/, /^\d+(?:,\d+)*$/],
  [/^--attachment-(name|mime-type|description)$/, anything],
  [/^--track-order$/, /^\d+:\d+(?:,\d+:\d+)*$/],
];

const path = /^[/.][\s\S]+$/;
const X265: Grammar = [
  [/^--(y4m|repeat-headers|aud|hrd|hdr10|(no-)?sao)$/, null],
  [/^--input$/, /^-$/],
  [/^--(output|dolby-vision-rpu)$/, path],
  [/^--log-level$/, /^info$/],
  [/^--output-depth$/, /^(8|10)$/],
  [/^--profile$/, /^main(10)?$/],
  [/^--(preset|tune)$/, /^[a-z]+$/],
  [/^--fps$/, /^[1-9]\d*\/[1-9]\d*$/],
  [/^--range$/, /^(full|limited)$/],
  [/^--master-display$/, /^(?:[GBR]\(\d+,\d+\)){3}WP\(\d+,\d+\)L\(\d+,\d+\)$/],
  [/^--max-cll$/, /^\d+,\d+$/],
  [/^--dolby-vision-profile$/, /^8\.[14]$/],
  [
    /^--(crf|bitrate|vbv-maxrate|vbv-bufsize|frames|keyint|pools|colorprim|transfer|colormatrix|chromaloc)$/,
    whole,
  ],
];
const DOVI_TOOL: Grammar = [
  [/^--(discard|summary)$/, null],
  [/^--mode$/, /^2$/],
  [/^--input$/, /^(-|[/.][\s\S]+)$/],
  [/^--(output|rpu-in|rpu-out)$/, path],
];

const GRAMMARS: Readonly<Record<string, { grammar: Grammar; operand: RegExp }>> = {
  ffmpeg: { grammar: FFMPEG, operand: /^(file:[\s\S]+|-|pipe:1)$/ },
  ffprobe: {
    grammar: [[/^-(v|select_streams|show_entries|of)$/, /^[\w:=,]+$/]],
    operand: file,
  },
  mkvpropedit: {
    grammar: [
      [/^--edit$/, /^info$/],
      [/^--set$/, /^date=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
    ],
    operand: /^[/.][\s\S]+$/,
  },
  mkvmerge: { grammar: MKVMERGE, operand: /^[/.][\s\S]+$/ },
  dovi_tool: { grammar: DOVI_TOOL, operand: /^(convert|extract-rpu|inject-rpu|info)$/ },
  // All that it is given has a name.
  x265: { grammar: X265, operand: /^(?!)/ },
};

/** @returns what is wrong with a command, or null */
export function wrongWith([tool = '', ...args]: readonly string[]): string | null {
  const known = GRAMMARS[tool];
  if (known === undefined) return `nobody knows the tool ${tool}`;
  let operands = 0;
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    const option = known.grammar.find(([name]) => name.test(argument));
    if (option === undefined) {
      if (!known.operand.test(argument)) return `${tool} has no option ${argument}`;
      operands += 1;
      continue;
    }
    const [, form] = option;
    if (form === null) continue;
    at += 1;
    const value = args[at];
    if (value === undefined) return `${tool} ${argument} lacks its value`;
    if (!form.test(value) || /undefined|NaN|Infinity|\[object/.test(value))
      return `${tool} ${argument} cannot be ${JSON.stringify(value)}`;
  }
  return operands > 0 || tool === 'x265' ? null : `${tool} is given no file`;
}
