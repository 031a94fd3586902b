import { BitMask } from '../../mask/bitmask.ts'
import type { TermValue } from '../audited-reward.ts'
import type { TermCheck } from '../report.ts'
import type { AuditRun, Scored } from '../run.ts'
import type { Climb } from './climb-ladders.ts'

/** Evaluations that the growing images take. */
export const EVALUATIONS_FOR_GROWTH = 24

/** What is wrong with a term. */
export type TermProblem = 'unbounded' | 'constant' | 'not-finite' | 'out-of-range' | 'wrong-sign'

/** A check with the problems by their kind. */
export interface JudgedTerm {
  check: TermCheck
  kinds: ReadonlyMap<TermProblem, string>
  /** Whether this is the reward as a whole. */
  isTotal: boolean
}

/** Rounding may take a value so far beyond its range. */
const ROUNDING = 1e-9
/** A term has the wrong sign if its direction is below this and it moved at least so often. */
const WRONG_DIRECTION = -0.3
const LEAST_MOVES = 5
/** A term is unbounded if it still grows by this factor at the last doubling of the image's size. */
const GROWTH = 1.5
const SIZES = [32, 64, 128, 256]

/** One term of one mask. */
type Entry = Pick<TermValue, 'value' | 'weight' | 'weighted'>

/** Checks the reward as a whole and each of its terms over all that was scored. */
export function checkTerms(run: AuditRun, climb: Climb): JudgedTerm[] {
  const growth = growingImages(run)
  const explained = run.scored.filter(({ terms }) => terms !== undefined)
  const names = new Set(explained.flatMap(({ terms }) => terms!.map(({ name }) => name)))
  const { range } = run.subject
  const total = judge(run, climb, undefined, run.scored, totalOf, growth, range)
  const terms = [...names].map((name) => {
    const pick = ({ terms }: Scored) => terms?.find((term) => term.name === name)
    // What the caller says counts, else what the reward itself told.
    const own = Object.hasOwn(run.settings.termRanges, name)
      ? run.settings.termRanges[name]
      : explained.map(pick).find((term) => term?.range !== undefined)?.range
    const declared = own && { min: own[0], max: own[1] }
    return judge(run, climb, name, explained, pick, growth, declared)
  })
  return [total, ...terms]
}

function totalOf({ reward }: Scored): Entry {
  return { value: reward, weight: 1, weighted: reward }
}

function judge(
  run: AuditRun,
  climb: Climb,
  term: string | undefined,
  scored: readonly Scored[],
  pick: (scored: Scored) => Entry | undefined,
  growth: readonly Scored[][],
  declared: { min: number; max: number } | undefined,
): JudgedTerm {
  const kinds = new Map<TermProblem, string>()
  const entries = scored.map(pick).filter((entry) => entry !== undefined)
  const values = entries.map(({ value }) => value)
  const finite = values.filter(Number.isFinite)
  const min = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const max = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const weight = entries[0]?.weight ?? 0
  // A term of a reward may have that name, too.
  const isTotal = term === undefined
  const name = term ?? 'total'

  if (finite.length < values.length) {
    kinds.set('not-finite', `no finite number for ${values.length - finite.length} masks`)
  }
  if (declared !== undefined && (min < declared.min - ROUNDING || max > declared.max + ROUNDING)) {
    kinds.set(
      'out-of-range',
      `goes from ${short(min)} to ${short(max)}, declared is ${short(declared.min)} to ${short(declared.max)}`,
    )
  }
  const spoilt = scored.filter((one) => one.name !== 'truth')
  const { share, value } = mostFrequent(spoilt.map((one) => pick(one)?.value ?? Number.NaN))
  // A term without weight says nothing on purpose.
  if (weight !== 0 && share > run.settings.constantShare) {
    kinds.set('constant', `is ${short(value)} for ${percent(share)} of the corrupted masks`)
  } else if (weight !== 0) {
    // What goes by the truth alone has a value for each of them.
    const least = Math.min(...sharesByTruth(spoilt, pick))
    if (least > run.settings.constantShare) {
      kinds.set('constant', `is the same for ${percent(least)} of the corrupted masks of a truth`)
    }
  }
  const { direction, moves } = directionOf(climb, pick, run.tolerance)
  if (weight !== 0 && moves >= LEAST_MOVES && direction < WRONG_DIRECTION) {
    kinds.set(
      'wrong-sign',
      `rises along the ladders more often than it falls (direction ${short(direction)})`,
    )
  }
  const infinite =
    isTotal &&
    declared !== undefined &&
    !(Number.isFinite(declared.min) && Number.isFinite(declared.max))
  const grows = weight === 0 ? undefined : growthOf(growth, pick, run.tolerance)
  if (grows !== undefined) {
    kinds.set(
      'unbounded',
      `goes on growing with the size of the image: ${grows.map(short).join(', ')} at ${SIZES.join(', ')} pixels`,
    )
  } else if (infinite) kinds.set('unbounded', 'is declared to be unbounded')

  const check = {
    name,
    ...(isTotal ? {} : { weight }),
    ...(declared === undefined ? {} : { declared }),
    min,
    mean: finite.reduce((sum, one) => sum + one, 0) / finite.length,
    max,
    atBound: share,
    direction,
    problems: [...kinds.values()],
  }
  return { check, kinds, isTotal }
}

