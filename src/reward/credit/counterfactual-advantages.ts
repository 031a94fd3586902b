import type { MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { describe, finiteNumber } from '../../mask/validate.ts'
import { type CheckedReward, type RewardOptions, readReward } from '../reward-options.ts'
import { TERM_NAMES } from '../terms/design-terms.ts'
import { type FactsFormula, factsFormulaOf } from './facts-formula.ts'
import { creditMasks } from './replaced-tiles.ts'
import { addSample, newTileSums, type TileSums } from './tile-sums.ts'
import { TILE_RULE, type TiledTruth, tiledTruthOf, tileOf } from './tiled-truth.ts'

/** Options of {@link counterfactualAdvantages}. */
export interface CreditOptions {
  /** Side of a tile in pixels; at least 1. Tiles on the right and lower edge may be smaller. */
  tile: number
  /** Field of view; may stand in `reward` instead. Default: all pixels. */
  within?: MaskLike
  /**
   * The reward, by the options of a {@link MultiObjectiveReward}. With a preset other than
   * `'design'` or with custom terms, masks are scored again for every tile, which takes longer.
   * Default: the default reward.
   */
  reward?: RewardOptions
  /**
   * Short for the weight and the target of the reward's precision term: adds
   * `weight · 20 · min(0, Precision − threshold)` to the overlap. Default: as `reward` says.
   */
  precisionHinge?: {
    /** What the term is multiplied by. */
    weight: number
    /** Precision below which the term punishes, 0 to 1. Default: .80. */
    threshold?: number
  }
}

interface CreditRead {
  tile: number | undefined
  within: MaskLike | undefined
  reward: RewardOptions
  precisionHinge: HingeRead | undefined
}

const CREDIT_OPTIONS: OptionTable<CreditOptions, CreditRead> = {
  tile: TILE_RULE,
  within: { default: undefined, read: (value) => value as MaskLike },
  reward: { default: {}, read: (value) => value as RewardOptions },
  precisionHinge: {
    default: undefined,
    read: (value) => readOptions(value, HINGE_OPTIONS, 'precisionHinge'),
  },
}

interface HingeRead {
  weight: number | undefined
  threshold: number | undefined
}

const HINGE_OPTIONS: OptionTable<Required<CreditOptions>['precisionHinge'], HingeRead> = {
  weight: {
    default: undefined,
    read: (value) => finiteNumber(value as number, 'precisionHinge.weight'),
  },
  threshold: {
    default: undefined,
    read: (value) => finiteNumber(value as number, 'precisionHinge.threshold', 0, 1),
  },
}

/** Advantages by tile; see {@link counterfactualAdvantages}. */
export interface Advantages {
  /** Rows of tiles. */
  rows: number
  /** Columns of tiles. */
  columns: number
  /** The reward of each sample. */
  rewards: Float64Array
  /**
   * Advantage of each sample in each tile in the terms dice, recall and precision, and in all
   * others that do not count to `skeleton`: sample k, tile t (row by row) at index
   * `k · rows · columns + t`.
   */
  overlap: Float64Array
  /**
   * Advantage, at the same index, in the terms that count structures, and so jump where the others
   * change little by little: topology and length, and terms named junctions, components or holes,
   * as in the preset `'robust'`.
   */
  skeleton: Float64Array
}

/** At most this many values in each array of the result. */
const MAX_VALUES = 2 ** 27

/**
 * Says which parts of sampled masks earned their rewards: the advantage of sample k in tile t is
 * its reward less the mean reward it would have had with the facts of that tile taken from one of
 * the other samples,
 *
 * ```text
 * A[k, t] = g(S_k) − mean over j ≠ k of g(S_k − s[k, t] + s[j, t])
 * ```
 *
 * where s are the facts of {@link tileFacts}, S_k their sums and g the reward as a function of
 * facts. The overlap terms and the skeleton terms come apart, so that each group can be normalised
 * by itself; their sum is the advantage in the reward. For a policy that draws pixels
 * independently, Σ A[k, t] · ∇ log p(tile t of sample k) estimates the gradient of the expected
 * reward; without bias in the overlap terms, and in the skeleton terms as far as a tile's facts
 * depend on its own pixels only, which thinning makes nearly but not strictly true.
 *
 * That is so for the terms of the design formula, which are functions of facts; each sample is
 * thinned once. A reward with other terms, those of a preset or custom ones, is a black box g of
 * masks. Then a tile of mask k is credited with what it loses against the tile of the truth, less
 * what the other samples lose there,
 *
 * ```text
 * D[k, t] = g(mask k) − g(mask k with tile t of the truth)
 * A[k, t] = mean over j ≠ k of D[k, t] − D[j, t]
 * ```
 *
 * where samples whose tiles are the same are not compared. This is unbiased whatever g is, in
 * skeleton terms too, but every sample is scored once more for every tile: K · (tiles + 1) scores
 * of whole masks instead of K.
 *
 * Pass a {@link BitMask} as the truth (and as the field of view) when
 * they come again: what is known of them is kept.
 *
 * @param samples - two or more masks that were drawn for one image; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid, sizes differ, or there are
 * fewer than two samples
 *
 * Source: D. Wolpert and K. Tumer, "Optimal payoff functions for members of collectives", Advances
 * in Complex Systems 4, 2001 (difference rewards); J. Foerster et al., "Counterfactual multi-agent
 * policy gradients", AAAI 2018.
 *
 * @example
 * ```ts
 * import { counterfactualAdvantages } from 'vessel-reward'
 *
 * const truth = [[1, 1, 1, 1]]
 * const samples = [[[1, 1, 1, 1]], [[1, 1, 0, 0]]]
 * const { rewards, overlap } = counterfactualAdvantages(samples, truth, { tile: 2 })
 * rewards.map(Math.round) // => Float64Array [6, 3]
 * overlap.map(Math.round) // => Float64Array [0, 3, 0, -3]
 * ```
 */
export function counterfactualAdvantages(
  samples: readonly MaskLike[],
  truth: MaskLike,
  options: CreditOptions,
): Advantages {
  checkCount(arguments.length, 3, 'counterfactualAdvantages')
  const read = readOptions(options, CREDIT_OPTIONS, 'counterfactualAdvantages')
  const tile = tileOf(read.tile, 'counterfactualAdvantages')
  const reward = rewardOf(read)
  const { terms } = reward
  if (!Array.isArray(samples)) {
    throw new TypeError(`expected an array of samples, got ${describe(samples)}`)
  }
  const count = samples.length
  if (count < 2) {
    throw new RangeError(
      `expected at least 2 samples, because each is compared with the others, got ${count}`,
    )
  }
  const tiled = tiledTruthOf(truth, reward, tile, reward.facts)
  const { rows, columns } = tiled.grid
  const tiles = rows * columns
  if (count * tiles > MAX_VALUES) {
    throw new RangeError(
      `expected at most ${MAX_VALUES} advantages, got ${count} samples × ${tiles} tiles`,
    )
  }
  const overlap = new Float64Array(count * tiles)
  const skeleton = new Float64Array(count * tiles)
  const rewards = new Float64Array(count)
  const result = { rows, columns, rewards, overlap, skeleton }
  if (terms.slice(TERM_NAMES.length).some(({ weight }) => weight !== 0)) {
    creditMasks(samples, terms, tiled, result)
    return result
  }
  const formula = factsFormulaOf(reward)
  const sums = newTileSums(count * tiles)
  for (let k = 0; k < count; k++) {
    addSample(sums, k * tiles, samples[k], `samples[${k}]`, tiled)
  }
  creditOverlap(overlap, rewards, sums, tiles, formula)
  creditSkeleton(skeleton, rewards, sums, tiles, formula, tiled)
  return result
}

/** The reward, with the field of view and the hinge that stand beside it. */
function rewardOf({ within, reward: given, precisionHinge }: CreditRead): CheckedReward {
  // Its names are checked before anything of it is taken.
  readReward(given, 'the reward')
  const { within: ownField } = given
  if (within !== undefined && ownField !== undefined && within !== ownField) {
    throw new RangeError('expected one field of view, got within and another reward.within')
  }
  const reward = { ...given, within: within ?? ownField }
  if (precisionHinge === undefined) return readReward(reward, 'the reward')
  const { weights, precisionTarget } = given
  if (weights?.precision !== undefined || precisionTarget !== undefined) {
    throw new RangeError(
      "expected either precisionHinge or the reward's own precision term, got both",
    )
  }
  const { weight, threshold } = precisionHinge
  if (weight === undefined) {
    throw new TypeError('expected precisionHinge.weight to be a number, got undefined')
  }
  return readReward(
    { ...reward, weights: { ...weights, precision: weight }, precisionTarget: threshold },
    'the reward',
  )
}

/** Writes the advantages in the overlap terms, and adds these terms to the rewards. */
function creditOverlap(
  advantages: Float64Array,
  rewards: Float64Array,
  { tp, fp, fn }: TileSums,
  tiles: number,
  formula: FactsFormula,
): void {
  const count = rewards.length
  for (let k = 0; k < count; k++) {
    const first = k * tiles
    const tpOwn = sumOf(tp, first, tiles)
    const fpOwn = sumOf(fp, first, tiles)
    const fnOwn = sumOf(fn, first, tiles)
    const own = formula.overlap(tpOwn, fpOwn, fnOwn)
    rewards[k] += own
    for (let t = 0; t < tiles; t++) {
      const a = first + t
      let gain = 0
      for (let j = 0; j < count; j++) {
        const b = j * tiles + t
        const tpMore = tp[b] - tp[a]
        const fpMore = fp[b] - fp[a]
        const fnMore = fn[b] - fn[a]
        if (tpMore === 0 && fpMore === 0 && fnMore === 0) continue
        gain += own - formula.overlap(tpOwn + tpMore, fpOwn + fpMore, fnOwn + fnMore)
      }
      advantages[a] = gain / (count - 1)
    }
  }
}

/** Writes the advantages in the skeleton terms, and adds these terms to the rewards. */
function creditSkeleton(
  advantages: Float64Array,
  rewards: Float64Array,
  { length, junctions, components }: TileSums,
  tiles: number,
  formula: FactsFormula,
  { truth }: TiledTruth,
): void {
  const count = rewards.length
  const score = formula.skeletonAgainst(truth.junctions, truth.components, truth.length)
  for (let k = 0; k < count; k++) {
    const first = k * tiles
    const lengthOwn = sumOf(length, first, tiles)
    // Parts of whole things: rounding takes away what adding them up left over.
    const junctionsOwn = Math.round(sumOf(junctions, first, tiles))
    const componentsOwn = Math.round(sumOf(components, first, tiles))
    const own = score(junctionsOwn, componentsOwn, lengthOwn)
    rewards[k] += own
    for (let t = 0; t < tiles; t++) {
      const a = first + t
      let gain = 0
      for (let j = 0; j < count; j++) {
        const b = j * tiles + t
        const lengthMore = length[b] - length[a]
        const junctionsMore = junctions[b] - junctions[a]
        const componentsMore = components[b] - components[a]
        if (lengthMore === 0 && junctionsMore === 0 && componentsMore === 0) continue
        gain +=
          own -
          score(
            orZero(junctionsOwn + junctionsMore),
            orZero(componentsOwn + componentsMore),
            orZero(lengthOwn + lengthMore),
          )
      }
      advantages[a] = gain / (count - 1)
    }
  }
}

function sumOf(values: Float64Array, first: number, length: number): number {
  let sum = 0
  for (let i = first; i < first + length; i++) sum += values[i]
  return sum
}

/**
 * The formula jumps where a mask has no junction or no length at all, so that nothing must stay
 * nothing: the smallest part of a junction or component is greater than 2⁻²⁷.
 */
function orZero(value: number): number {
  return Math.abs(value) < 1e-9 ? 0 : value
}
