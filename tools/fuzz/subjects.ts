import ndarray from 'ndarray'
import * as audit from '../../src/audit/index.ts'
import * as core from '../../src/index.ts'
import * as arrays from '../../src/ndarray/index.ts'
import * as node from '../../src/node/index.ts'
import * as trace from '../../src/trace/index.ts'
import { MADE_UP } from '../../test/audit/made-up-report.ts'
import { among, boolean, type Choices, type Given, integer, mask, number } from './given.ts'

type Call = (...args: never[]) => unknown

/** One public function, or a use of one, with what makes its arguments. */
export interface Subject {
  make: (given: Given) => unknown[]
  call: Call
  /** How many arguments it takes; undefined if a surplus one is not refused. */
  takes?: number
  /** Largest side of a mask, where the function takes long. Default: 300. */
  maxSide?: number
  /** Whether it may refuse arguments into which no fault was put. */
  mayRefuse?: boolean
  /** Whether its result may hold numbers that are not finite. */
  mayBeUnbounded?: boolean
}

// Options that many have -------------------------------------------------------------------------

const thinning = among('skimage', 'zhang-suen', 'guo-hall')
const connectivity = among(4, 8)
const junctionMethod = among('crossing-number', 'pixels', 'clusters')
const length = among('chain', 'pixels')
const junctionChoices: Choices = { method: junctionMethod, mergeRadius: number(0, 12) }
const junctions = (given: Given) =>
  given.random.chance(0.5) ? junctionMethod(given) : (given.options(junctionChoices) ?? {})
const field: Choices = { within: mask }
const metric: Choices = { ...field, empty: among('perfect', 'nan') }
const spacing = (given: Given) =>
  given.random.chance(0.3) ? number(0.1, 9)(given) : [number(0.1, 9)(given), number(0.1, 9)(given)]

/** Functions of a mask. */
const ofMask =
  (choices?: Choices, needed?: string[]) =>
  (given: Given): unknown[] =>
    choices === undefined ? [given.mask()] : [given.mask(), given.options(choices, needed)]

/** Functions of a prediction and a truth, with void pixels now and then. */
const ofPair =
  (choices: Choices, needed?: string[]) =>
  (given: Given): unknown[] => {
    const pred = given.mask()
    if (!('within' in choices) || !given.random.chance(0.15)) {
      return [pred, given.mask(), given.options(choices, needed)]
    }
    const { truth, ignore } = given.withVoid()
    return [pred, truth, given.bag({ ...(given.options(choices, needed) as object), ignore })]
  }

const weights = (given: Given) =>
  given.options(
    {
      dice: number(-2, 3),
      recall: number(-2, 3),
      topology: number(-2, 3),
      length: number(-2, 3),
      precision: number(-2, 3),
    },
    ['dice'],
  )

const facts: Choices = { thinning, connectivity, junctions, length }
const rewardChoices: Choices = {
  preset: among('design', 'robust'),
  weights,
  recallTarget: number(0, 1),
  precisionTarget: number(0, 1),
  bounded: boolean,
  ...facts,
  ...field,
}

/** Terms are tried by a reward that has them. */
const term = (make: (options?: object) => core.RewardTerm, choices: Choices): Subject => ({
  make: (given) => [
    given.options({ weight: number(-3, 3), ...choices }),
    given.mask(),
    given.mask(),
  ],
  call: ((options: object | undefined, pred: core.MaskLike, truth: core.MaskLike) => {
    return new core.MultiObjectiveReward({ terms: { own: make(options) } }).explain(pred, truth)
  }) as Call,
})

/** The score of a reward, which may have scored others before. */
const reward = (
  call: (reward: core.MultiObjectiveReward, ...args: never[]) => unknown,
): Subject => ({
  make: (given) => {
    const options = given.options(rewardChoices)
    const isWarm = given.random.chance(0.3)
    return [options, given.mask(), given.mask(), isWarm ? given.mask() : undefined]
  },
  call: ((options: object, pred: never, truth: never, other: core.MaskLike | undefined) => {
    const made = new core.MultiObjectiveReward(options)
    if (other !== undefined) made.score(other, truth)
    return call(made, pred, truth)
  }) as Call,
})

