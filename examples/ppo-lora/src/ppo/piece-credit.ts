import { BitMask, MultiObjectiveReward, type RewardOptions } from 'vessel-reward'
import type { VesselPieces } from './vessel-pieces.ts'

/** Terms that count structures, by their names in the presets of the library; see `Advantages`. */
const SKELETON_TERMS = ['topology', 'length', 'junctions', 'components', 'holes']

/** Credit of the samples of one image, by piece: sample k, piece p at index k · count + p. */
export interface PieceCredit {
  rewards: Float64Array
  overlap: Float64Array
  skeleton: Float64Array
}

/**
 * Credits each piece of each mask with what it loses against the same piece of the truth, less what
 * the other samples lose there: `counterfactualAdvantages` of the library for pieces of any form in
 * place of tiles, so that a branch stands or falls as a whole.
 *
 * ```text
 * D[k, p] = g(mask k) − g(mask k with piece p of the truth)
 * A[k, p] = mean over j ≠ k of D[k, p] − D[j, p], and nothing from a j whose piece is the same
 * ```
 *
 * @param masks - two or more, row by row
 *
 * Source: D. Wolpert and K. Tumer, "Optimal payoff functions for members of collectives", Advances in
 * Complex Systems 4, 2001 (difference rewards).
 */
export function pieceCredit(
  masks: readonly Uint8Array[],
  truth: BitMask,
  within: BitMask,
  { pieceOf, count }: VesselPieces,
  options: RewardOptions,
): PieceCredit {
  const { width, height } = truth
  const reward = new MultiObjectiveReward({ ...options, within })
  const score = (data: Uint8Array) => {
    const { total, terms } = reward.explain(BitMask.from({ data, width, height }), truth)
    const skeleton = SKELETON_TERMS.reduce((sum, name) => sum + (terms[name]?.weighted ?? 0), 0)
    return { total, skeleton, overlap: total - skeleton }
  }
  const truePixels = truth.toUint8Array()
  const inside = within.toUint8Array()
  const pixels: number[][] = Array.from({ length: count }, () => [])
  for (let at = 0; at < pieceOf.length; at++) if (inside[at] === 1) pixels[pieceOf[at]].push(at)

  const own = masks.map(score)
  const credit: PieceCredit = {
    rewards: Float64Array.from(own, ({ total }) => total),
    overlap: new Float64Array(masks.length * count),
    skeleton: new Float64Array(masks.length * count),
  }
  for (let piece = 0; piece < count; piece++) {
    const isSame = (a: Uint8Array, b: Uint8Array) => pixels[piece].every((at) => a[at] === b[at])
    const firstLike = masks.map((mask) => masks.findIndex((other) => isSame(mask, other)))
    // Where all samples agree there is nothing to tell them apart by.
    if (firstLike.every((k) => k === 0)) continue
    const losses = masks.map((mask, k) => {
      const mended = mask.slice()
      for (const at of pixels[piece]) mended[at] = truePixels[at]
      const { overlap, skeleton } = score(mended)
      return { overlap: own[k].overlap - overlap, skeleton: own[k].skeleton - skeleton }
    })
    for (const k of masks.keys()) {
      for (const j of masks.keys()) {
        if (firstLike[j] === firstLike[k]) continue
        const at = k * count + piece
        credit.overlap[at] += (losses[k].overlap - losses[j].overlap) / (masks.length - 1)
        credit.skeleton[at] += (losses[k].skeleton - losses[j].skeleton) / (masks.length - 1)
      }
    }
  }
  return credit
}
