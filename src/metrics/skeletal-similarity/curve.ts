/** Below this change of the curve, in pixels, a coefficient is rounding and is taken for 0. */
const LEAST_CHANGE = 1e-9

/** Powers of the cubic whose coefficients are compared. */
export type CubicSlope = readonly [cube: number, square: number, linear: number]

/**
 * Coefficients of the cubic polynomial v(u) that fits points best (least squares), without the
 * constant one. Found in orthogonal polynomials of the centred points and only then expanded: the
 * powers of coordinates in an image are too nearly dependent to be fitted directly.
 *
 * Source: G. Forsythe, "Generation and use of orthogonal polynomials for data-fitting with a
 * digital computer", Journal of the SIAM 5(2), 1957.
 */
export function fitCubic(us: ArrayLike<number>, vs: ArrayLike<number>, count: number): CubicSlope {
  let low = us[0]
  let high = us[0]
  for (let i = 1; i < count; i++) {
    low = Math.min(low, us[i])
    high = Math.max(high, us[i])
  }
  const middle = (low + high) / 2
  const scale = (high - low) / 2 || 1
  // Polynomials in t = (u − middle) / scale, lowest power first, and their values at the points.
  let values = new Float64Array(count).fill(1)
  let before = new Float64Array(count)
  let powers = [1, 0, 0, 0]
  let powersBefore = [0, 0, 0, 0]
  let squaresBefore = 1
  const fitted = [0, 0, 0, 0]
  for (let degree = 0; degree <= 3; degree++) {
    let squares = 0
    let hits = 0
    let moment = 0
    let most = 0
    for (let i = 0; i < count; i++) {
      const square = values[i] * values[i]
      squares += square
      moment += (square * (us[i] - middle)) / scale
      hits += values[i] * (vs[i] - vs[0])
      most = Math.max(most, Math.abs(values[i]))
    }
    // Fewer than four different u determine no more than these.
    if (squares < 1e-18 * count) break
    const amount = hits / squares
    if (Math.abs(amount) * most > LEAST_CHANGE) {
      for (let power = 0; power <= 3; power++) fitted[power] += amount * powers[power]
    }
    const shift = moment / squares
    const back = degree === 0 ? 0 : squares / squaresBefore
    const next = new Float64Array(count)
    for (let i = 0; i < count; i++) {
      next[i] = ((us[i] - middle) / scale - shift) * values[i] - back * before[i]
    }
    const [c0, c1, c2, c3] = powers
    const [b0, b1, b2] = powersBefore
    powersBefore = powers
    powers = [
      -shift * c0 - back * b0,
      c0 - shift * c1 - back * b1,
      c1 - shift * c2 - back * b2,
      c2 - shift * c3,
    ]
    before = values
    values = next
    squaresBefore = squares
  }
  const linear = fitted[1] / scale
  const square = fitted[2] / scale ** 2
  const cube = fitted[3] / scale ** 3
  return [
    cube,
    square - 3 * cube * middle,
    linear - 2 * square * middle + 3 * cube * middle * middle,
  ]
}

/**
 * How much two curves run alike: |cos| of the angle between the coefficients of their cubics, 0
 * to 1. A curve along the axis has no coefficients left: 1 for two of them, 0 for one.
 */
export function curveSimilarity(a: CubicSlope, b: CubicSlope): number {
  // Equal curves are exactly so, whatever the rounding.
  if (a[0] === b[0] && a[1] === b[1] && a[2] === b[2]) return 1
  const sizeA = Math.hypot(...a)
  const sizeB = Math.hypot(...b)
  if (sizeA === 0 || sizeB === 0) return 0
  const dot = (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / sizeA / sizeB
  return Math.min(1, Math.abs(dot))
}