const points = (given: Given) => {
  const list = Array.from({ length: given.random.integer(0, 6) }, () =>
    given.random.chance(0.2) ? Number.NaN : given.random.next(),
  )
  return list
}

const records = (given: Given, count: number) =>
  Array.from({ length: count }, () => ({
    dice: given.random.next(),
    hd95: given.random.chance(0.1) ? Number.NaN : 9 * given.random.next(),
  }))

const aggregateChoices: Choices = {
  resamples: integer(1, 40),
  confidence: number(0.5, 0.99),
  seed: integer(0, 99),
}

/** A map of a few or of many different probabilities. */
function probabilities(given: Given): core.ImageMask {
  const { width, height, data } = given.picture()
  const spread = given.random.pick([0, 0.25, 0.5])
  const values = Float64Array.from(data, (value) => {
    const isInside = value > 0
    return (isInside ? 1 : 0) + (isInside ? -1 : 1) * spread * given.random.next()
  })
  return { data: values, width, height }
}

const graph = (given: Given) =>
  core.skeletonGraph(given.random.chance(0.8) ? core.skeletonize(given.bits()) : given.bits())

const core_: Record<string, Subject> = {
  'BitMask.from': {
    make: (given) => {
      const { mask: form, threshold } = given.withThreshold()
      return [form, given.bag({ threshold })]
    },
    call: core.BitMask.from,
    takes: 2,
  },
  'BitMask.get': {
    make: (given) => [
      given.mask(),
      given.random.integer(-1, given.width),
      given.random.integer(-1, given.height),
    ],
    call: (form: core.MaskLike, x: number, y: number) => core.BitMask.from(form).get(x, y),
    mayRefuse: true,
  },
  'BitMask.equals': {
    make: (given) => [given.bits(), given.bits()],
    call: (a: core.MaskLike, b: core.BitMask) => core.BitMask.from(a).equals(b),
  },
  'BitMask.fromRle': {
    make: (given) => {
      const { height, width } = given
      const counts = given.random.chance(0.5) ? given.bits().toRle().counts : [width, height]
      return [{ size: [height, width], counts }]
    },
    call: core.BitMask.fromRle,
    takes: 1,
    mayRefuse: true,
  },
  'BitMask.toRle': {
    make: (given) => [given.bits(), given.options({ compressed: boolean })],
    call: (form: core.MaskLike, options?: core.RleOptions) =>
      core.BitMask.from(form).toRle(options),
  },
  'BitMask.toUint8Array': {
    make: (given) => [given.mask()],
    call: (form: core.MaskLike) => core.BitMask.from(form).toUint8Array(),
  },
  'BitMask.count': {
    make: (given) => [given.mask()],
    call: (form: core.MaskLike) => core.BitMask.from(form).count,
  },
  'MultiObjectiveReward.score': reward((made, pred, truth) => made.score(pred, truth)),
  'MultiObjectiveReward.explain': reward((made, pred, truth) => made.explain(pred, truth)),
  'MultiObjectiveReward.range': {
    ...reward((made) => made.range),
    mayBeUnbounded: true,
  },
  'MultiObjectiveReward.preset': {
    make: (given) => [
      given.random.pick(['design', 'robust']),
      given.options({ ...facts, ...field }),
      given.mask(),
      given.mask(),
    ],
    call: ((preset: core.RewardPreset, options: object, pred: never, truth: never) =>
      core.MultiObjectiveReward.preset(preset, options).score(pred, truth)) as Call,
  },
  'MultiObjectiveReward.scoreBatch': {
    make: (given) => {
      const preds = Array.from({ length: given.random.integer(0, 4) }, mask.bind(null, given))
      // A truth of [rows, columns, 1] would be a batch of [masks, rows, 1].
      const truths = given.random.chance(0.5) ? given.bits() : preds.map(() => given.mask())
      return [given.options(rewardChoices), preds, truths]
    },
    call: ((options: object, preds: core.MaskBatch, truths: never) =>
      new core.MultiObjectiveReward(options).scoreBatch(preds, truths)) as Call,
    maxSide: 130,
  },
  accuracy: { make: ofPair(metric), call: core.accuracy, takes: 3 },
  aggregate: {
    make: (given) => [
      given.random.chance(0.5) ? points(given) : records(given, given.random.integer(0, 5)),
      given.options(aggregateChoices),
    ],
    call: core.aggregate as Call,
    takes: 2,
    mayBeUnbounded: true,
  },
  assd: { make: ofPair({ ...metric, spacing }), call: core.assd, takes: 3 },
  balanceTerm: term(core.balanceTerm, { scale: number(0.1, 20) }),
  bettiErrors: { make: ofPair({ ...field, connectivity }), call: core.bettiErrors, takes: 3 },
  bettiMatching: {
    make: ofPair({ ...field, connectivity }),
    call: core.bettiMatching,
    takes: 3,
    maxSide: 130,
  },
  bettiNumbers: { make: ofMask({ connectivity }), call: core.bettiNumbers, takes: 2 },
  boundary: { make: ofMask(), call: core.boundary, takes: 1 },
  branchStatistics: {
    make: (given) => [graph(given)],
    call: core.branchStatistics as Call,
    takes: 1,
    mayBeUnbounded: true,
    maxSide: 130,
  },
  bufferedOverlap: {
    make: ofPair({ ...metric, buffer: number(0, 9), thinning, length }),
    call: core.bufferedOverlap,
    takes: 3,
  },
  byCaliber: {
    make: ofPair({
      ...metric,
      thinning,
      bins: ({ random }) => [random.integer(1, 3), random.integer(4, 9)],
    }),
    call: core.byCaliber,
    takes: 3,
    mayBeUnbounded: true,
    maxSide: 130,
  },
  cal: {
    make: ofPair({ ...metric, areaRadius: integer(0, 5), lengthRadius: integer(0, 5) }),
    call: core.cal,
    takes: 3,
  },
  calParts: {
    make: ofPair({ ...metric, areaRadius: integer(0, 5), lengthRadius: integer(0, 5) }),
    call: core.calParts,
    takes: 3,
  },
  calTerm: term(core.calTerm, { scale: number(0.1, 20) }),
  clDice: { make: ofPair({ ...metric, thinning }), call: core.clDice, takes: 3 },
  clDiceParts: { make: ofPair({ ...metric, thinning }), call: core.clDiceParts, takes: 3 },
  clDiceTerm: term(core.clDiceTerm, { scale: number(0.1, 20) }),
  compare: {
    make: (given) => {
      const count = given.random.integer(0, 5)
      const options = given.options({
        ...aggregateChoices,
        direction: among('higher', 'lower', 'one'),
      })
      return [records(given, count), records(given, count), options]
    },
    call: core.compare as Call,
    takes: 3,
    mayBeUnbounded: true,
  },
  componentsTerm: term(core.componentsTerm, { scale: number(0.1, 20) }),
  confusion: { make: ofPair(field), call: core.confusion, takes: 3 },
  countComponents: { make: ofMask({ connectivity }), call: core.countComponents, takes: 2 },
  countJunctions: { make: ofMask(junctionChoices), call: core.countJunctions, takes: 2 },
  counterfactualAdvantages: {
    make: (given) => [
      Array.from({ length: given.random.integer(2, 4) }, mask.bind(null, given)),
      given.mask(),
      given.options(
        {
          tile: integer(1, 70),
          ...field,
          reward: (inner) => inner.options({ ...facts, weights, bounded: boolean }) ?? {},
        },
        ['tile'],
      ),
    ],
    call: core.counterfactualAdvantages,
    takes: 3,
    maxSide: 130,
  },
  dice: { make: ofPair(metric), call: core.dice, takes: 3 },
  dilate: {
    make: ofMask({ element: among('square', 'diamond', 'disk'), radius: number(0, 12) }),
    call: core.dilate,
    takes: 2,
  },
  distanceTransform: {
    make: ofMask({ spacing }),
    call: core.distanceTransform,
    takes: 2,
    mayBeUnbounded: true,
  },
  endpointF1: {
    make: ofPair({ ...metric, radius: number(0, 12), thinning }),
    call: core.endpointF1,
    takes: 3,
  },
  endpointMatches: {
    make: ofPair({ ...metric, radius: number(0, 12), thinning }),
    call: core.endpointMatches,
    takes: 3,
  },
  erode: {
    make: ofMask({
      element: among('square', 'diamond', 'disk'),
      radius: number(0, 12),
      outside: among('background', 'ignored'),
    }),
    call: core.erode,
    takes: 2,
  },
  eulerNumber: { make: ofMask({ connectivity }), call: core.eulerNumber, takes: 2 },
  evaluate: {
    make: ofPair({
      ...metric,
      metrics: ({ random }) => core.METRIC_NAMES.filter(() => random.chance(0.3)),
      spacing,
      tolerance: number(0, 9),
      radius: number(0, 9),
      buffer: number(0, 9),
      thinning,
      connectivity,
    }),
    call: core.evaluate as Call,
    takes: 3,
    maxSide: 90,
  },
  fBeta: { make: ofPair({ ...metric, beta: number(0.1, 9) }), call: core.fBeta, takes: 3 },
  findEndpoints: { make: ofMask(), call: core.findEndpoints, takes: 1 },
  findJunctions: { make: ofMask(junctionChoices), call: core.findJunctions, takes: 2 },
  graphToGeoJSON: {
    make: (given) => [graph(given)],
    call: core.graphToGeoJSON as Call,
    takes: 1,
    mayBeUnbounded: true,
    maxSide: 130,
  },
  hausdorff: { make: ofPair({ ...metric, spacing }), call: core.hausdorff, takes: 3 },
  hd95: {
    make: ofPair({ ...metric, spacing, convention: among('directed', 'pooled') }),
    call: core.hd95,
    takes: 3,
  },
  holesTerm: term(core.holesTerm, { scale: number(0.1, 20) }),
  iou: { make: ofPair(metric), call: core.iou, takes: 3 },
  junctionF1: {
    make: ofPair({ ...metric, radius: number(0, 12), thinning, junctions }),
    call: core.junctionF1,
    takes: 3,
  },
  junctionMatches: {
    make: ofPair({ ...metric, radius: number(0, 12), thinning, junctions }),
    call: core.junctionMatches,
    takes: 3,
  },
  junctionTerm: term(core.junctionTerm, { scale: number(0.1, 20), radius: number(0, 12) }),
  label: { make: ofMask({ connectivity }), call: core.label, takes: 2 },
  lengthAgreement: {
    make: ofPair({ ...metric, thinning, length }),
    call: core.lengthAgreement,
    takes: 3,
  },
  lengthRatio: { make: ofPair({ ...metric, thinning, length }), call: core.lengthRatio, takes: 3 },
  masd: { make: ofPair({ ...metric, spacing }), call: core.masd, takes: 3 },
  mcc: { make: ofPair(metric), call: core.mcc, takes: 3 },
  nsd: { make: ofPair({ ...metric, spacing, tolerance: number(0, 9) }), call: core.nsd, takes: 3 },
  precision: { make: ofPair(metric), call: core.precision, takes: 3 },
  precisionHinge: term(core.precisionHinge, { target: number(0, 1) }),
  pruneSpurs: {
    make: (given) => [
      given.random.chance(0.7) ? core.skeletonize(given.bits()) : given.mask(),
      given.options({ minLength: number(0, 20) }, ['minLength']),
    ],
    call: core.pruneSpurs,
    takes: 2,
  },
  recall: { make: ofPair(metric), call: core.recall, takes: 3 },
  skeletalSimilarity: {
    make: ofPair({ ...metric, alpha: number(0, 1), range: integer(1, 6) }),
    call: core.skeletalSimilarity,
    takes: 3,
    maxSide: 90,
  },
  skeletonGraph: {
    make: ofMask({ mask, mergeRadius: number(0, 9) }),
    call: core.skeletonGraph,
    takes: 2,
    mayBeUnbounded: true,
    maxSide: 130,
  },
  skeletonize: { make: ofMask({ method: thinning }), call: core.skeletonize, takes: 2 },
  skeletonLength: { make: ofMask({ method: length }), call: core.skeletonLength, takes: 2 },
  specificity: { make: ofPair(metric), call: core.specificity, takes: 3 },
  surfaceTerm: term(core.surfaceTerm, { scale: number(0.1, 20), tolerance: number(0, 9) }),
  sweep: {
    make: (given) => [
      probabilities(given),
      given.mask(),
      given.options(
        {
          ...metric,
          metrics: ({ random }) => ['mcc', ...core.METRIC_NAMES.filter(() => random.chance(0.1))],
          thresholds: (inner) => [0.5, number(0, 1)(inner)],
          best: among('mcc'),
        },
        ['metrics'],
      ),
    ],
    call: core.sweep as Call,
    takes: 3,
    mayBeUnbounded: true,
    maxSide: 90,
  },
  sweepAll: {
    make: (given) => [
      Array.from({ length: given.random.integer(1, 3) }, () => ({
        probabilities: probabilities(given),
        truth: given.mask(),
        within: given.mask(),
      })),
      given.options({
        empty: among('perfect', 'nan'),
        metrics: among(['dice'], ['recall', 'b1Error']),
        thresholds: (inner) => [0.25, number(0, 1)(inner)],
      }),
    ],
    call: core.sweepAll as Call,
    takes: 2,
    mayBeUnbounded: true,
    maxSide: 90,
  },
  tileFacts: {
    make: ofPair({ ...facts, ...field, tile: integer(1, 70) }, ['tile']),
    call: core.tileFacts as Call,
    takes: 3,
  },
  topologyErrors: {
    make: ofPair({ ...field, tolerance: number(0, 9), minSize: number(0, 30), thinning }),
    call: core.topologyErrors,
    takes: 3,
    maxSide: 90,
  },
}

