import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import * as core from 'vessel-reward'
import { describe, expect, it } from 'vitest'

const { BitMask, MultiObjectiveReward } = core
const api = { ...core }

type Call = (...args: unknown[]) => unknown

// What a caller might get wrong ---------------------------------------------------------------

const HOSTILE_NUMBERS = [
  0,
  -0,
  1,
  2,
  3,
  5,
  -1,
  0.5,
  1e-320,
  2 ** 27 + 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 53,
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
]

function detached(): Uint8Array {
  const bytes = new Uint8Array(4)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

type Resizable = ArrayBuffer & { resize(length: number): void }

function resizable(length: number): Resizable {
  const Buffer = ArrayBuffer as unknown as new (length: number, options: object) => Resizable
  return new Buffer(length, { maxByteLength: 64 })
}

/** A view that lies outside its buffer since the buffer shrank. */
function outOfBounds(): Uint8Array {
  const buffer = resizable(8)
  const view = new Uint8Array(buffer, 4, 4)
  buffer.resize(2)
  return view
}

/** An array that says of itself what it is not. */
function lying(length: number): Float32Array {
  class Liar extends Float32Array {
    static get [Symbol.species]() {
      return Uint8Array as never
    }
  }
  return Object.defineProperty(new Liar(4), 'length', { value: length })
}

/** Things of every kind; made anew each time, so that no test can spoil another. */
const ODDITIES: (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => '',
  () => 'skimage',
  () => 7n,
  () => Symbol('mask'),
  () => Symbol.iterator,
  () => () => 1,
  () => class {},
  () => new Proxy([[1, 0]], {}),
  () => new Proxy({ data: [1], width: 1, height: 1 }, {}),
  () => new Proxy(BitMask.from([[1, 0]]), {}),
  () => new Proxy(() => 1, {}),
  () => new Proxy(new Uint8Array(4), {}),
  () => Object.create(null),
  () => Object.create(BitMask.prototype),
  () => Object.create(MultiObjectiveReward.prototype),
  () => Object.freeze({ data: Object.freeze([1, 0]), width: 2, height: 1 }),
  () => Object.freeze([]),
  () => Object.assign(Object.create(null), { data: [1, 0], shape: [1, 2] }),
  () => new MultiObjectiveReward(),
  () => new Array(3),
  () => new Array(2 ** 32 - 1),
  () => Object.assign([1, 2, 3], { length: 2 }),
  () => ({ length: 2 ** 53 }),
  () => ({ length: -1 }),
  () => ({ length: Number.NaN }),
  () => ({ length: 2, 0: 1, 1: 1 }),
  () => [{ length: 2 ** 40 }],
  () => [{ length: 2 ** 26 }],
  () => [{ length: 2, 0: 1, 1: 1 }],
  () => detached(),
  () => outOfBounds(),
  () => new Uint8Array(new SharedArrayBuffer(4)),
  () => new Float32Array(resizable(16)),
  () => lying(4),
  () => lying(3),
  () => ({ data: lying(9), width: 3, height: 3 }),
  () => runInNewContext('new Uint8Array(4)'),
  () => runInNewContext('({ data: new Float64Array(4), shape: [2, 2] })'),
  () => ({ data: [], width: 0, height: 2 ** 27 }),
  () => ({ data: [], width: 2 ** 27, height: 0 }),
  () => new ArrayBuffer(4),
  () => new SharedArrayBuffer(4),
  () => new DataView(new ArrayBuffer(4)),
  () => Buffer.from('vessel'),
  () => Float64Array.of(Number.NaN, 1),
  () => new BigInt64Array(4),
  () => [1n, 2n],
  () => new Date(Number.NaN),
  () => /mask/g,
  () => new Error('mask'),
  () => Promise.resolve([[1]]),
  () => new Map([['data', [1]]]),
  () => new WeakMap(),
  () => new (class extends Array {})(3),
  () => Object(1),
  () => Object('text'),
  () => [[Object(1)]],
  () => globalThis,
  () => api,
]
for (const Typed of [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigUint64Array,
]) {
  ODDITIES.push(() => new Typed(4))
}

const anyOddity = fc.constantFrom(...ODDITIES).map((make) => make())
const anyNumber = fc.oneof(fc.constantFrom(...HOSTILE_NUMBERS), fc.double(), fc.integer())

const anything = fc.oneof(
  { weight: 4, arbitrary: anyOddity },
  { weight: 2, arbitrary: anyNumber },
  {
    weight: 3,
    arbitrary: fc.anything({
      maxDepth: 2,
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
  },
)

/** What should stand in a place, and now and then something else. */
const mostly = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 15, arbitrary: good }, { weight: 1, arbitrary: anything })

/** A record of which any part may be wrong, and all but the first missing. */
const broken = (parts: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> => {
  const names = Object.keys(parts)
  const values = Object.fromEntries(names.map((name) => [name, mostly(parts[name])]))
  return fc.record(values, { requiredKeys: names.slice(0, 1), noNullPrototype: false })
}

const anyPixels = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom(0, 1), { minLength: 4, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(anyNumber, fc.boolean()), { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.uint8ClampedArray({ minLength: 4, maxLength: 16 }) },
  { weight: 1, arbitrary: fc.float32Array({ minLength: 4, maxLength: 4, noNaN: true }) },
)
const twoByTwo = fc.array(fc.constantFrom(0, 1), { minLength: 4, maxLength: 4 })
const anySide = fc.oneof(
  { weight: 9, arbitrary: fc.constant(2) },
  { weight: 1, arbitrary: anyNumber },
)
const anyStep = fc.oneof(fc.constantFrom(1, 2, 0, -1), anyNumber)
const anyBitMask = twoByTwo.map((data) => BitMask.from({ data, width: 2, height: 2 }))

/** A valid mask of 2 × 2 pixels, in many forms. */
const goodMask = fc.oneof(
  anyBitMask,
  twoByTwo.map((data) => ({ data, width: 2, height: 2 })),
  twoByTwo.map((data) => ({ data: Float32Array.from(data), shape: [2, 2], stride: [1, 2] })),
  twoByTwo.map((data) => ({ shape: [2, 2], dataSync: () => Uint8Array.from(data) })),
  twoByTwo.map((data) => [data.slice(0, 2), Int16Array.from(data.slice(2))]),
  twoByTwo.map((data) => new Proxy({ data: new Proxy(data, {}), width: 2, height: 2 }, {})),
)

const badMask = fc.oneof(
  fc.array(fc.oneof(anyPixels, anything), { maxLength: 3 }),
  broken({
    data: anyPixels,
    width: anySide,
    height: anySide,
    channels: fc.constantFrom(undefined, 1, 2, 3, 4),
  }),
  broken({
    data: anyPixels,
    shape: fc.tuple(anySide, anySide),
    stride: fc.oneof(fc.constant(undefined), fc.tuple(anyStep, anyStep)),
    offset: fc.oneof(fc.constant(undefined), anyStep),
  }),
  broken({
    shape: fc.tuple(anySide, anySide),
    dataSync: mostly(anyPixels).map((data) => () => data),
  }),
  anything,
)

const anyMask = fc.oneof({ weight: 3, arbitrary: goodMask }, { weight: 1, arbitrary: badMask })

const thinning = fc.constantFrom('skimage', 'zhang-suen', 'guo-hall')
const junctions = fc.constantFrom('crossing-number', 'pixels', 'clusters')
const length = fc.constantFrom('chain', 'pixels')
const orAnyNumber = (good: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: anyNumber })
const fraction = orAnyNumber(fc.double({ min: 0, max: 1, noNaN: true }))
const radius = orAnyNumber(fc.double({ min: 0, noNaN: true }))

/** Options that are known, mostly; now and then with a name that is not. */
const optionsOf = (own: Record<string, fc.Arbitrary<unknown>>) => {
  const known = broken(own)
  const unknown = fc.tuple(known, anything).map(([options, value]) => {
    return { ...(options as object), typo: value }
  })
  return fc.oneof(
    { weight: 9, arbitrary: known },
    { weight: 1, arbitrary: unknown },
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: anything },
  )
}
const junctionOptions = optionsOf({ method: junctions, mergeRadius: radius })

