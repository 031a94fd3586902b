import { BitMask, label, skeletonize } from 'vessel-reward'

/** Logits above this may be vessel: probability .1. */
const POSSIBLE = Math.log(0.1 / 0.9)

/** Each pixel of an image by the piece of vessel that it belongs to. */
export interface VesselPieces {
  /** Row by row, 0 to `count` − 1. */
  pieceOf: Int32Array
  /** At least 1. */
  count: number
}

/**
 * Cuts an image along the vessels that a model sees or half sees: the skeleton of all that may be
 * vessel is cut at its junctions, and every pixel belongs to the branch that is nearest to it, in
 * steps to any of eight neighbours.
 *
 * @param logits - of all pixels, row by row; the pieces depend on nothing else, so that credit by
 * them does not depend on what was sampled
 */
export function vesselPieces(logits: Float32Array, width: number, height: number): VesselPieces {
  const possible = Uint8Array.from(logits, (z) => (z > POSSIBLE ? 1 : 0))
  const thin = skeletonize(BitMask.from({ data: possible, width, height })).toUint8Array()
  const around = (at: number, visit: (other: number) => void) => {
    const [y, x] = [Math.floor(at / width), at % width]
    for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
      for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
        if (j !== y || i !== x) visit(j * width + i)
      }
    }
  }
  const branches = thin.map((value, at) => {
    let neighbors = 0
    around(at, (other) => {
      neighbors += thin[other]
    })
    return value === 1 && neighbors < 3 ? 1 : 0
  })
  const { labels, count } = label({ data: branches, width, height })
  const pieceOf = labels.map((value) => value - 1)
  // All branches grow at once, a pixel at a time.
  let front = [...pieceOf.keys()].filter((at) => pieceOf[at] >= 0)
  while (front.length > 0) {
    const next: number[] = []
    for (const at of front) {
      around(at, (other) => {
        if (pieceOf[other] >= 0) return
        pieceOf[other] = pieceOf[at]
        next.push(other)
      })
    }
    front = next
  }
  return count === 0 ? { pieceOf: pieceOf.fill(0), count: 1 } : { pieceOf, count }
}