// Corruptions of the audit -----------------------------------------------------------------------

const seed = integer(-5, 99)
const edit = (call: Call, choices: Choices): Subject => ({
  make: ofMask(
    { ...choices, seed },
    ['count', 'rate'].filter((name) => name in choices),
  ),
  call,
  takes: 2,
  maxSide: 130,
})

const OPERATIONS = [
  'full',
  'empty',
  'dilate 1',
  'dilate',
  'erode 2',
  'mirror',
  'skeleton',
  'outline',
]

const audit_: Record<string, Subject> = {
  addBridges: edit(audit.addBridges, { count: integer(0, 9), maxLength: integer(3, 50) }),
  addHairs: edit(audit.addHairs, { count: integer(0, 9), length: integer(3, 20) }),
  applyExploit: {
    make: (given) => [
      given.mask(),
      Array.from({ length: given.random.integer(0, 3) }, () => given.random.pick(OPERATIONS)),
      given.options({ seed, other: mask }),
    ],
    call: audit.applyExploit,
    takes: 3,
    maxSide: 130,
  },
  auditPage: {
    make: (given) => [
      MADE_UP,
      given.options({ subject: among('A reward', '<b>"&', ''), truthNames: among(['a'], []) }),
    ],
    takes: 2,
    call: audit.auditPage as Call,
  },
  auditTable: { make: () => [MADE_UP], call: audit.auditTable as Call, takes: 1 },
  cutGaps: edit(audit.cutGaps, { count: integer(0, 9), length: integer(1, 20) }),
  dropBranches: edit(audit.dropBranches, { count: integer(0, 9), minLength: integer(1, 20) }),
  shiftMask: {
    make: ofMask({ dx: integer(-40, 40), dy: integer(-40, 40) }, ['dx', 'dy']),
    call: audit.shiftMask,
    takes: 2,
  },
  speckle: edit(audit.speckle, { rate: number(0, 1) }),
  strictReference: {
    make: (given) => [given.bits(), given.bits()],
    call: audit.strictReference,
    takes: 2,
    maxSide: 130,
  },
}