const anyTerm = broken({
  value: mostly(fraction).map((value) => () => value),
  weight: fc.oneof(fraction, fc.constantFrom(1e9, -1e9)),
  range: fc.oneof(
    fc.constantFrom([0, 1], [-1e308, 1e308], undefined),
    fc.tuple(anyNumber, anyNumber),
  ),
})
const anyTerms = fc.dictionary(fc.string({ maxLength: 3 }), mostly(anyTerm), { maxKeys: 2 })
const anyWeights = fc.dictionary(
  fc.constantFrom('dice', 'recall', 'topology', 'length', 'precision'),
  fraction,
)

const rewardOptions = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record(
        {
          preset: mostly(fc.constantFrom('design', 'robust')),
          weights: mostly(anyWeights),
          recallTarget: mostly(fraction),
          precisionTarget: mostly(fraction),
          bounded: mostly(fc.boolean()),
          thinning: mostly(thinning),
          connectivity: mostly(fc.constantFrom(4, 8)),
          junctions: mostly(fc.oneof(junctions, junctionOptions)),
          length: mostly(fc.oneof(length, optionsOf({ method: length }))),
          within: mostly(goodMask),
          terms: mostly(anyTerms),
          typo: fc.constant(1),
        },
        { requiredKeys: [], noNullPrototype: false },
      )
      .map((options) =>
        Object.keys(options).length % 3 === 0 ? options : without(options, 'typo'),
      ),
  },
  { weight: 2, arbitrary: fc.record({ terms: fc.record({ mine: anyTerm }) }) },
  { weight: 1, arbitrary: anything },
)

