/** A probability nearer to 0 or 1 than this does not change at any threshold that is tried. */
const SATURATED = 0.025

/** Share of probabilities below which masks count as binary. */
const FEW = 0.001

/**
 * Whether probabilities are in truth masks already: then no threshold can change them.
 *
 * @param probabilities - of every pixel, 0 to 1
 * @returns the share of pixels that a threshold can still decide, and whether these are too few
 */
export function binaryShare(probabilities: Iterable<number>): {
  undecided: number
  isBinary: boolean
} {
  let all = 0
  let between = 0
  for (const p of probabilities) {
    all++
    if (p > SATURATED && p < 1 - SATURATED) between++
  }
  const undecided = all === 0 ? 0 : between / all
  return { undecided, isBinary: undecided < FEW }
}
