import { METRIC_NAMES } from '../../metrics/metric-directions.ts'
import { PRESETS } from '../../reward/terms/presets.ts'

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>

/** An object that has these fields and no others. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
  more: Schema = {},
): Schema {
  return { type: 'object', properties, required, additionalProperties: false, ...more }
}

/** An object that may have further fields, which are ignored or echoed. */
export function openObject(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
  more: Schema = {},
): Schema {
  return { type: 'object', properties, required, ...more }
}

export const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })
export const list = (items: Schema): Schema => ({ type: 'array', items })
export const NUMBER: Schema = { type: 'number' }
export const STRING: Schema = { type: 'string' }
export const FLAG: Schema = { type: 'integer', enum: [0, 1] }
/** A field that is `null` counts as absent. */
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })

const SIDE: Schema = { type: 'integer', minimum: 0 }
const BASE64: Schema = { type: 'string', contentEncoding: 'base64' }

/** Masks, and what else several routes share. */
export const SHARED_SCHEMAS: Readonly<Record<string, Schema>> = {
  Mask: {
    description: 'A mask.',
    oneOf: [named('RunLengths'), named('Bits'), named('Png')],
  },
  RunLengths: object(
    {
      size: { type: 'array', items: SIDE, minItems: 2, maxItems: 2 },
      counts: { anyOf: [STRING, list(SIDE)] },
    },
    ['size', 'counts'],
    {
      description:
        'Run-length encoded as COCO has it: size is [height, width], counts the runs column after column, as pycocotools writes them or as an array.',
    },
  ),
  Bits: object({ bits: BASE64, width: SIDE, height: SIDE }, ['bits', 'width', 'height'], {
    description:
      'numpy.packbits(mask) in base64: row after row, the first pixel in the highest bit.',
  }),
  Png: object({ png: BASE64, threshold: orNull(NUMBER) }, ['png'], {
    description: 'A PNG image in base64; with threshold a pixel is foreground where it is greater.',
  }),
  Reward: {
    description: 'A preset by its name, or options of the reward: docs/rewards.md.',
    anyOf: [{ type: 'string', enum: PRESETS }, { type: 'object' }],
  },
  Metrics: list({ type: 'string', enum: METRIC_NAMES }),
  Settings: {
    type: 'object',
    description:
      'Options of the metrics: empty, spacing, tolerance, radius, buffer, thinning, connectivity.',
  },
  Id: { anyOf: [STRING, NUMBER, { type: 'null' }] },
  Named: {
    type: 'object',
    description: 'Numbers by name.',
    additionalProperties: { type: ['number', 'null'] },
  },
  Error: object(
    {
      error: object(
        {
          code: STRING,
          message: STRING,
          argument: { ...STRING, description: 'The field that is wrong.' },
        },
        ['code', 'message'],
      ),
    },
    ['error'],
  ),
}
