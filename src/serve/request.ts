import { checkNames, kindOf, ownValue } from '../mask/options.ts'
import { describe, finiteNumber, integer, oneOf } from '../mask/validate.ts'
import { checkDepth } from './check-depth.ts'
import type { Limits } from './limits.ts'
import { about, RequestError, type RequestId } from './request-error.ts'

/** What can be asked for. */
export const OPERATIONS = ['score', 'explain', 'advantages', 'hello'] as const

/** Says what the program is and what it takes. */
export interface HelloRequest {
  readonly op: 'hello'
  readonly id: RequestId
}

/** What all requests about masks have; masks are as they came, and checked where they are used. */
interface MaskRequest {
  readonly id: RequestId
  /** Number of the line on which it came, if it came on one. */
  readonly line?: number
  /** One truth for all masks. */
  readonly truth: unknown
  /** The predictions or samples. */
  readonly masks: readonly unknown[]
  readonly within: unknown
  /** The options of the reward. */
  readonly reward: object
}

/** Predictions to score. */
export interface ScoreRequest extends MaskRequest {
  readonly op: 'score' | 'explain'
  /** Whether the prediction came alone: then so does its answer. */
  readonly isSingle: boolean
  /** Names of metrics; undefined if none are asked for. */
  readonly metrics: unknown
  /** What the metrics depend on. */
  readonly settings: object
  /** `'worst'`: a prediction that is not a mask of the truth's size gets the lowest reward. */
  readonly onUnparsable: 'error' | 'worst'
}

/** Samples of one image of which each tile is credited. */
export interface AdvantagesRequest extends MaskRequest {
  readonly op: 'advantages'
  readonly tile: unknown
  readonly precisionHinge: unknown
}

/** A request about masks, which a scorer answers. */
export type WorkRequest = ScoreRequest | AdvantagesRequest

export type Request = HelloRequest | WorkRequest

/** What a request leaves to whoever runs the program. */
export interface RequestDefaults {
  readonly limits: Limits
  /** The options of the reward, beside which those of a request stand. */
  readonly reward: object
  readonly metrics: readonly string[] | undefined
  readonly settings: object
}

/** Where truths are kept by their keys. */
export interface KeptTruths {
  get(key: string): unknown
  set(key: string, truth: unknown): boolean
}

const COMMON = ['op', 'id', 'truth', 'key', 'within', 'reward']
const FIELDS: Record<(typeof OPERATIONS)[number], readonly string[]> = {
  hello: ['op', 'id'],
  score: [...COMMON, 'prediction', 'predictions', 'metrics', 'settings', 'on_unparsable'],
  explain: [...COMMON, 'prediction', 'predictions'],
  advantages: [...COMMON, 'samples', 'tile', 'precisionHinge'],
}

/** A key is a name, not a place to put data. */
const MOST_KEY = 1024

/** The name of a request if it has one, whatever else is wrong with the request. */
export function idOf(value: unknown): RequestId {
  const id = ownValue(value, 'id')
  return typeof id === 'string' || (typeof id === 'number' && isExact(id)) ? id : null
}

/**
 * Checks all of a request except its masks, and looks up its truth.
 *
 * @param value - as JSON has it
 * @throws RequestError
 */
export function readRequest(
  value: unknown,
  defaults: RequestDefaults,
  truths: KeptTruths,
): Request {
  if (kindOf(value) !== 'an object') {
    throw new RequestError('bad-request', `expected a request, an object, got ${describe(value)}`)
  }
  // A field that is null counts as none.
  const field = (name: string) => ownValue(value, name) ?? undefined
  const check = <T>(name: string, read: (value: unknown) => T) =>
    about(name, 'bad-request', () => read(field(name)))
  const op = check('op', (given) =>
    given === undefined ? 'score' : oneOf(given as 'score', OPERATIONS, 'op'),
  )
  for (const name of Object.keys(value as object)) {
    about(name, 'bad-request', () => checkNames({ [name]: 0 }, FIELDS[op], op, 'field'))
    checkDepth(field(name), name)
  }
  const id = check('id', readId)
  if (op === 'hello') return { op, id }
  const reward = { ...defaults.reward, ...check('reward', readReward) }
  const listName = op === 'advantages' ? 'samples' : 'predictions'
  const isSingle = op !== 'advantages' && Object.hasOwn(value as object, 'prediction')
  if (isSingle && field('predictions') !== undefined) {
    throw new RequestError(
      'bad-request',
      'expected either prediction or predictions, got both',
      'predictions',
    )
  }
  const masks = isSingle
    ? [ownValue(value, 'prediction')]
    : readMasks(field(listName), listName, op, defaults.limits)
  const common = { id, masks, reward, within: field('within') }
  if (op === 'advantages') {
    const { tile, precisionHinge } = value as Record<string, unknown>
    const truth = readTruth(value, truths)
    return { op, ...common, truth, tile, precisionHinge: precisionHinge ?? undefined }
  }
  const metrics = field('metrics') ?? defaults.metrics
  const settings = {
    ...defaults.settings,
    ...check('settings', readSettings),
  }
  const onUnparsable = check('on_unparsable', (given = 'error') =>
    oneOf<'error' | 'worst'>(given as 'error', ['error', 'worst'], 'on_unparsable'),
  )
  // Last: of a request that is refused no truth is kept.
  const truth = readTruth(value, truths)
  return { op, ...common, truth, isSingle, metrics, settings, onUnparsable }
}

