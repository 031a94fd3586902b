/**
 * How every public function is called with a mask, by entry and name. A function that is not here
 * fails the test that walks the exports; `null` says that it takes no mask.
 */
import ndarray from 'ndarray'
import { OPERATIONS } from '../../src/audit/exploits/operations.ts'
import * as audit from '../../src/audit/index.ts'
import type { BitMask, MaskLike } from '../../src/index.ts'
import * as core from '../../src/index.ts'
import * as arrays from '../../src/ndarray/index.ts'
import * as node from '../../src/node/index.ts'
import * as trace from '../../src/trace/index.ts'

/** A mask in a form that is not packed, and packed. */
export interface Given {
  mask: MaskLike
  bits: BitMask
}

export type Call = ((given: Given) => unknown) | null

const { BitMask: Mask, MultiObjectiveReward } = core

const one =
  (call: (mask: MaskLike) => unknown): Call =>
  ({ mask }) =>
    call(mask)

const two =
  (call: (pred: MaskLike, truth: MaskLike, options?: { within?: MaskLike }) => unknown): Call =>
  ({ mask, bits }) => {
    call(mask, mask)
    return call(mask, bits, { within: mask })
  }

/** A term by itself: what does not ask for a fact does not pay for it. */
const term =
  (make: () => core.RewardTerm): Call =>
  ({ mask }) => {
    const weights = { dice: 0, recall: 0, topology: 0, length: 0 }
    return new MultiObjectiveReward({ weights, terms: { own: make() } }).score(mask, mask)
  }

const array = ({ mask }: Given) => {
  const { data, width, height } = mask as core.ImageMask
  return ndarray(data as Uint8Array, [height, width])
}

const report = { seed: 1, budget: 300 }

