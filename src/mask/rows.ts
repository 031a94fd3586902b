import type { RowsMask } from './accepted-forms.ts'
import { describe } from './validate.ts'

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
export function checkRows(rows: RowsMask, hasThreshold: boolean, what: string): void {
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
