import { z } from 'zod';
import {
  ENCODERS,
  folderSchema,
  HIGHEST_CRF,
  PARAMETERS,
  profileSchema,
  TUNES,
  VIDEO_CODECS,
} from './schema/index.js';

type Json = Record<string, unknown>;

const ABOUT = {
  named: {
    title: 'Boilarr profile',
    description: 'A key that is left out or empty has its default.',
  },
  folder: {
    title: 'Boilarr settings of a folder (.boilarr.yaml)',
    description: 'A key that is left out or empty stays what it is in the folder above.',
  },
} as const;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A key without a value is no mistake in a profile: it says nothing. */
function orEmpty(schema: Json): Json {
  const { type, enum: words, anyOf } = schema;
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...(anyOf as unknown[]), { type: 'null' }] };
  const orNull = { ...schema, type: [type, 'null'] };
  return Array.isArray(words) ? { ...orNull, enum: [...(words as unknown[]), null] } : orNull;
}

function withEmptyKeys(schema: Json): Json {
  const { properties, additionalProperties } = schema;
  const result = { ...schema };
  if (isJson(additionalProperties)) result['additionalProperties'] = orEmpty(additionalProperties);
  if (isJson(properties))
    result['properties'] = Object.fromEntries(
      Object.entries(properties).map(([key, child]) => [
        key,
        isJson(child) ? orEmpty(withEmptyKeys(child)) : child,
      ]),
    );
  return result;
}

/** What depends on the codec. A named profile that says none is av1; a folder's file has it from above. */
function byCodec(kind: 'named' | 'folder'): Json[] {
  return VIDEO_CODECS.map((codec) => ({
    if: {
      properties: { codec: { const: codec } },
      ...(kind === 'named' && codec === 'av1' ? {} : { required: ['codec'] }),
    },
    then: {
      properties: {
        crf: { type: ['integer', 'null'], maximum: HIGHEST_CRF[codec] },
        tune: { enum: ['default', ...TUNES[codec], null] },
        encoder: { enum: [...ENCODERS.filter((name) => name !== 'svt' || codec === 'av1'), null] },
        parameters: { type: ['object', 'null'], propertyNames: { enum: [...PARAMETERS[codec]] } },
      },
    },
  }));
}

/** What would be made by one key only to be encoded again by another. */
const NO_CIRCLE: Json = {
  if: { properties: { profile81: { const: 'reencode' } }, required: ['profile81'] },
  then: {
    properties: {
      profile7Mel: { enum: ['reencode', 'keep', 'skip', null] },
      profile7Fel: { enum: ['reencode', 'keep', 'skip', null] },
    },
  },
};

/**
 * The profile language for editors, which complete and check by it: JSON Schema, draft 2020-12.
 * @param kind `folder` for a `.boilarr.yaml`, which may name the profile that it starts from
 */
export function profileJsonSchema(kind: 'named' | 'folder'): object {
  const { $schema, ...schema } = z.toJSONSchema(kind === 'named' ? profileSchema : folderSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      // The widest numbers that JavaScript holds exactly are no limit that a person should read.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // A section's own default is empty, whatever its keys' are; a folder's keys have theirs from above.
      if (jsonSchema.type === 'object' || kind === 'folder') delete jsonSchema.default;
    },
  });
  const whole = withEmptyKeys(schema);
  const properties = isJson(whole['properties']) ? whole['properties'] : {};
  const video = isJson(properties['video']) ? { ...properties['video'], allOf: byCodec(kind) } : {};
  const dolbyVision = isJson(properties['dolbyVision'])
    ? { ...properties['dolbyVision'], allOf: [NO_CIRCLE] }
    : {};
  return {
    $schema,
    ...ABOUT[kind],
    ...whole,
    type: ['object', 'null'],
    properties: { ...properties, video, dolbyVision },
  };
}
