import { BitMask } from '../mask/bitmask.ts'
import { readOptions } from '../mask/options.ts'
import { type EvaluateOptions, evaluate } from '../metrics/evaluate.ts'
import {
  type CreditOptions,
  counterfactualAdvantages,
} from '../reward/credit/counterfactual-advantages.ts'
import { TILE_RULE, tileOf } from '../reward/credit/tiled-truth.ts'
import type { Explanation } from '../reward/explanation.ts'
import { MultiObjectiveReward } from '../reward/multi-objective-reward.ts'
import { type NamedTerm, termValue } from '../reward/reward-options.ts'
import { BoundedCache } from './bounded-cache.ts'
import { optionsText } from './json-text.ts'
import type { Limits } from './limits.ts'
import { contentOf, maskOf } from './mask-value.ts'
import type { PixelBudget } from './pixel-budget.ts'
import type { AdvantagesRequest, ScoreRequest, WorkRequest } from './request.ts'
import { about, RequestError, type RequestId } from './request-error.ts'

/** Numbers by the names of terms or metrics; null where a metric is undefined and left out. */
export type Named = Readonly<Record<string, number | null>>

/** The answer to a score. `reward` and `problem` are of a prediction that came alone, the plurals of a group. */
export interface ScoreAnswer {
  readonly id: RequestId
  readonly reward?: number
  readonly rewards?: readonly number[]
  /** What each term adds to the reward: the sum is the reward. */
  readonly terms: Named | readonly Named[]
  readonly metrics?: Named | readonly Named[]
  /** By which rule an undefined metric got its value. */
  readonly rules?: object
  /** 0 for a prediction that is not a mask of the truth's size, and so has the lowest reward; else 1. */
  readonly valid: number | readonly number[]
  /** Why a prediction is not valid; null where it is. */
  readonly problem?: string | null
  readonly problems?: readonly (string | null)[]
}

/** A prediction that is scored. */
interface Scored {
  reward: number
  terms: Named
  metrics: Named
  rules: object
  valid: number
  problem: string | null
}

/** A reward in memory, beside its field of view; and its part of the memory for truths. */
const REWARD_BYTES = 4096
const REWARDS_SHARE = 1 / 8

/** A truth is kept with its skeleton and other facts about it: in all, this many times its bits. */
const TRUTH_SHARE = 8

/**
 * Answers requests of which all but the masks is checked. Truths and fields of view that come again
 * are decoded and analyzed once.
 */
export class Scorer {
  readonly #limits: Limits
  readonly #masks: BoundedCache<BitMask>
  readonly #rewards: BoundedCache<MultiObjectiveReward>
  /** The names of metrics and their settings that were last found right, as JSON. */
  #rightMetrics = ''

  constructor(limits: Limits) {
    this.#limits = limits
    this.#masks = new BoundedCache(limits.truthBytes)
    this.#rewards = new BoundedCache(limits.truthBytes * REWARDS_SHARE)
  }

  /** Bytes, about, of the truths that are kept. */
  get keptBytes(): number {
    return this.#masks.bytes
  }

  /**
   * The answer to a request, which JSON can hold.
   *
   * @param budget - how much may be scored. Default: any number of masks
   * @throws RequestError
   */
  answer(request: WorkRequest, budget?: PixelBudget): object {
    const within = request.within === undefined ? undefined : this.kept(request.within, 'within')
    const truth = this.kept(request.truth, 'truth')
    budget?.take(truth, request.masks.length)
    if (within !== undefined) checkSize(within, truth, 'within', 'the truth')
    const reward = this.#reward(request, within)
    if (request.op === 'advantages') return this.#advantages(request, truth, within)
    if (request.op === 'explain') return this.#explain(request, truth, reward)
    return this.#score(request, truth, within, reward)
  }

