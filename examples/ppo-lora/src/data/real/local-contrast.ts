/** Deviations of the two Gaussians in pixels: of the background, and of its contrast. */
const BACKGROUND_SIGMA = 8
const CONTRAST_SIGMA = 16
/** Share of the image's own contrast that is added to the local one: empty parts stay quiet. */
const FLOOR = 0.1
const LIMIT = 5
/** Share of the brightness below which a contrast is the rounding of a uniform image. */
const ROUNDING = 1e-9
/** Added to the spread of a fit's pixels, as a share of σ²: a line of pixels has no slope across. */
const LEAST_SPREAD = 0.01

/**
 * Evens out illumination and contrast: what a pixel differs from its surroundings by, over how much
 * pixels differ there, within ±5; 0 outside the field of view, of which nothing else is read.
 *
 * @param grey - brightness in any unit, row by row
 * @param within - 1 inside the field of view
 */
export function localContrast(
  grey: ArrayLike<number>,
  within: Uint8Array,
  width: number,
  height: number,
): Float32Array {
  const size = { width, height }
  const masked = Float64Array.from(within, (w, i) => (w === 0 ? 0 : grey[i]))
  const background = localPlane(masked, within, BACKGROUND_SIGMA, size)
  const difference = masked.map((value, i) => (within[i] === 0 ? 0 : value - background[i]))
  const squares = difference.map((value) => value * value)
  const variance = maskedBlur(squares, within, CONTRAST_SIGMA, size)
  let sum = 0
  let count = 0
  for (let i = 0; i < within.length; i++) {
    sum += squares[i]
    count += within[i]
  }
  const floor = FLOOR * Math.sqrt(sum / Math.max(1, count))
  let brightest = 0
  for (const value of masked) if (Math.abs(value) > brightest) brightest = Math.abs(value)
  return Float32Array.from(difference, (value, i) => {
    const contrast = Math.sqrt(variance[i]) + floor
    // A uniform image has no contrast at all.
    if (contrast <= ROUNDING * brightest) return 0
    return Math.min(LIMIT, Math.max(-LIMIT, value / contrast))
  })
}

interface Size {
  width: number
  height: number
}

/**
 * The value of a plane at each pixel of the field of view, fitted by least squares to what is inside,
 * weighted by a Gaussian around the pixel; `values` are 0 outside. A weighted mean instead, which has
 * more pixels on one side of it near the rim, would take the slope of the illumination there for a
 * dark rim.
 *
 * Source: H. Knutsson and C.-F. Westin, "Normalized and differential convolution", CVPR 1993.
 */
function localPlane(
  values: Float64Array,
  within: Uint8Array,
  sigma: number,
  size: Size,
): Float64Array {
  const { width, height } = size
  // From the middle: squares of small numbers lose fewer digits.
  const x = Float64Array.from(values, (_, i) => (i % width) - width / 2)
  const y = Float64Array.from(values, (_, i) => Math.floor(i / width) - height / 2)
  /** The blurred product of arrays, which is a moment of the fit. */
  const moment = (first: ArrayLike<number>, ...others: Float64Array[]) => {
    const product = Float64Array.from(first)
    for (const other of others) for (let i = 0; i < other.length; i++) product[i] *= other[i]
    return gaussianBlur(product, sigma, size)
  }
  const [share, x1, y1] = [moment(within), moment(within, x), moment(within, y)]
  const [xx, xy, yy] = [moment(within, x, x), moment(within, x, y), moment(within, y, y)]
  const [v, vx, vy] = [moment(values), moment(values, x), moment(values, y)]
  const spread = LEAST_SPREAD * sigma * sigma
  const plane = new Float64Array(within.length)
  for (let i = 0; i < plane.length; i++) {
    if (within[i] === 0) continue
    const [meanX, meanY, mean] = [x1[i] / share[i], y1[i] / share[i], v[i] / share[i]]
    const varianceX = xx[i] / share[i] - meanX * meanX + spread
    const varianceY = yy[i] / share[i] - meanY * meanY + spread
    const covariance = xy[i] / share[i] - meanX * meanY
    const withX = vx[i] / share[i] - mean * meanX
    const withY = vy[i] / share[i] - mean * meanY
    const determinant = varianceX * varianceY - covariance * covariance
    const slopeX = (withX * varianceY - withY * covariance) / determinant
    const slopeY = (withY * varianceX - withX * covariance) / determinant
    plane[i] = mean + slopeX * (x[i] - meanX) + slopeY * (y[i] - meanY)
  }
  return plane
}

/** A Gaussian blur that reads the field of view only; `values` are 0 outside. */
function maskedBlur(
  values: Float64Array,
  within: Uint8Array,
  sigma: number,
  size: Size,
): Float64Array {
  const sums = gaussianBlur(values, sigma, size)
  const shares = gaussianBlur(Float64Array.from(within), sigma, size)
  return sums.map((sum, i) => sum / (shares[i] + 1e-3))
}

/** A separable Gaussian blur, cut at three deviations, with zeros around the image. */
function gaussianBlur(values: Float64Array, sigma: number, { width, height }: Size): Float64Array {
  const reach = Math.ceil(3 * sigma)
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  )
  const sum = kernel.reduce((a, b) => a + b)
  for (let i = 0; i < kernel.length; i++) kernel[i] /= sum

  const rows = new Float64Array(values.length)
  for (let start = 0; start < values.length; start += width) {
    for (let x = 0; x < width; x++) {
      let total = 0
      const end = Math.min(width - 1, x + reach)
      for (let u = Math.max(0, x - reach); u <= end; u++) {
        total += values[start + u] * kernel[u - x + reach]
      }
      rows[start + x] = total
    }
  }
  const blurred = new Float64Array(values.length)
  for (let y = 0; y < height; y++) {
    const end = Math.min(height - 1, y + reach)
    // Row by row rather than column by column: memory is read in order.
    for (let v = Math.max(0, y - reach); v <= end; v++) {
      const weight = kernel[v - y + reach]
      const from = v * width
      const to = y * width
      for (let x = 0; x < width; x++) blurred[to + x] += weight * rows[from + x]
    }
  }
  return blurred
}