/** By entry and name; an accessor or method of a class `A` is `A.static` or `A#own`. */
export const CALLS: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  core: {
    'BitMask.from': one((mask) => Mask.from(mask)),
    'BitMask.fromAsync': one((mask) => Mask.fromAsync(mask)),
    'BitMask.fromRle': ({ bits }) => Mask.fromRle(bits.toRle()),
    'BitMask#toRle': ({ bits }) => bits.toRle({ compressed: false }),
    'BitMask#count': ({ bits }) => bits.count,
    'BitMask#get': ({ bits }) => bits.get(0, 0),
    'BitMask#toUint8Array': ({ bits }) => bits.toUint8Array(),
    'BitMask#equals': ({ mask, bits }) => bits.equals(Mask.from(mask)),
    'MultiObjectiveReward.preset': two((pred, truth, options) => {
      const { score } = MultiObjectiveReward.preset('robust', options)
      return score(pred, truth)
    }),
    'MultiObjectiveReward#range': ({ mask }) => new MultiObjectiveReward({ within: mask }).range,
    'MultiObjectiveReward#score': two((pred, truth, options) =>
      new MultiObjectiveReward(options).score(pred, truth),
    ),
    'MultiObjectiveReward#explain': two((pred, truth, options) =>
      new MultiObjectiveReward(options).explain(pred, truth),
    ),
    'MultiObjectiveReward#scoreBatch': two((pred, truth, options) =>
      new MultiObjectiveReward(options).scoreBatch([pred, truth, pred], truth),
    ),
    accuracy: two(core.accuracy),
    aggregate: null,
    assd: two(core.assd),
    balanceTerm: term(core.balanceTerm),
    bettiErrors: two(core.bettiErrors),
    bettiMatching: two(core.bettiMatching),
    bettiNumbers: one((mask) => {
      core.bettiNumbers(mask)
      return core.bettiNumbers(mask, { connectivity: 4 })
    }),
    boundary: one(core.boundary),
    branchStatistics: one((mask) => core.branchStatistics(core.skeletonGraph(mask))),
    bufferedOverlap: two(core.bufferedOverlap),
    byCaliber: two(core.byCaliber),
    cal: two(core.cal),
    calParts: two(core.calParts),
    calTerm: term(core.calTerm),
    clDice: two(core.clDice),
    clDiceParts: two(core.clDiceParts),
    clDiceTerm: term(core.clDiceTerm),
    compare: null,
    componentsTerm: term(core.componentsTerm),
    confusion: two(core.confusion),
    countComponents: one((mask) => {
      core.countComponents(mask)
      return core.countComponents(mask, { connectivity: 4 })
    }),
    countJunctions: one((mask) => {
      core.countJunctions(mask, { method: 'pixels' })
      return core.countJunctions(mask)
    }),
    counterfactualAdvantages: ({ mask, bits }) => {
      // A black box is credited tile by tile; the smallest tiles are the most.
      const reward = { preset: 'robust' } as const
      core.counterfactualAdvantages([mask, mask], bits, { tile: 1, reward, within: mask })
      return core.counterfactualAdvantages([mask, bits], mask, { tile: 1 })
    },
    dice: two(core.dice),
    dilate: one((mask) => {
      for (const element of ['square', 'diamond', 'disk'] as const) {
        core.dilate(mask, { radius: 100, element })
      }
    }),
    distanceTransform: one(core.distanceTransform),
    endpointF1: two(core.endpointF1),
    endpointMatches: two(core.endpointMatches),
    erode: one((mask) => {
      for (const element of ['square', 'diamond', 'disk'] as const) {
        core.erode(mask, { radius: 100, element })
      }
    }),
    eulerNumber: one(core.eulerNumber),
    evaluate: two(core.evaluate),
    fBeta: two(core.fBeta),
    findEndpoints: one(core.findEndpoints),
    findJunctions: one((mask) => {
      core.findJunctions(mask, { method: 'clusters' })
      return core.findJunctions(mask)
    }),
    graphToGeoJSON: one((mask) => core.graphToGeoJSON(core.skeletonGraph(mask))),
    hausdorff: two(core.hausdorff),
    hd95: two(core.hd95),
    holesTerm: term(core.holesTerm),
    iou: two(core.iou),
    junctionF1: two(core.junctionF1),
    junctionMatches: two(core.junctionMatches),
    junctionTerm: term(core.junctionTerm),
    label: one((mask) => {
      core.label(mask, { connectivity: 4 })
      return core.label(mask)
    }),
    lengthAgreement: two(core.lengthAgreement),
    lengthRatio: two(core.lengthRatio),
    masd: two(core.masd),
    mcc: two(core.mcc),
    nsd: two((pred, truth, options) => core.nsd(pred, truth, { ...options, tolerance: 1 })),
    precision: two(core.precision),
    precisionHinge: term(core.precisionHinge),
    pruneSpurs: one((mask) => core.pruneSpurs(mask, { minLength: 5 })),
    recall: two(core.recall),
    skeletalSimilarity: two(core.skeletalSimilarity),
    skeletonGraph: one((mask) => core.skeletonGraph(mask, { mask })),
    skeletonize: one((mask) => {
      for (const method of ['skimage', 'zhang-suen', 'guo-hall'] as const) {
        core.skeletonize(mask, { method })
      }
    }),
    skeletonLength: one((mask) => core.skeletonLength(mask)),
    specificity: two(core.specificity),
    surfaceTerm: term(core.surfaceTerm),
    sweep: ({ mask, bits }) => {
      const map = mask as core.RawMask
      core.sweep(map, mask)
      return core.sweep(map, bits, { within: mask, metrics: core.METRIC_NAMES })
    },
    sweepAll: ({ mask, bits }) => {
      const probabilities = mask as core.RawMask
      return core.sweepAll([{ probabilities, truth: bits, within: mask }])
    },
    tileFacts: two((pred, truth, options) => core.tileFacts(pred, truth, { ...options, tile: 1 })),
    topologyErrors: two(core.topologyErrors),
  },
  audit: {
    addBridges: one((mask) => audit.addBridges(mask, { count: 9 })),
    addHairs: one((mask) => audit.addHairs(mask, { count: 9 })),
    LADDERS: ({ bits }) => audit.LADDERS.map(({ masks }) => masks(bits, 0)),
    applyExploit: one((mask) => audit.applyExploit(mask, Object.keys(OPERATIONS), { other: mask })),
    auditPage: null,
    auditReward: one((mask) => audit.auditReward(core.dice, [mask], report)),
    auditTable: null,
    cutGaps: one((mask) => audit.cutGaps(mask, { count: 9 })),
    dropBranches: one((mask) => audit.dropBranches(mask, { count: 9 })),
    shiftMask: one((mask) => audit.shiftMask(mask, { dx: 1, dy: -1 })),
    speckle: one((mask) => audit.speckle(mask, { rate: 0.5 })),
    strictReference: ({ bits }) => audit.strictReference(bits, bits),
  },
  simd: { enableSimd: null, disableSimd: null },
  ndarray: {
    fromNdarray: (given) => arrays.fromNdarray(array(given)),
    label: (given) => arrays.label(array(given)),
    skeletonize: (given) => arrays.skeletonize(array(given)),
    threshold: (given) => arrays.threshold(array(given), 0),
    toNdarray: one(arrays.toNdarray),
  },
  trace: {
    centerlinesToSvg: one((mask) => trace.centerlinesToSvg(mask, [])),
    traceCenterlines: one((mask) => trace.traceCenterlines(mask)),
  },
  node: {
    createRewardPool: async ({ mask, bits }) => {
      const pool = await node.createRewardPool({}, { threads: 1 })
      try {
        await pool.scoreBatch([mask, bits], bits)
        return await pool.scoreBatch([mask, bits], [mask, mask])
      } finally {
        await pool.close()
      }
    },
    decodeImage: null,
    decodeMask: null,
    encodePng: ({ bits }) => node.encodePng(bits),
    evaluateFolder: null,
    evaluatePairs: null,
    mergeCases: null,
    overlay: two((pred, truth, options) => {
      node.overlay(pred, truth, { ...options, errors: true })
      return node.overlay(pred, truth, { ...options, scale: 2 })
    }),
    readMask: null,
    readPairs: null,
    readResults: null,
    readProbability: null,
    sweepPairs: null,
    writePng: ({ bits }) => node.writePng('/no/such/folder/mask.png', bits),
    writeReport: null,
  },
}