// Other entries ----------------------------------------------------------------------------------

/** The mask as an ndarray, transposed, flipped or as it is. */
function ndarrayOf(given: Given): { array: arrays.NumericNdArray; threshold: number } {
  const { width, height, data } = given.picture()
  const threshold = given.random.pick([0, 0.5, 0.99])
  const array = ndarray(Float32Array.from(data), [height, width])
  return { array: given.random.chance(0.3) ? array.step(-1, 1) : array, threshold }
}

const arrays_: Record<string, Subject> = {
  fromNdarray: {
    make: (given) => {
      const { array, threshold } = ndarrayOf(given)
      return [array, given.bag({ threshold })]
    },
    call: arrays.fromNdarray,
  },
  label: {
    make: (given) => [
      ndarrayOf(given).array,
      given.options({ connectivity, threshold: among(0, 0.5) }),
    ],
    call: arrays.label as Call,
  },
  skeletonize: {
    make: (given) => [
      ndarrayOf(given).array,
      given.options({ method: thinning, threshold: among(0, 0.5) }),
    ],
    call: arrays.skeletonize as Call,
  },
  threshold: {
    make: (given) => {
      const { array, threshold } = ndarrayOf(given)
      return [array, threshold]
    },
    call: arrays.threshold as Call,
  },
  toNdarray: { make: ofMask(), call: arrays.toNdarray as Call },
}

