import type { BitMask } from '../../mask/bitmask.ts'
import { seedFor } from '../../mask/seeded-random.ts'
import { dilateOf, erode } from '../../morphology/dilate.ts'
import { cutGapsOf, cutGapsOfLengths } from '../corruptions/cut-gaps.ts'
import { dropBranchesOf } from '../corruptions/drop-branches.ts'
import { addBridgesOf, addHairsOf } from '../corruptions/false-vessels.ts'
import { shiftOf, speckleOf } from '../corruptions/speckle-and-shift.ts'

/** One kind of corruption in growing amounts. */
export interface Ladder {
  /** Its name. */
  name: string
  /** What is done to a truth, in words. */
  description: string
  /** What the labels count. */
  unit: string
  /** The amounts, as they are called. */
  labels: readonly string[]
  /** The truth corrupted by each of the amounts, lightest first. */
  masks(truth: BitMask, seed: number): BitMask[]
}

const RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05]
const RADII = [1, 2, 3]
const COUNTS = [5, 10, 20, 40]
const SHIFTS = [1, 2, 4, 8]
const GAP_LENGTHS = [4, 8, 16, 32]

/**
 * The ladders of an audit. Along each of them a mask gets worse from step to step: all but the
 * shifts make their changes on top of those of the step before. Where a truth has no room for as
 * many changes as a step asks for, it gets those there is room for.
 *
 * @example
 * ```ts
 * import { BitMask } from 'vessel-reward'
 * import { LADDERS } from 'vessel-reward/audit'
 *
 * const dilation = LADDERS.find(({ name }) => name === 'dilation')
 * const dot = BitMask.from([[0, 0, 0, 0, 1, 0, 0, 0, 0]])
 * dilation?.masks(dot, 0).map(({ count }) => count) // => [3, 5, 7]
 * ```
 */
export const LADDERS: readonly Ladder[] = [
  {
    name: 'speckle',
    description: 'single false pixels at random places',
    unit: 'share of all pixels',
    labels: RATES.map(String),
    masks: (truth, seed) => RATES.map((rate) => speckleOf(truth, rate, seed)),
  },
  {
    name: 'dilation',
    description: 'every vessel thicker, by a square',
    unit: 'radius in pixels',
    labels: RADII.map(String),
    masks: (truth) => RADII.map((radius) => dilateOf(truth, 'square', radius)),
  },
  {
    name: 'erosion',
    description: 'every vessel thinner, by a square',
    unit: 'radius in pixels',
    labels: RADII.map(String),
    masks: (truth) => RADII.map((radius) => erode(truth, { radius })),
  },
  {
    name: 'gaps',
    description: 'vessels cut through, each gap 8 pixels long',
    unit: 'number of gaps',
    labels: COUNTS.map(String),
    masks: (truth, seed) => COUNTS.map((count) => cutGapsOf(truth, count, 8, seed).mask),
  },
  {
    name: 'gap length',
    description: '20 vessels cut through, by growing gaps',
    unit: 'length in pixels',
    labels: GAP_LENGTHS.map(String),
    masks: (truth, seed) => cutGapsOfLengths(truth, 20, GAP_LENGTHS, seed),
  },
  ...(
    [
      ['right', 1, 0],
      ['down', 0, 1],
      ['diagonal', 1, 1],
    ] as const
  ).map(([direction, dx, dy]) => ({
    name: `shift ${direction}`,
    description: `the whole mask moved ${direction === 'diagonal' ? 'right and down' : direction}`,
    unit: 'pixels',
    labels: SHIFTS.map(String),
    masks: (truth: BitMask) => SHIFTS.map((by) => shiftOf(truth, by * dx, by * dy)),
  })),
  {
    name: 'hairs',
    description: 'false twigs, 10 pixels long',
    unit: 'number of hairs',
    labels: COUNTS.map(String),
    masks: (truth, seed) => COUNTS.map((count) => addHairsOf(truth, count, 10, seed).mask),
  },
  {
    name: 'missing branches',
    description: 'side branches removed, the thinnest first',
    unit: 'number of branches',
    labels: COUNTS.map(String),
    masks: (truth, seed) => COUNTS.map((count) => dropBranchesOf(truth, count, 8, seed).mask),
  },
  {
    name: 'bridges',
    description: 'false connections from vessel to vessel, which close loops',
    unit: 'number of bridges',
    labels: COUNTS.map(String),
    masks: (truth, seed) => COUNTS.map((count) => addBridgesOf(truth, count, 40, seed).mask),
  },
]

/** @internal The seed of a ladder on one of the truths. */
export function ladderSeed(seed: number, ladder: Ladder, truth: number): number {
  return seedFor(seed, ladder.name, truth)
}
