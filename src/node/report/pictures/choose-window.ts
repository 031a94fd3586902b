import type { ErrorMark } from '../../overlay/error-marks.ts'

/** A part of an image, and how many of its pixels in each direction become one of the picture. */
export interface PictureWindow {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly step: number
}

/** Room round the errors, in pixels. */
const MARGIN = 24
/** Smaller windows show too little of the vessels to tell where one is. */
const LEAST = { width: 200, height: 150 }
/** From here on thin vessels would vanish: rather a part of the errors than all of them. */
const MAX_STEP = 2
/** Places that are tried for the window with most of the errors. */
const MAX_PLACES = 300

/**
 * The part of an image that shows its errors: all of them if they fit into `maxPixels` at half the
 * size, else the window in which most of them lie, by their sizes. Without errors it is the middle.
 */
export function chooseWindow(
  { width, height }: { width: number; height: number },
  marks: readonly ErrorMark[],
  maxPixels: number,
): PictureWindow {
  const most = Math.max(1, Math.floor(Math.sqrt((maxPixels * LEAST.width) / LEAST.height)))
  const mostHigh = Math.max(1, Math.floor((most * LEAST.height) / LEAST.width))
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (const { x, y, size } of marks) {
    const reach = MARGIN + size / 2
    left = Math.min(left, Math.floor(x - reach))
    top = Math.min(top, Math.floor(y - reach))
    right = Math.max(right, Math.ceil(x + reach))
    bottom = Math.max(bottom, Math.ceil(y + reach))
  }
  if (marks.length === 0) [left, top, right, bottom] = [0, 0, width, height]
  let wide = Math.max(right - left, LEAST.width)
  let high = Math.max(bottom - top, LEAST.height)
  // Pictures of one shape stand well beside each other.
  wide = Math.max(wide, Math.ceil((high * LEAST.width) / LEAST.height))
  high = Math.max(high, Math.ceil((wide * LEAST.height) / LEAST.width))
  wide = Math.min(wide, width)
  high = Math.min(high, height)
  const wanted = Math.max(1, Math.ceil(Math.max(wide / most, high / mostHigh)))
  const step = Math.min(MAX_STEP, wanted)
  if (wanted > MAX_STEP) {
    wide = Math.min(wide, most * step)
    high = Math.min(high, mostHigh * step)
  }
  const at = (x: number, y: number): PictureWindow => ({
    left: place(x, wide, width),
    top: place(y, high, height),
    width: wide,
    height: high,
    step,
  })
  const middle = at((left + right) / 2, (top + bottom) / 2)
  if (wanted <= MAX_STEP || marks.length === 0) return middle
  const tried = marks.slice(0, MAX_PLACES)
  let best = middle
  let weight = weightIn(best, tried)
  for (const { x, y } of tried) {
    const window = at(x, y)
    const found = weightIn(window, tried)
    if (found > weight) [best, weight] = [window, found]
  }
  return best
}

const place = (center: number, size: number, whole: number) =>
  Math.max(0, Math.min(whole - size, Math.round(center - size / 2)))

function weightIn(window: PictureWindow, marks: readonly ErrorMark[]): number {
  return marks.reduce((sum, mark) => sum + (isInside(window, mark) ? mark.size : 0), 0)
}

/** Whether the middle of an error lies in a window. */
export function isInside(
  { left, top, width, height }: PictureWindow,
  { x, y }: { x: number; y: number },
): boolean {
  return x >= left && x < left + width && y >= top && y < top + height
}