const trace_: Record<string, Subject> = {
  centerlinesToSvg: {
    make: (given) => [
      given.mask(),
      Array.from({ length: given.random.integer(0, 4) }, () =>
        Array.from({ length: 2 * given.random.integer(1, 3) }, () => given.random.integer(0, 50)),
      ),
      given.options({ lineWidth: number(0.1, 4), scale: number(0.1, 9), maskColor: among('#ccc') }),
    ],
    call: trace.centerlinesToSvg as Call,
  },
  traceCenterlines: {
    make: ofMask({ chunkSize: integer(3, 20) }),
    call: trace.traceCenterlines as Call,
    maxSide: 90,
  },
}

const node_: Record<string, Subject> = {
  decodeMask: {
    make: (given) => {
      const bytes = node.encodePng(notEmpty(given))
      const isSpoilt = given.random.chance(0.5)
      for (let k = given.random.integer(1, 4); isSpoilt && k > 0; k--) {
        bytes[given.random.integer(0, bytes.length - 1)] = given.random.integer(0, 255)
      }
      return [bytes, given.bag({ threshold: given.random.integer(0, 254), onWarning: () => {} })]
    },
    call: node.decodeMask,
    takes: 2,
    mayRefuse: true,
  },
  decodeImage: {
    make: (given) => {
      const bytes = node.encodePng(notEmpty(given))
      if (given.random.chance(0.5)) bytes[given.random.integer(0, bytes.length - 1)] ^= 1
      return [bytes, given.bag({ name: 'fuzz' })]
    },
    call: node.decodeImage,
    takes: 2,
    mayRefuse: true,
  },
  encodePng: { make: (given) => [notEmpty(given)], call: node.encodePng },
  overlay: {
    make: ofPair({
      ...field,
      thinning,
      junctions,
      errors: boolean,
      scale: integer(1, 3),
    }),
    call: node.overlay,
    takes: 3,
    maxSide: 90,
  },
}

