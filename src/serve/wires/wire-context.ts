import { checkNames, kindOf } from '../../mask/options.ts'
import { describe, oneOf } from '../../mask/validate.ts'
import { PRESETS } from '../../reward/terms/presets.ts'
import { PixelBudget } from '../pixel-budget.ts'
import type { WorkRequest } from '../request.ts'
import { about, RequestError } from '../request-error.ts'
import type { Scorer } from '../scorer.ts'
import type { SocketEvent, WireDefaults, WireWork } from './wire-work.ts'

/** What answers one request, and counts what it scores. */
export class WireContext {
  readonly defaults: WireDefaults
  readonly work: WireWork
  readonly scorer: Scorer
  masks = 0
  /** Which message of a socket it was. */
  event: SocketEvent | undefined
  readonly #budget: PixelBudget

  constructor(scorer: Scorer, work: WireWork) {
    this.scorer = scorer
    this.work = work
    this.defaults = work.defaults
    this.#budget = new PixelBudget(work.defaults.totalPixels)
  }

  /** @throws RequestError */
  answer(request: WorkRequest): object {
    this.masks += request.masks.length
    return this.scorer.answer(request, this.#budget)
  }

  /**
   * The options of the reward: `?reward=robust` in the address, as frameworks post to one and let
   * nothing be added to what they send, or those of the server.
   *
   * @param known - other parameters of the address
   */
  reward(...known: readonly string[]): object {
    const { query } = this.work
    checkQuery(query, ['reward', ...known])
    if (query.reward === undefined) return this.defaults.reward
    const preset = about('reward', 'bad-request', () =>
      oneOf(query.reward as 'robust', PRESETS, 'reward'),
    )
    return { ...this.defaults.reward, preset }
  }
}

/** Refuses parameters of an address that nothing reads. */
export function checkQuery(query: object, known: readonly string[]): void {
  for (const name of Object.keys(query)) {
    if (known.includes(name)) continue
    const expected = known.length === 0 ? 'no parameters' : `no parameters but ${known.join(', ')}`
    throw new RequestError('bad-request', `expected ${expected} in the address`, name.slice(0, 40))
  }
}

/**
 * The fields of a request.
 *
 * @param of - whose request it is, as messages say it
 * @param known - all that there may be. Default: any
 * @throws RequestError
 */
export function fieldsOf(
  value: unknown,
  of: string,
  known?: readonly string[],
): Readonly<Record<string, unknown>> {
  if (kindOf(value) !== 'an object') {
    throw new RequestError('bad-request', `expected ${of} to be an object, got ${describe(value)}`)
  }
  const fields = value as Record<string, unknown>
  for (const name of known === undefined ? [] : Object.keys(fields)) {
    about(name, 'bad-request', () => checkNames({ [name]: 0 }, known as string[], of, 'field'))
  }
  return fields
}