/** Whether a term is a part of the reward; the reward as a whole is. */
export function hasWeight({ weight }: TermCheck): boolean {
  return weight !== 0
}

/** How often the weighted term falls from one step to the next, less how often it rises. */
function directionOf(
  { perfect, scored }: Climb,
  pick: (scored: Scored) => Entry | undefined,
  tolerance: number,
): { direction: number; moves: number } {
  let falls = 0
  let rises = 0
  for (const truths of scored) {
    for (const [truth, steps] of truths.entries()) {
      let before = pick(perfect[truth])?.weighted
      for (const step of steps) {
        const now = pick(step)?.weighted
        if (before !== undefined && now !== undefined) {
          if (now < before - tolerance / 10) falls++
          else if (now > before + tolerance / 10) rises++
        }
        before = now
      }
    }
  }
  const moves = falls + rises
  return { direction: moves === 0 ? 0 : (falls - rises) / moves, moves }
}

/** Share of the most frequent value among the masks of each truth. */
function sharesByTruth(
  scored: readonly Scored[],
  pick: (scored: Scored) => Entry | undefined,
): number[] {
  const byTruth = new Map<number, number[]>()
  for (const one of scored) {
    const values = byTruth.get(one.truth) ?? []
    values.push(pick(one)?.value ?? Number.NaN)
    byTruth.set(one.truth, values)
  }
  return [...byTruth.values()].map((values) => mostFrequent(values).share)
}

function mostFrequent(values: readonly number[]): { share: number; value: number } {
  const counts = new Map<number, number>()
  let value = Number.NaN
  let most = 0
  for (const one of values) {
    // Up to the last digits, in which sums of one value differ.
    const key = Number(one.toPrecision(9))
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (count > most) {
      most = count
      value = key
    }
  }
  return { share: values.length === 0 ? 0 : most / values.length, value }
}

/** A small vessel in ever larger images, against dots, lines and foreground everywhere. */
function growingImages(run: AuditRun): Scored[][] {
  const rules: readonly [string, (x: number, y: number) => boolean][] = [
    ['dots', (x, y) => x % 4 === 0 && y % 4 === 0],
    ['lines', (_, y) => y % 4 === 0],
    ['foreground everywhere', () => true],
  ]
  return rules.map(([name, rule]) =>
    SIZES.map((size) => {
      const draw = (isSet: (x: number, y: number) => boolean) => {
        const data = new Uint8Array(size * size)
        for (let i = 0; i < data.length; i++)
          data[i] = isSet(i % size, Math.floor(i / size)) ? 1 : 0
        return BitMask.from({ data, width: size, height: size })
      }
      const pred = draw(rule)
      const truth = draw((x, y) => y >= 8 && y < 11 && x >= 4 && x < 24)
      const where = `${name} on ${size} × ${size} pixels`
      const reward = run.subject.score(pred, truth, where)
      const terms = run.subject.explain(pred, truth, reward, where)
      const unused = { dice: 0, clDice: 0, precision: 0, recall: 0, reference: undefined }
      return { ...unused, name: where, truth: -1, reward, terms }
    }),
  )
}

/** The values of an image that makes the term grow without end, if there is one. */
function growthOf(
  growth: readonly Scored[][],
  pick: (scored: Scored) => Entry | undefined,
  tolerance: number,
): number[] | undefined {
  return growth
    .map((images) => images.map((image) => pick(image)?.value ?? Number.NaN))
    .find((values) => {
      const [second, third, last] = values.slice(1).map((value, i) => value - values[i])
      return (
        Math.abs(second) > tolerance &&
        third / second > GROWTH &&
        last / third > GROWTH &&
        Number.isFinite(last)
      )
    })
}

/** A number for a message; whole ones of some size as they are. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value) || (size >= 1000 && size < 1e7)) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

/** A share for a message. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}