/** An image of 8 bits a sample, or a mask, that has pixels. */
function notEmpty(given: Given): core.BitMask | node.PngImage {
  const bits = given.bits()
  if (bits.width * bits.height === 0) return core.BitMask.from([[1]])
  if (given.random.chance(0.5)) return bits
  const channels = given.random.integer(1, 4) as 1 | 2 | 3 | 4
  const data = Uint8Array.from({ length: bits.width * bits.height * channels }, () =>
    given.random.integer(0, 255),
  )
  return { data, width: bits.width, height: bits.height, channels }
}

// Everything -------------------------------------------------------------------------------------

/** An entry of the package: what it exports, and what is called of it. */
export interface Entry {
  exports: Record<string, unknown>
  subjects: Record<string, Subject>
  /** Exported functions that are not called, with the reason. */
  left: Record<string, string>
}

export const ENTRIES: Record<string, Entry> = {
  'vessel-reward': {
    exports: core,
    subjects: core_,
    left: { 'BitMask.fromAsync': 'asynchronous' },
  },
  'vessel-reward/audit': {
    exports: audit,
    subjects: audit_,
    left: { auditReward: 'takes seconds' },
  },
  'vessel-reward/ndarray': { exports: arrays, subjects: arrays_, left: {} },
  'vessel-reward/trace': {
    exports: trace,
    subjects: trace_,
    left: {},
  },
  'vessel-reward/node': {
    exports: node,
    subjects: node_,
    left: {
      createRewardPool: 'asynchronous',
      evaluateFolder: 'asynchronous',
      evaluatePairs: 'asynchronous',
      mergeCases: 'asynchronous',
      readMask: 'asynchronous',
      readPairs: 'asynchronous',
      readResults: 'asynchronous',
      readProbability: 'asynchronous',
      sweepPairs: 'asynchronous',
      writePng: 'asynchronous',
      writeReport: 'asynchronous',
    },
  },
}
