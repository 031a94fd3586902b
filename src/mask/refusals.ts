import type { PixelGrid } from './layout.ts'
import { describe, isFraction } from './validate.ts'

const FORMS = 'a BitMask, { data, width, height }, { data, shape }, a tensor or an array of rows'

/** The error for a value that is not a mask, with what to do where that can be told. */
export function notAMask(value: unknown, what: string): TypeError {
  const expected = what === 'the mask' ? 'expected a mask' : `expected ${what} to be a mask`
  const advice = adviceFor(value)
  const text = `${expected}: ${FORMS}, got ${describe(value)}`
  return new TypeError(advice === undefined ? text : `${text}: ${advice}`)
}

/** What users have at hand that holds a mask, and how to get it out. */
function adviceFor(value: unknown): string | undefined {
  if (typeof value === 'string') return "read files with readMask of 'vessel-reward/node'"
  if (typeof value !== 'object' || value === null) return undefined
  const kind = describe(value)
  if (kind === 'a URL') return "read files with readMask of 'vessel-reward/node'"
  if (kind === 'a Promise') return 'await it'
  if (/Blob|File|ArrayBuffer|DataView/.test(kind)) {
    return "decode the bytes of a file with decodeMask of 'vessel-reward/node'"
  }
  if (/Canvas/.test(kind)) {
    return "pass canvas.getContext('2d').getImageData(0, 0, width, height)"
  }
  if (/Image|Video/.test(kind)) {
    return 'draw it on a canvas and pass getImageData(0, 0, width, height) of that'
  }
  if (/Array$/.test(kind)) {
    return 'numbers alone have no size: pass { data, width, height }'
  }
  const fields = value as Record<string, unknown>
  if ('data' in fields && typeof fields.info === 'object') {
    return 'spread the size that sharp gives: { data, ...info }'
  }
  if ('bitmap' in fields)
    return 'pass its bitmap with the channels: { ...image.bitmap, channels: 4 }'
  if (typeof fields.data === 'function') {
    return 'its data come by data(): use await BitMask.fromAsync(tensor)'
  }
  return undefined
}

/**
 * Refuses values that all lie within [0, 1] where some are strictly between: probabilities, for which
 * the default threshold of 0 makes everything foreground. Logits, which leave that range, have
 * their natural threshold at 0.
 *
 * @param grids - have values strictly between 0 and 1
 * @throws RangeError that proposes a threshold
 */
export function refuseProbabilities(grids: readonly PixelGrid[], what: string): void {
  let example: unknown
  for (const { data, width, height, offset, rowStride, columnStride, values } of grids) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const first = offset + y * rowStride + x * columnStride
        for (let i = first; i < first + values; i++) {
          if (!isWithinUnit(data[i])) return
          if (example === undefined && isFraction(data[i])) example = data[i]
        }
      }
    }
  }
  throw new RangeError(
    `expected ${what} to hold 0 and 1, or a threshold, got numbers between 0 and 1 such as ` +
      `${example}: make masks of probabilities with BitMask.from(mask, { threshold: 0.5 }); ` +
      'threshold: 0 takes everything above 0',
  )
}

const isWithinUnit = (value: unknown) => (value as number) >= 0 && (value as number) <= 1

/** Rows of more values than this are the bands of an image, each with all of its pixels. */
const MAX_ROW_OF_FEW = 1e5
/** An array of fewer rows than this may be something else. */
const FEW_ROWS = 5

/**
 * Refuses arrays that look like rows and are not: bands of an image, and polygons.
 *
 * @param hasThreshold - whether one was given: it says that the rows hold grey levels
 * @throws TypeError that says what it looks like
 */
export function checkRows(
  rows: readonly ArrayLike<number | boolean>[],
  hasThreshold: boolean,
  what: string,
): void {
  const { width, height } = rows as unknown as Record<string, unknown>
  if (width !== undefined || height !== undefined) {
    throw new TypeError(
      `expected ${what} to be an array of rows, got ${describe(rows)} with a width and a height of its own, which are bands: pass one of them as { data: bands[0], width, height }`,
    )
  }
  if (rows.length === 0 || rows.length >= FEW_ROWS) return
  const first = rows[0]
  if (typeof first !== 'object' || first === null) return
  if (first.length > MAX_ROW_OF_FEW) {
    throw new TypeError(
      `expected ${what} to be an array of rows, got ${rows.length} of ${first.length} values, which look like bands: pass one of them as { data: bands[0], width, height }`,
    )
  }
  if (!hasThreshold && Array.from(rows).every(isPolygon)) {
    throw new TypeError(
      `expected ${what} to be an array of rows, got what looks like polygons of x and y: draw them into a mask; grey levels want a threshold, BitMask.from(mask, { threshold })`,
    )
  }
}

/** Whether these may be three or more points: an even count of numbers that no mask or label has. */
function isPolygon(row: unknown): boolean {
  if (!Array.isArray(row) || row.length < 6 || row.length % 2 === 1) return false
  const isPlace = (value: unknown) => typeof value === 'number' && value >= 0
  return row.every(isPlace) && row.some((value) => value > 3 && value !== 255)
}