/** Whether a number is repeated as it came, and not as the nearest one that fits. */
function isExact(id: number): boolean {
  return Math.abs(id) <= Number.MAX_SAFE_INTEGER
}

function readId(value: unknown): RequestId {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' && !isExact(finiteNumber(value, 'id'))) {
    const most = Number.MAX_SAFE_INTEGER
    throw new RangeError(`expected id to be at most ${most}, or a string, got ${describe(value)}`)
  }
  if (typeof value === 'number') return value
  throw new TypeError(`expected id to be a string or a number, got ${describe(value)}`)
}

/** A preset by its name, or the options of a reward that can be sent. */
function readReward(value: unknown): object {
  if (typeof value === 'string') return { preset: value }
  const options = plain(value, 'reward')
  for (const name of ['within', 'terms', 'ignore']) {
    if (ownValue(options, name) === undefined) continue
    const hint = name === 'within' ? ': it is a field of the request' : ''
    throw new RangeError(`expected a reward without ${name}${hint}`)
  }
  return options
}

/** Options of the metrics that can be sent; which of them there are is found out with the metrics. */
function readSettings(value: unknown): object {
  const settings = plain(value, 'settings')
  for (const name of ['within', 'ignore', 'metrics']) {
    if (!Object.hasOwn(settings, name)) continue
    const hint = name === 'ignore' ? '' : ': it is a field of the request'
    throw new RangeError(`expected settings without ${name}${hint}`)
  }
  return settings
}

function plain(value: unknown, name: string): object {
  if (value === undefined) return {}
  if (kindOf(value) === 'an object') return value as object
  throw new TypeError(`expected ${name} to be an object, got ${describe(value)}`)
}

function readMasks(
  value: unknown,
  name: string,
  op: 'score' | 'explain' | 'advantages',
  { group }: Limits,
): readonly unknown[] {
  if (!Array.isArray(value)) {
    const other = op === 'advantages' ? '' : ', or prediction to be one'
    throw new RequestError(
      'bad-request',
      `expected ${name} to be an array of masks${other}, got ${describe(value)}`,
      name,
    )
  }
  if (value.length <= group) return value
  throw new RequestError(
    'too-large',
    `expected at most ${group} ${name} in a request, got ${value.length}`,
    name,
  )
}

/** The truth itself, or the one that was kept under a key. */
function readTruth(request: unknown, truths: KeptTruths): unknown {
  const given = ownValue(request, 'truth') ?? undefined
  if (given === undefined) {
    throw new RequestError('bad-request', 'expected a truth, got none', 'truth')
  }
  const ref = ownValue(given, 'ref')
  const key = ownValue(request, 'key') ?? undefined
  if (ref === undefined) {
    if (key !== undefined) {
      const name = about('key', 'bad-request', () => keyOf(key, 'key'))
      keep(name, given, truths)
    }
    return given
  }
  about('truth', 'bad-request', () => checkNames(given, ['ref'], 'truth', 'field'))
  if (key !== undefined) {
    throw new RequestError('bad-request', 'expected no key beside a truth that is kept', 'key')
  }
  const name = about('truth.ref', 'bad-request', () => keyOf(ref, 'truth.ref'))
  const truth = truths.get(name)
  if (truth !== undefined) return truth
  throw new RequestError(
    'unknown-ref',
    `no truth is kept as ${describe(name)}, or not any more: send it again with this key`,
    'truth.ref',
  )
}

function keyOf(value: unknown, name: string): string {
  if (typeof value !== 'string') {
    throw new TypeError(`expected ${name} to be a string, got ${describe(value)}`)
  }
  integer(value.length, `the length of ${name}`, 1, MOST_KEY)
  return value
}

function keep(key: string, truth: unknown, truths: KeptTruths): void {
  if (truths.set(key, truth)) return
  throw new RequestError(
    'too-large',
    'expected a truth that fits into the memory for truths: raise --truth-cache, or send it without a key',
    'key',
  )
}
