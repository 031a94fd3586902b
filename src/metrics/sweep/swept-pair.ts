import type { RawMask } from '../../mask/accepted-forms.ts'
import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { describe } from '../../mask/validate.ts'
import { checkSameSize, packTruth } from '../checked-pair.ts'
import { type EvaluateOptions, evaluate } from '../evaluate.ts'
import type { MetricName } from '../metric-directions.ts'
import { OVERLAP_METRICS } from '../overlap.ts'
import { restrict } from '../remembered-facts.ts'
import { type ProbabilityMap, readProbabilities } from './probabilities.ts'
import { isOverlap, type SweepSettings } from './sweep-options.ts'
import {
  areasOf,
  type CurveAreas,
  confusionAt,
  countThresholds,
  entryAt,
  type ThresholdCounts,
} from './threshold-curve.ts'

/** Values nearer to 0 or 1 than this are decided: no usual threshold changes them. */
const DECIDED = 0.025

/** A map with its truth, of which any threshold can be asked. */
export class SweptPair {
  readonly counts: ThresholdCounts
  /** Pixels that count and whose value is more than 0.025 away from 0 and from 1. */
  readonly undecided: number
  readonly #map: ProbabilityMap
  readonly #truth: BitMask
  readonly #within: BitMask | undefined
  readonly #settings: SweepSettings
  /** All but the metrics of overlap, by entry: all thresholds of one make the same mask. */
  readonly #known = new Map<number, ReadonlyMap<string, number>>()

  constructor(probabilities: RawMask, truth: MaskLike, settings: SweepSettings, where = '') {
    this.#map = readProbabilities(probabilities, `the probabilities${where}`)
    const { data } = this.#map
    const [bits, within] = packTruth(truth, settings.within, settings.ignore, `the truth${where}`)
    checkSameSize(this.#map, bits, `probabilities and a truth${where}`)
    this.#truth = restrict(bits, within)
    this.#within = within
    this.#settings = settings
    const inside = within?.toUint8Array()
    this.counts = countThresholds(data, bits.toUint8Array(), inside)
    let undecided = 0
    for (let i = 0; i < data.length; i++) {
      if (inside?.[i] !== 0 && data[i] > DECIDED && data[i] < 1 - DECIDED) undecided++
    }
    this.undecided = undecided
  }

  get pixels(): number {
    return this.counts.positives + this.counts.negatives
  }

  /** The areas under the curves, perfect by rule if the mask at 0.5 is the truth. */
  get areas(): CurveAreas {
    const { fp, fn } = confusionAt(this.counts, entryAt(this.counts, 0.5))
    return areasOf(this.counts, fp + fn === 0, this.#settings.empty)
  }

  /**
   * A metric or a score at a threshold.
   *
   * @param names - what is wanted at this threshold: all of it is computed at once
   */
  valueAt(name: string, threshold: number, names: readonly string[]): number {
    const entry = entryAt(this.counts, threshold)
    if (isOverlap(name)) return this.overlapAt(name, entry)
    let known = this.#known.get(entry)
    if (known?.has(name) !== true) {
      known = this.#evaluateAt(threshold, names)
      this.#known.set(entry, known)
    }
    return known.get(name) as number
  }

  /** A metric of the four counts, of an entry of {@link SweptPair.counts}. */
  overlapAt(name: keyof typeof OVERLAP_METRICS, entry: number): number {
    return OVERLAP_METRICS[name](confusionAt(this.counts, entry), this.#settings.empty)
  }

  /** All but the metrics of overlap at once: metrics share what they need. */
  #evaluateAt(threshold: number, names: readonly string[]): ReadonlyMap<string, number> {
    const { data, width, height } = this.#map
    const { scores, thresholds, best, within, ignore, ...settings } = this.#settings
    const all = BitMask.from({ data, width, height }, { threshold })
    const pred = restrict(all, this.#within)
    const metrics = names.filter((name) => !isOverlap(name) && !scores.has(name))
    const options = { ...settings, metrics: metrics as MetricName[] } as EvaluateOptions
    const { values } = evaluate(pred, this.#truth, { ...options, within: this.#within })
    const known = new Map<string, number>(Object.entries(values))
    for (const [name, score] of scores) {
      if (names.includes(name)) known.set(name, checkedScore(score(pred, this.#truth), name))
    }
    return known
  }
}

function checkedScore(value: unknown, name: string): number {
  if (typeof value === 'number') return value
  throw new TypeError(`expected scores.${name} to return a number, got ${describe(value)}`)
}

/** Share of undecided pixels below which no threshold makes a difference. */
const FEW = 0.001

/** What is known of maps that a threshold hardly changes. */
export function decidedness(
  undecided: number,
  pixels: number,
): { undecided: number; isBinary: boolean } {
  const share = pixels === 0 ? 0 : undecided / pixels
  return { undecided: share, isBinary: share < FEW }
}
