/** Borders of polygons are followed in steps of a fifth of a pixel. */
const STEPS = 5

/**
 * Fills a polygon as pycocotools does: its border is rounded to fifths of pixels, and a pixel is
 * inside if the border was crossed an odd number of times before it in the order of columns.
 *
 * @param points - x, y, x, y … in pixels, at least three points
 * @returns runs of background and foreground in turn, column after column
 *
 * Source: the function rleFrPoly of the COCO API.
 */
export function fillPolygon(points: readonly number[], width: number, height: number): number[] {
  const crossings: number[] = []
  const border = new Border((x, y) => crossings.push(x * height + y), width, height)
  const fifths = points.map((value) => Math.trunc(STEPS * value + 0.5))
  const count = fifths.length / 2
  for (let i = 0; i < count; i++) {
    const next = (i + 1) % count
    border.line(fifths[2 * i], fifths[2 * i + 1], fifths[2 * next], fifths[2 * next + 1])
  }
  // Two crossings at one place are none.
  const places: number[] = []
  for (const place of Float64Array.from(crossings).sort()) {
    if (places.at(-1) === place) places.pop()
    else if (place < width * height) places.push(place)
  }
  places.push(width * height)
  return places.map((place, i) => place - (i > 0 ? places[i - 1] : 0))
}

/** Follows a border point by point and tells where it goes from one column of pixels to the next. */
class Border {
  readonly #cross: (x: number, y: number) => void
  readonly #width: number
  readonly #height: number
  #x = Number.NaN
  #y = Number.NaN

  constructor(cross: (x: number, y: number) => void, width: number, height: number) {
    this.#cross = cross
    this.#width = width
    this.#height = height
  }

  /** Lines are drawn from left to right, or downwards where they are steep, so that both ways agree. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const across = Math.abs(x1 - x0)
    const down = Math.abs(y1 - y0)
    const isFlat = across >= down
    const isTurned = isFlat ? x0 > x1 : y0 > y1
    const [left, top, right, bottom] = isTurned ? [x1, y1, x0, y0] : [x0, y0, x1, y1]
    const length = Math.max(across, down)
    // A line of one point has no slope; it is not used then.
    const slope = isFlat ? (bottom - top) / across : (right - left) / down
    for (let k = 0; k <= length; k++) {
      const step = isTurned ? length - k : k
      const along = step === 0 ? 0 : slope * step
      if (isFlat) this.#point(left + step, Math.trunc(top + along + 0.5))
      else this.#point(Math.trunc(left + along + 0.5), top + step)
    }
  }

  #point(x: number, y: number): void {
    const [lastX, lastY] = [this.#x, this.#y]
    this.#x = x
    this.#y = y
    if (Number.isNaN(lastX) || x === lastX) return
    const column = ((x < lastX ? x : x - 1) + 0.5) / STEPS - 0.5
    if (!Number.isInteger(column) || column < 0 || column > this.#width - 1) return
    const row = (Math.min(y, lastY) + 0.5) / STEPS - 0.5
    this.#cross(column, Math.ceil(Math.min(Math.max(row, 0), this.#height)))
  }
}
