import { BitMask } from '../../mask/bitmask.ts'
import { checkNames } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { directionOf } from '../metric-directions.ts'
import { OVERLAP_METRICS } from '../overlap.ts'
import { bestIndex, bestOf } from './best-threshold.ts'
import { defaultThresholds, isOverlap, type SweepSettings, wantedOf } from './sweep-options.ts'
import type { SweepCase, SweepMeans, SweepPooled, SweepSummary } from './sweep-summary.ts'
import { decidedness, SweptPair } from './swept-pair.ts'
import {
  areasOf,
  type CurveAreas,
  confusionAt,
  entryAt,
  type ThresholdCounts,
} from './threshold-curve.ts'

/** Values are pooled as whole numbers up to this: those of 8 and of 16 bits keep theirs. */
const LEVELS = 65_535

/** The thresholds that make different masks of maps of 8 bits. */
const levelThresholds = () => Float64Array.from({ length: 255 }, (_, k) => (k + 0.5) / 255)

/** Adds up sweeps case by case. It keeps sums, and of each case the values of one metric. */
export class SweepTotals {
  readonly #settings: Omit<SweepSettings, 'within'>
  readonly #of: string
  readonly #names: readonly string[]
  readonly #best: string
  readonly #thresholds: Float64Array<ArrayBuffer>
  readonly #sums: Readonly<Record<string, Float64Array<ArrayBuffer>>>
  readonly #undefined: Readonly<Record<string, Uint32Array<ArrayBuffer>>>
  /** Of the metric that is best somewhere: the values of each case, for those of the others. */
  readonly #each: Float64Array<ArrayBuffer>[] = []
  readonly #halves: number[] = []
  readonly #areas = { averagePrecision: [] as number[], rocAuc: [] as number[] }
  readonly #tp: Float64Array<ArrayBuffer>
  readonly #fp: Float64Array<ArrayBuffer>
  /** Pixels of the truth by value, and the others; of no length before there are pixels. */
  #positivesAt = new Float64Array(0)
  #negativesAt = new Float64Array(0)
  #positives = 0
  #negatives = 0
  #undecided = 0

  /** @param of - what takes the options, as error messages say it */
  constructor(settings: Omit<SweepSettings, 'within'>, of: string) {
    this.#settings = settings
    this.#of = of
    const { names, best } = wantedOf(settings, of)
    this.#names = names
    this.#best = best
    const usual = names.every(isOverlap) ? levelThresholds() : defaultThresholds()
    this.#thresholds = settings.thresholds ?? usual
    const { length } = this.#thresholds
    this.#sums = Object.fromEntries(names.map((name) => [name, new Float64Array(length)]))
    this.#undefined = Object.fromEntries(names.map((name) => [name, new Uint32Array(length)]))
    this.#tp = new Float64Array(length)
    this.#fp = new Float64Array(length)
  }

  /** Adds a case; nothing is added of one that is not valid. */
  add(one: SweepCase, where: string): void {
    if (one === undefined) throw notACase(one, where)
    checkNames(one, ['probabilities', 'truth', 'within'], where, 'field')
    if (one.probabilities === undefined || one.truth === undefined) throw notACase(one, where)
    const within =
      one.within === undefined
        ? undefined
        : BitMask.pack(one.within, `the field of view (within) of ${where}`)
    const settings = { ...this.#settings, within }
    const pair = new SweptPair(one.probabilities, one.truth, settings, ` of ${where}`)
    const columns = this.#names.map((name) =>
      this.#thresholds.map((at) => pair.valueAt(name, at, this.#names)),
    )
    const half = pair.valueAt(this.#best, 0.5, [this.#best])
    const areas = pair.areas
    for (const [i, name] of this.#names.entries()) this.#addColumn(name, columns[i])
    this.#each.push(columns[this.#names.indexOf(this.#best)])
    this.#halves.push(half)
    this.#areas.averagePrecision.push(areas.averagePrecision)
    this.#areas.rocAuc.push(areas.rocAuc)
    this.#undecided += pair.undecided
    this.#pool(pair.counts)
  }

  #addColumn(name: string, column: Float64Array): void {
    for (let i = 0; i < column.length; i++) {
      if (Number.isNaN(column[i])) this.#undefined[name][i]++
      else this.#sums[name][i] += column[i]
    }
  }

  #pool(counts: ThresholdCounts): void {
    for (const [i, threshold] of this.#thresholds.entries()) {
      const { tp, fp } = confusionAt(counts, entryAt(counts, threshold))
      this.#tp[i] += tp
      this.#fp[i] += fp
    }
    this.#positives += counts.positives
    this.#negatives += counts.negatives
    if (counts.positives + counts.negatives === 0) return
    if (this.#positivesAt.length === 0) {
      this.#positivesAt = new Float64Array(LEVELS + 1)
      this.#negativesAt = new Float64Array(LEVELS + 1)
    }
    // The pixels of one value are those that its threshold loses.
    let { positives, negatives } = counts
    for (const [k, start] of counts.starts.entries()) {
      const level = Math.round(start * LEVELS)
      this.#positivesAt[level] += positives - counts.tp[k]
      this.#negativesAt[level] += negatives - counts.fp[k]
      positives = counts.tp[k]
      negatives = counts.fp[k]
    }
  }