  #score(
    request: ScoreRequest,
    truth: BitMask,
    within: BitMask | undefined,
    reward: MultiObjectiveReward,
  ): ScoreAnswer {
    const { id, masks, metrics, settings, isSingle, onUnparsable } = request
    const counting = countingTerms(reward)
    const options = { ...settings, metrics, within } as EvaluateOptions
    this.#checkMetrics(metrics, settings)
    const worst = onUnparsable === 'worst' ? worstOf(reward, metrics) : undefined
    const all = masks.map((value, i): Scored => {
      const name = isSingle ? 'prediction' : `predictions[${i}]`
      let pred: BitMask
      try {
        pred = this.#prediction(value, name, truth)
      } catch (error) {
        if (worst === undefined || !(error instanceof RequestError)) throw error
        return { ...worst, problem: error.message }
      }
      const terms: Record<string, number> = {}
      let total = 0
      about(name, 'cannot-score', () => {
        const pair = reward.pair(pred, truth)
        for (const term of counting) {
          terms[term.name] = term.weight * termValue(term, pair)
          total += terms[term.name]
        }
      })
      const evaluation =
        metrics === undefined
          ? undefined
          : about(name, 'cannot-score', () => evaluate(pred, truth, options))
      return {
        reward: total,
        terms,
        metrics: evaluation?.values ?? {},
        rules: evaluation?.rules ?? {},
        valid: 1,
        problem: null,
      }
    })
    const hasMetrics = metrics !== undefined
    const hasProblems = worst !== undefined
    if (isSingle) {
      const [one] = all
      return {
        id,
        reward: one.reward,
        terms: one.terms,
        ...(hasMetrics ? { metrics: one.metrics, rules: one.rules } : {}),
        valid: one.valid,
        ...(hasProblems ? { problem: one.problem } : {}),
      }
    }
    return {
      id,
      rewards: all.map((one) => one.reward),
      terms: all.map((one) => one.terms),
      ...(hasMetrics
        ? { metrics: all.map((one) => one.metrics), rules: all.map((one) => one.rules) }
        : {}),
      valid: all.map((one) => one.valid),
      ...(hasProblems ? { problems: all.map((one) => one.problem) } : {}),
    }
  }

  #explain(request: ScoreRequest, truth: BitMask, reward: MultiObjectiveReward): object {
    const { id, masks, isSingle } = request
    const explanations = masks.map((value, i): Explanation => {
      const name = isSingle ? 'prediction' : `predictions[${i}]`
      const pred = this.#prediction(value, name, truth)
      return about(name, 'cannot-score', () => reward.explain(pred, truth))
    })
    return isSingle ? { id, explanation: explanations[0] } : { id, explanations }
  }

  #advantages(request: AdvantagesRequest, truth: BitMask, within: BitMask | undefined): object {
    const { id, masks, tile, reward, precisionHinge } = request
    const samples = masks.map((value, i) => this.#prediction(value, `samples[${i}]`, truth))
    if (samples.length < 2) {
      const message = `expected at least 2 samples, each to be compared with the others, got ${samples.length}`
      throw new RequestError('bad-request', message, 'samples')
    }
    const options = { tile, within, reward, precisionHinge } as CreditOptions
    about('tile', 'bad-request', () =>
      tileOf(readOptions({ tile }, { tile: TILE_RULE }, 'advantages').tile, 'advantages'),
    )
    const argument = precisionHinge === undefined ? 'tile' : 'precisionHinge'
    const { rows, columns, rewards, overlap, skeleton } = about(argument, 'bad-request', () =>
      counterfactualAdvantages(samples, truth, options),
    )
    return {
      id,
      rows,
      columns,
      rewards: Array.from(rewards),
      overlap: Array.from(overlap),
      skeleton: Array.from(skeleton),
    }
  }

  /** Finds out before anything is scored whether names of metrics and settings are right. */
  #checkMetrics(metrics: unknown, settings: object): void {
    const asked = optionsText([metrics, settings])
    if (asked === this.#rightMetrics) return
    const pixel = BitMask.from([[0]])
    const check = (argument: string, options: object) =>
      about(argument, 'bad-request', () => evaluate(pixel, pixel, options as EvaluateOptions))
    check('metrics', { metrics: metrics ?? [] })
    // Without metrics, of which `empty: 'throw'` would refuse the empty mask.
    check('settings', { ...settings, metrics: [] })
    this.#rightMetrics = asked
  }

  #prediction(value: unknown, name: string, truth: BitMask): BitMask {
    const mask = maskOf(value, name, this.#limits)
    checkSize(mask, truth, name, 'the truth')
    return mask
  }

  /** The mask of a value that may come again. */
  kept(value: unknown, name: string): BitMask {
    const content = about(name, 'bad-mask', () => contentOf(value, name))
    let mask = this.#masks.get(content)
    if (mask === undefined) {
      mask = maskOf(value, name, this.#limits)
      const bytes = content.length + TRUTH_SHARE * mask.words.byteLength
      this.#masks.set(content, mask, bytes)
    }
    return mask
  }

  /** The reward that requests with these options have. */
  rewardOf(reward: object): MultiObjectiveReward {
    return this.#reward({ reward, within: undefined }, undefined)
  }

  #reward(
    { reward, within: value }: Pick<WorkRequest, 'reward' | 'within'>,
    within: BitMask | undefined,
  ): MultiObjectiveReward {
    const content = value === undefined ? '' : contentOf(value, 'within')
    const name = `${optionsText(reward)} ${content}`
    let made = this.#rewards.get(name)
    if (made === undefined) {
      made = about('reward', 'bad-request', () => new MultiObjectiveReward({ ...reward, within }))
      const bytes = REWARD_BYTES + name.length + (within?.words.byteLength ?? 0)
      this.#rewards.set(name, made, bytes)
    }
    return made
  }
}

function checkSize(mask: BitMask, other: BitMask, name: string, otherName: string): void {
  const { width, height } = mask
  if (width === other.width && height === other.height) return
  throw new RequestError(
    'size-mismatch',
    `expected ${name} to have the size of ${otherName}, ${other.height} rows × ${other.width} columns, got ${height} × ${width}`,
    name,
  )
}

/** The terms of which the reward is the weighted sum. */
export function countingTerms(reward: MultiObjectiveReward): readonly NamedTerm[] {
  return reward.terms.filter(({ weight }) => weight !== 0)
}

/** The score of a prediction that is not a mask of the truth's size. */
function worstOf(reward: MultiObjectiveReward, metrics: unknown): Omit<Scored, 'problem'> {
  const { min } = reward.range
  if (min === Number.NEGATIVE_INFINITY) {
    throw new RequestError(
      'bad-request',
      "expected a bounded reward beside on_unparsable 'worst', got one without a lowest value",
      'on_unparsable',
    )
  }
  const names = (metrics ?? []) as readonly string[]
  return {
    reward: min,
    terms: Object.fromEntries(
      countingTerms(reward).map(({ name, weight, range }) => [
        name,
        Math.min(weight * range[0], weight * range[1]),
      ]),
    ),
    metrics: Object.fromEntries(names.map((name) => [name, null])),
    rules: Object.fromEntries(names.map((name) => [name, 'left out'])),
    valid: 0,
  }
}
