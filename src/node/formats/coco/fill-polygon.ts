import { sortPlaces } from './sort-places.ts'

/** Borders of polygons run from one fifth of a pixel to the next. */
const STEPS = 5

/** A column of pixels is entered or left where x goes from this fifth of it to the next. */
const MIDDLE = 2

/**
 * Fills a polygon as pycocotools does: its border is rounded to fifths of pixels, and a pixel is
 * inside if the border was crossed an odd number of times before it in the order of columns. That
 * goes along the border step by step; here only the steps from one column to the next are looked at.
 *
 * @param points - x, y, x, y … in pixels, at least three points
 * @returns runs of background and foreground in turn, column after column
 *
 * Source: the function rleFrPoly of the COCO API.
 */
export function fillPolygon(points: readonly number[], width: number, height: number): number[] {
  const places = new Int32Array(countCrossings(points, width))
  let count = 0
  for (const line of linesOf(points)) count = noteCrossings(line, width, height, places, count)
  sortPlaces(places)
  const runs: number[] = []
  let last = 0
  for (let k = 0; k < count; k++) {
    const place = places[k]
    // Two crossings at one place undo each other.
    if (place === places[k + 1]) k++
    else if (place < width * height) {
      runs.push(place - last)
      last = place
    }
  }
  runs.push(width * height - last)
  return runs
}

/** How many times the border of a polygon goes from one column of pixels to the next. */
export function countCrossings(points: readonly number[], width: number): number {
  let count = 0
  for (const { x0, x1 } of linesOf(points)) {
    const [first, last] = columnsOf(x0, x1, width)
    count += Math.max(0, last - first + 1)
  }
  return count
}

/** A part of a border, in fifths of pixels. */
interface Line {
  x0: number
  y0: number
  x1: number
  y1: number
}

function* linesOf(points: readonly number[]): Generator<Line> {
  const fifth = (i: number) => Math.trunc(STEPS * points[i] + 0.5)
  let [x0, y0] = [fifth(points.length - 2), fifth(points.length - 1)]
  for (let i = 0; i < points.length; i += 2) {
    const [x1, y1] = [fifth(i), fifth(i + 1)]
    yield { x0, y0, x1, y1 }
    x0 = x1
    y0 = y1
  }
}

/** The columns of pixels, first and last, whose middles lie between two places. */
function columnsOf(x0: number, x1: number, width: number): [first: number, last: number] {
  const first = Math.ceil((Math.min(x0, x1) - MIDDLE) / STEPS)
  const last = Math.floor((Math.max(x0, x1) - MIDDLE - 1) / STEPS)
  return [Math.max(0, first), Math.min(width - 1, last)]
}

/**
 * Notes where a line goes from one column to the next, as places in the order of columns.
 *
 * @param count - how many places there are already
 * @returns how many there are now
 */
function noteCrossings(
  { x0, y0, x1, y1 }: Line,
  width: number,
  height: number,
  places: Int32Array,
  count: number,
): number {
  const [first, last] = columnsOf(x0, x1, width)
  const across = Math.abs(x1 - x0)
  const down = Math.abs(y1 - y0)
  const isFlat = across >= down
  // Lines are drawn from left to right, or downwards where they are steep, so that both ways agree.
  const isTurned = isFlat ? x0 > x1 : y0 > y1
  const [left, top, right, bottom] = isTurned ? [x1, y1, x0, y0] : [x0, y0, x1, y1]
  const slope = isFlat ? (bottom - top) / across : (right - left) / down
  for (let column = first; column <= last; column++) {
    const middle = STEPS * column + MIDDLE
    let y: number
    if (isFlat) {
      const before = Math.trunc(top + slope * (middle - left) + 0.5)
      y = Math.min(before, Math.trunc(top + slope * (middle + 1 - left) + 0.5))
    } else y = top + stepBefore(left, slope, middle)
    const row = (y + 0.5) / STEPS - 0.5
    places[count++] = column * height + Math.ceil(Math.min(Math.max(row, 0), height))
  }
  return count
}

/** The last step of a steep line before it passes the middle of a column. */
function stepBefore(left: number, slope: number, middle: number): number {
  const isPassed = (step: number) => left + slope * step + 0.5 >= middle + 1 === slope > 0
  let step = Math.floor((middle + 0.5 - left) / slope)
  // The quotient is rounded, and so is each step.
  while (isPassed(step)) step--
  while (!isPassed(step + 1)) step++
  return step
}