  /** @throws RangeError without any case */
  summary(): SweepSummary {
    const cases = this.#each.length
    if (cases === 0) throw new RangeError(`expected ${this.#of} to get at least one case, got none`)
    const pooled = this.#pooled()
    return {
      cases,
      thresholds: this.#thresholds,
      mean: this.#means(cases),
      pooled,
      ...decidedness(this.#undecided, this.#positives + this.#negatives),
    }
  }

  #means(cases: number): SweepMeans {
    const values = Object.fromEntries(
      this.#names.map((name) => [
        name,
        this.#sums[name].map((total, i) => total / (cases - this.#undefined[name][i])),
      ]),
    )
    const best = this.#best
    return {
      values,
      undefined: this.#undefined,
      best: bestOf(best, values[best], this.#thresholds, meanOfDefined(this.#halves)),
      leaveOneOut: this.#leaveOneOut(),
      averagePrecision: meanOfDefined(this.#areas.averagePrecision),
      rocAuc: meanOfDefined(this.#areas.rocAuc),
    }
  }

  /**
   * Each case at the threshold that is best for the others. Sums of others are added up from both
   * ends: a difference of sums would be rounded, and equal ones no longer be equal.
   */
  #leaveOneOut(): number {
    const each = this.#each
    if (each.length < 2) return Number.NaN
    const after = [new DefinedSums(this.#thresholds.length)]
    for (const own of each.slice(1).reverse()) after.push(after[after.length - 1].plus(own))
    let before = new DefinedSums(this.#thresholds.length)
    const values = each.map((own) => {
      const others = before.meansWith(after.pop() as DefinedSums)
      before = before.plus(own)
      const best = bestIndex(others, this.#thresholds, directionOf(this.#best))
      return best < 0 ? Number.NaN : own[best]
    })
    return meanOfDefined(values)
  }

  #pooled(): SweepPooled {
    const positives = this.#positives
    const negatives = this.#negatives
    const tp = this.#tp
    const fp = this.#fp
    const fn = tp.map((count) => positives - count)
    const tn = fp.map((count) => negatives - count)
    const { empty } = this.#settings
    const values = this.#names
      .filter(isOverlap)
      .map((name) => [
        name,
        tp.map((_, i) =>
          OVERLAP_METRICS[name]({ tp: tp[i], fp: fp[i], fn: fn[i], tn: tn[i] }, empty),
        ),
      ])
    return { tp, fp, fn, tn, values: Object.fromEntries(values), ...this.#pooledAreas() }
  }

  #pooledAreas(): CurveAreas {
    let positives = this.#positives
    let negatives = this.#negatives
    let isEqual = true
    const levels = this.#positivesAt.length
    const tp = new Float64Array(levels)
    const fp = new Float64Array(levels)
    for (let level = 0; level < levels; level++) {
      const wrong = level > LEVELS / 2 ? this.#negativesAt[level] : this.#positivesAt[level]
      if (wrong > 0) isEqual = false
      positives -= this.#positivesAt[level]
      negatives -= this.#negativesAt[level]
      tp[level] = positives
      fp[level] = negatives
    }
    const counts = { tp, fp, positives: this.#positives, negatives: this.#negatives }
    return areasOf(counts, isEqual, this.#settings.empty)
  }
}

const notACase = (value: unknown, where: string) =>
  new TypeError(`expected ${where} to be { probabilities, truth }, got ${describe(value)}`)

/** Sums of what is defined, by threshold. */
class DefinedSums {
  readonly #sums: Float64Array
  readonly #counts: Uint32Array

  constructor(length: number, sums = new Float64Array(length), counts = new Uint32Array(length)) {
    this.#sums = sums
    this.#counts = counts
  }

  plus(values: Float64Array): DefinedSums {
    const sums = this.#sums.map((sum, i) => sum + (Number.isNaN(values[i]) ? 0 : values[i]))
    const counts = this.#counts.map((count, i) => count + (Number.isNaN(values[i]) ? 0 : 1))
    return new DefinedSums(values.length, sums, counts)
  }

  meansWith(other: DefinedSums): Float64Array {
    return this.#sums.map((sum, i) => (sum + other.#sums[i]) / (this.#counts[i] + other.#counts[i]))
  }
}

/** The mean of what is not NaN; NaN of nothing. */
function meanOfDefined(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value))
  return defined.reduce((total, value) => total + value, 0) / defined.length
}