function without(options: object, name: string): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== name))
}

/** A map of 2 × 2 probabilities, now and then not. */
const anyMap = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
      .map((data) => ({ data, width: 2, height: 2 })),
  },
  { weight: 1, arbitrary: anyMask },
)
const anyCase = broken({ probabilities: anyMap, truth: goodMask, within: goodMask })
const anyScore = mostly(fraction).map((value) => () => value)
const sweepOptions = (more: Record<string, fc.Arbitrary<unknown>>) =>
  optionsOf({
    metrics: fc.subarray([...core.METRIC_NAMES], { minLength: 1, maxLength: 3 }),
    thresholds: fc.array(fraction, { minLength: 1, maxLength: 3 }),
    scores: fc.dictionary(fc.string({ maxLength: 3 }), mostly(anyScore), { maxKeys: 2 }),
    best: fc.constantFrom(undefined, undefined, 'dice', ''),
    ...more,
  })

// What may come of it -------------------------------------------------------------------------

/** Distances without background are Infinity, and statistics of no values are NaN. */
const MAY_BE_UNBOUNDED = new Set([
  'aggregate',
  'branchStatistics',
  'byCaliber',
  'compare',
  'distanceTransform',
  'graphToGeoJSON',
  'skeletonGraph',
  'sweep',
  'sweepAll',
])

/** Whether the caller asked for NaN where a metric is undefined. */
const asksForNaN = (args: unknown[]) =>
  args.some((arg) => (arg as { empty?: unknown } | null | undefined)?.empty === 'nan')

/** The first number in a result that is not finite, or undefined; declared bounds may be infinite. */
function unboundedNumber(result: unknown, depth = 0, isBound = false): number | undefined {
  if (typeof result === 'number') {
    return Number.isFinite(result) || (isBound && !Number.isNaN(result)) ? undefined : result
  }
  if (typeof result !== 'object' || result === null || depth > 3) return undefined
  const values = ArrayBuffer.isView(result)
    ? Array.from(result as unknown as ArrayLike<number>).entries()
    : Object.entries(result)
  for (const [name, value] of values) {
    const found = unboundedNumber(value, depth + 1, isBound || name === 'range')
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Calls; anything but a TypeError, a RangeError or a result of finite numbers is a failure.
 *
 * @returns whether the call returned
 */
function survives(name: string, call: Call, args: unknown[]): boolean {
  let result: unknown
  try {
    result = call(...args)
  } catch (error) {
    const expected = error instanceof TypeError || error instanceof RangeError
    const message = expected ? error.message : String(error)
    // Running out of stack is a RangeError too, but no answer.
    if (!expected || /call stack|invalid array length/i.test(message)) {
      throw new Error(`${name} threw ${(error as Error)?.stack ?? message}`)
    }
    return false
  }
  const number =
    MAY_BE_UNBOUNDED.has(name) || asksForNaN(args) ? undefined : unboundedNumber(result)
  if (number !== undefined) throw new Error(`${name} returned ${number}`)
  return true
}

/** The one result that may be infinite: the bounds of an unbounded reward. */
function rangeSurvives(range: () => { min: number; max: number }): boolean {
  const { min, max } = range()
  expect(min).toBeLessThanOrEqual(max)
  expect(min).toBeLessThan(Number.POSITIVE_INFINITY)
  expect(max).toBeGreaterThan(Number.NEGATIVE_INFINITY)
  return true
}

// The tests, by the name of what they test ----------------------------------------------------

const maskFor = (own: Record<string, fc.Arbitrary<unknown>>) => fc.tuple(anyMask, optionsOf(own))
const componentsFor = maskFor({ connectivity: fc.constantFrom(4, 8) })

const anyValues = fc.oneof(
  fc.array(mostly(fc.oneof(fraction, fc.constantFrom(null, undefined))), { maxLength: 5 }),
  fc.array(mostly(fc.dictionary(fc.constantFrom('dice', '__proto__'), mostly(fraction))), {
    maxLength: 3,
  }),
  fc.float64Array({ maxLength: 4 }),
  anything,
)
const aggregateOptions = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: broken({
      resamples: fc.integer({ min: 1, max: 50 }),
      confidence: fraction,
      seed: anyNumber,
    }),
  },
  { weight: 1, arbitrary: anything },
)
const anyTile = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 2, 30, 2 ** 27) },
  { weight: 1, arbitrary: anyNumber },
)
const tileFactsOptions = broken({
  tile: anyTile,
  within: goodMask,
  thinning,
  connectivity: fc.constantFrom(4, 8),
  junctions: fc.oneof(junctions, junctionOptions),
  length,
})
const creditOptions = broken({
  tile: anyTile,
  within: goodMask,
  reward: fc.oneof(broken({ bounded: fc.boolean(), weights: anyWeights }), rewardOptions),
  precisionHinge: broken({ weight: fraction, threshold: fraction }),
})

const anySpacing = fc.oneof(fraction, fc.tuple(radius, radius))
const smallRadius = orAnyNumber(fc.constantFrom(0, 1, 2, 100))

/** Options of a metric: those that all have, and its own. */
const metricOptions = (own: Record<string, fc.Arbitrary<unknown>>) =>
  optionsOf({
    within: fc.oneof({ weight: 9, arbitrary: goodMask }, { weight: 1, arbitrary: anyMask }),
    empty: fc.constantFrom('perfect', 'nan', 'throw'),
    ...own,
  })
const metricFor = (own: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.tuple(anyMask, anyMask, metricOptions(own))
const surfaceFor = metricFor({ spacing: anySpacing })
const dilation = broken({
  element: fc.constantFrom('square', 'diamond', 'disk'),
  radius: smallRadius,
})
const bettiFor = fc.tuple(
  anyMask,
  anyMask,
  broken({ connectivity: fc.constantFrom(4, 8), within: goodMask }),
)
const termFor = (own: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.tuple(broken({ weight: fraction, scale: fraction, ...own }))
const anyGraph = fc.oneof(
  goodMask.map((mask) => core.skeletonGraph(core.skeletonize(mask))),
  anything,
)

/** Arguments that are nearly right, for every function that is exported. */
const FUNCTIONS: Record<string, fc.Arbitrary<unknown[]>> = {
  accuracy: metricFor(),
  aggregate: fc.tuple(anyValues, aggregateOptions),
  bettiNumbers: componentsFor,
  clDice: metricFor({ thinning }),
  compare: fc
    .tuple(anyValues, anyValues, fc.boolean(), aggregateOptions)
    .map(([a, b, same, options]) => [a, same ? a : b, options]),
  confusion: fc.tuple(anyMask, anyMask, optionsOf({ within: goodMask })),
  countComponents: componentsFor,
  countJunctions: fc.tuple(anyMask, junctionOptions),
  counterfactualAdvantages: fc.tuple(
    mostly(fc.array(goodMask, { minLength: 1, maxLength: 4 })),
    mostly(goodMask),
    creditOptions,
  ),
  dice: metricFor(),
  distanceTransform: fc.tuple(
    anyMask,
    fc.oneof(
      fc.constant(undefined),
      broken({ spacing: fc.oneof(fraction, fc.tuple(radius, radius)) }),
    ),
  ),
  eulerNumber: componentsFor,
  fBeta: metricFor({ beta: fraction }),
  findJunctions: fc.tuple(anyMask, junctionOptions),
  iou: metricFor(),
  label: componentsFor,
  mcc: metricFor(),
  precision: metricFor(),
  recall: metricFor(),
  skeletonize: maskFor({ method: thinning }),
  skeletonLength: maskFor({ method: length }),
  specificity: metricFor(),
  sweep: fc.tuple(anyMap, anyMask, sweepOptions({ within: goodMask, empty: fc.constant('nan') })),
  sweepAll: fc.tuple(mostly(fc.array(anyCase, { maxLength: 2 })), sweepOptions({})),
  tileFacts: fc.tuple(anyMask, anyMask, tileFactsOptions),
  topologyErrors: fc.tuple(
    anyMask,
    anyMask,
    broken({ within: goodMask, tolerance: smallRadius, minSize: smallRadius, thinning }),
  ),
  assd: surfaceFor,
  balanceTerm: termFor(),
  bettiErrors: bettiFor,
  bettiMatching: bettiFor,
  boundary: fc.tuple(anyMask),
  branchStatistics: fc.tuple(anyGraph),
  bufferedOverlap: metricFor({ buffer: smallRadius, thinning, length }),
  byCaliber: metricFor({ bins: fc.array(smallRadius, { maxLength: 3 }), thinning }),
  cal: metricFor({ areaRadius: smallRadius, lengthRadius: smallRadius }),
  calParts: metricFor({ areaRadius: smallRadius, lengthRadius: smallRadius }),
  calTerm: termFor(),
  clDiceParts: metricFor({ thinning }),
  clDiceTerm: termFor(),
  componentsTerm: termFor(),
  dilate: fc.tuple(anyMask, dilation),
  endpointF1: metricFor({ radius: smallRadius, thinning }),
  endpointMatches: metricFor({ radius: smallRadius, thinning }),
  erode: fc.tuple(anyMask, dilation),
  evaluate: metricFor({
    metrics: fc.subarray([...core.METRIC_NAMES]),
    spacing: anySpacing,
    tolerance: smallRadius,
    radius: smallRadius,
    thinning,
  }),
  findEndpoints: fc.tuple(anyMask),
  graphToGeoJSON: fc.tuple(anyGraph),
  hausdorff: surfaceFor,
  hd95: metricFor({ spacing: anySpacing, convention: fc.constantFrom('directed', 'pooled') }),
  holesTerm: termFor(),
  junctionF1: metricFor({ radius: smallRadius, thinning, junctions: junctionOptions }),
  junctionMatches: metricFor({ radius: smallRadius, thinning, junctions: junctionOptions }),
  junctionTerm: termFor({ radius: smallRadius }),
  lengthAgreement: metricFor({ thinning }),
  lengthRatio: metricFor({ thinning }),
  masd: surfaceFor,
  nsd: metricFor({ spacing: anySpacing, tolerance: smallRadius }),
  precisionHinge: fc.tuple(broken({ weight: fraction, target: fraction })),
  pruneSpurs: fc.tuple(anyMask, broken({ minLength: smallRadius })),
  skeletalSimilarity: metricFor({ alpha: fraction, range: smallRadius }),
  skeletonGraph: fc.tuple(anyMask, broken({ mask: goodMask, mergeRadius: radius })),
  surfaceTerm: termFor({ tolerance: smallRadius }),
}

const anyReward = rewardOptions.map((options) => {
  try {
    return new MultiObjectiveReward(options as core.RewardOptions)
  } catch {
    return new MultiObjectiveReward({ within: [true, false].map((set) => [set, true]) })
  }
})

interface Member {
  /** What the method is called on. */
  on: fc.Arbitrary<object>
  args: fc.Arbitrary<unknown[]>
}

const none: fc.Arbitrary<unknown[]> = fc.constant([])
const onMask = (args = none): Member => ({ on: anyBitMask, args })
const onReward = (args = none): Member => ({ on: anyReward, args })
const manyMasks = fc.array(anyMask, { maxLength: 3 })

/** For every class that is exported: its constructor, and its methods and accessors by name. */
const CLASSES: Record<
  string,
  { construct: fc.Arbitrary<unknown[]>; members: Record<string, Member> }
> = {
  BitMask: {
    construct: fc.tuple(
      mostly(fc.record({ length: anyNumber, width: anyNumber, height: anyNumber })),
      mostly(fc.constantFrom(new Int32Array(3), new Int32Array(0))),
    ),
    members: {
      'static from': { on: fc.constant(BitMask), args: maskFor({ threshold: anyNumber }) },
      'static fromRle': {
        on: fc.constant(BitMask),
        args: fc.tuple(
          fc.oneof(
            mostly(fc.record({ size: anything, counts: anything })),
            anyBitMask.map((mask) => mask.toRle()),
          ),
        ),
      },
      toRle: onMask(fc.tuple(fc.record({ compressed: fc.boolean() }))),
      count: onMask(),
      get: onMask(fc.tuple(fc.oneof(fc.nat(2), anyNumber), mostly(fc.nat(2)))),
      toUint8Array: onMask(),
      equals: onMask(fc.tuple(fc.oneof(anyBitMask, anyMask))),
    },
  },
  MultiObjectiveReward: {
    construct: fc.tuple(rewardOptions),
    members: {
      'static preset': {
        on: fc.constant(MultiObjectiveReward),
        args: fc.tuple(fc.constantFrom('design', 'robust', 'other'), rewardOptions),
      },
      range: onReward(),
      score: onReward(fc.tuple(anyMask, anyMask)),
      explain: onReward(fc.tuple(anyMask, anyMask)),
      scoreBatch: onReward(fc.tuple(mostly(manyMasks), fc.oneof(anyMask, manyMasks))),
    },
  },
}

/** Not part of the public interface, and so free to trust their arguments. */
const INTERNAL = [
  'BitMask static fromWords',
  'BitMask static isMask',
  'BitMask static pack',
  'BitMask and',
  'MultiObjectiveReward scoreNamed',
  'MultiObjectiveReward pair',
  'MultiObjectiveReward terms',
  // It rejects what BitMask.from refuses; test/mask/doors.test.ts has it.
  'BitMask static fromAsync',
]

const exported = Object.entries(api).filter(([, value]) => typeof value === 'function')
const isClass = (value: unknown) => /^class\b/.test(Function.prototype.toString.call(value))
const classes = exported.filter(([, value]) => isClass(value))
const functions = exported.filter(([, value]) => !isClass(value))

/** The public methods, and the getters of accessors, by name. */
function membersOf(className: string, Class: Call): [member: string, call: Call][] {
  const members: [string, Call][] = []
  const add = (prefix: string, owner: object) => {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      const member = property.get ?? property.value
      const title = prefix + name
      if (typeof member !== 'function' || name === 'constructor') continue
      if (!INTERNAL.includes(`${className} ${title}`)) members.push([title, member])
    }
  }
  add('static ', Class)
  add('', Class.prototype as object)
  return members
}

const members = classes.flatMap(([name, Class]) =>
  membersOf(name, Class as Call).map(
    ([member, call]) => [`${name} ${member}`, name, member, call] as const,
  ),
)

describe('hostile input', () => {
  it('is tried on everything that is exported', () => {
    expect(Object.keys(FUNCTIONS).sort()).toEqual(functions.map(([name]) => name).sort())
    expect(Object.keys(CLASSES).sort()).toEqual(classes.map(([name]) => name).sort())
    const tried = Object.entries(CLASSES).flatMap(([name, { members: own }]) =>
      Object.keys(own).map((member) => `${name} ${member}`),
    )
    expect(tried.sort()).toEqual(members.map(([title]) => title).sort())
  })

  const wild = fc.array(anything, { maxLength: 4 })
  const orWild = (args: fc.Arbitrary<unknown[]>) =>
    fc.oneof({ weight: 5, arbitrary: args }, { weight: 1, arbitrary: wild })

  it.each(functions)('%s', (name, value) => {
    let returned = 0
    fc.assert(
      fc.property(orWild(FUNCTIONS[name]), (args) => {
        if (survives(name, value as Call, args)) returned++
      }),
      { numRuns: 600 },
    )
    // Else all of it was refused at the door, and nothing behind it was tried.
    expect(returned).toBeGreaterThan(20)
  })

  it.each(classes)('new %s', (name, value) => {
    const Class = value as unknown as new (...args: unknown[]) => unknown
    const construct = (...args: unknown[]) => new Class(...args) === undefined
    fc.assert(
      fc.property(orWild(CLASSES[name].construct), (args) => {
        survives(`new ${name}`, construct, args)
        expect(() => (value as Call)(...args)).toThrow(TypeError)
      }),
      { numRuns: 1000 },
    )
  })

  it.each(members)('%s', (title, name, member, call) => {
    const { on, args } = CLASSES[name].members[member]
    let returned = 0
    fc.assert(
      fc.property(on, anything, orWild(args), (self, stranger, given) => {
        const bound = call.bind(self)
        const ok =
          title === 'MultiObjectiveReward range'
            ? rangeSurvives(bound as never)
            : survives(title, bound, given)
        if (ok) returned++
        survives(`${title} of a stranger`, call.bind(stranger), given)
      }),
      { numRuns: 600 },
    )
    expect(returned).toBeGreaterThan(20)
  })
})
