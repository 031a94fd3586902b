import { setTimeout } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import * as main from 'vessel-reward'
import * as audit from 'vessel-reward/audit'
import * as ndarray from 'vessel-reward/ndarray'
import * as node from 'vessel-reward/node'
import * as simd from 'vessel-reward/simd'
import * as trace from 'vessel-reward/trace'
import { beforeAll, describe, expect, it } from 'vitest'

type Call = (...args: unknown[]) => unknown

/** The exports by name; a namespace object is not indexed. */
const exported: Record<string, unknown> = { ...main }

const LINE = [[1, 1, 1]]
const MASK = main.BitMask.from(LINE)
const GRAPH = main.skeletonGraph(LINE)
const reward = new main.MultiObjectiveReward()

/** The report of an audit, once there is one. */
const REPORT = {} as audit.AuditReport
beforeAll(async () => {
  const { report } = await audit.auditReward(reward, [LINE], { budget: 300, seed: 1 })
  Object.assign(REPORT, report)
})

/** What a call takes before its options, and whether it has options at all. */
interface PublicCall {
  run: Call
  args: unknown[]
  hasOptions: boolean
}

const withOptions = (run: unknown, ...args: unknown[]): PublicCall => ({
  run: run as Call,
  args,
  hasOptions: true,
})
const plain = (run: unknown, ...args: unknown[]): PublicCall => ({
  run: run as Call,
  args,
  hasOptions: false,
})

const PAIR_METRICS = [
  'accuracy assd bettiErrors bettiMatching bufferedOverlap byCaliber cal calParts clDice',
  'clDiceParts confusion dice endpointF1 endpointMatches evaluate fBeta hausdorff hd95 iou',
  'junctionF1 junctionMatches lengthAgreement lengthRatio masd mcc nsd precision recall',
  'skeletalSimilarity specificity tileFacts topologyErrors',
].flatMap((line) => line.split(' '))
const OF_A_MASK = [
  'bettiNumbers countComponents countJunctions dilate distanceTransform erode eulerNumber',
  'findJunctions label pruneSpurs skeletonGraph skeletonLength skeletonize',
].flatMap((line) => line.split(' '))
const TERMS =
  'balanceTerm calTerm clDiceTerm componentsTerm holesTerm junctionTerm precisionHinge surfaceTerm'

const mainCalls: Record<string, PublicCall> = {
  ...Object.fromEntries(
    PAIR_METRICS.map((name) => [name, withOptions(exported[name], LINE, LINE)]),
  ),
  ...Object.fromEntries(OF_A_MASK.map((name) => [name, withOptions(exported[name], LINE)])),
  ...Object.fromEntries(TERMS.split(' ').map((name) => [name, withOptions(exported[name])])),
  aggregate: withOptions(main.aggregate, [1]),
  sweep: withOptions(main.sweep, LINE, LINE),
  sweepAll: withOptions(main.sweepAll, [{ probabilities: LINE, truth: LINE }]),
  compare: withOptions(main.compare, [1], [1]),
  counterfactualAdvantages: withOptions(main.counterfactualAdvantages, [LINE, LINE], LINE),
  boundary: plain(main.boundary, LINE),
  findEndpoints: plain(main.findEndpoints, LINE),
  branchStatistics: plain(main.branchStatistics, GRAPH),
  graphToGeoJSON: plain(main.graphToGeoJSON, GRAPH),
  'BitMask.from': withOptions(main.BitMask.from, LINE),
  'BitMask.fromAsync': withOptions(main.BitMask.fromAsync, LINE),
  'BitMask.fromRle': plain(main.BitMask.fromRle, { size: [1, 1], counts: '1' }),
  'BitMask.toRle': withOptions(MASK.toRle.bind(MASK)),
  'BitMask.get': plain(MASK.get.bind(MASK), 0, 0),
  'BitMask.toUint8Array': plain(MASK.toUint8Array.bind(MASK)),
  'BitMask.equals': plain(MASK.equals.bind(MASK), MASK),
  MultiObjectiveReward: withOptions((...args: unknown[]) =>
    Reflect.construct(main.MultiObjectiveReward, args),
  ),
  'MultiObjectiveReward.preset': withOptions(main.MultiObjectiveReward.preset, 'robust'),
  'MultiObjectiveReward.score': plain(reward.score, LINE, LINE),
  'MultiObjectiveReward.explain': plain(reward.explain, LINE, LINE),
  'MultiObjectiveReward.scoreBatch': plain(reward.scoreBatch, [LINE], LINE),
}

const auditCalls: Record<string, PublicCall> = {
  addBridges: withOptions(audit.addBridges, LINE),
  addHairs: withOptions(audit.addHairs, LINE),
  applyExploit: withOptions(audit.applyExploit, LINE, []),
  auditPage: withOptions(audit.auditPage, REPORT),
  auditReward: withOptions(audit.auditReward, reward, [LINE]),
  auditTable: plain(audit.auditTable, REPORT),
  cutGaps: withOptions(audit.cutGaps, LINE),
  dropBranches: withOptions(audit.dropBranches, LINE),
  shiftMask: withOptions(audit.shiftMask, LINE),
  speckle: withOptions(audit.speckle, LINE),
  strictReference: plain(audit.strictReference, MASK, MASK),
}

const nodeCalls: Record<string, PublicCall> = {
  createRewardPool: withOptions(node.createRewardPool, {}),
  decodeImage: withOptions(node.decodeImage, node.encodePng(MASK)),
  decodeMask: withOptions(node.decodeMask, node.encodePng(MASK)),
  encodePng: plain(node.encodePng, MASK),
  evaluateFolder: withOptions(node.evaluateFolder, 'no such folder', 'no such folder'),
  evaluatePairs: withOptions(node.evaluatePairs, []),
  mergeCases: plain(node.mergeCases, ['no such file']),
  overlay: withOptions(node.overlay, LINE, LINE),
  readMask: withOptions(node.readMask, 'no such file.png'),
  readProbability: withOptions(node.readProbability, 'no such file.png'),
  readPairs: withOptions(node.readPairs, 'no such folder', 'no such folder'),
  readResults: plain(node.readResults, {}),
  sweepPairs: withOptions(node.sweepPairs, []),
  writePng: plain(node.writePng, 'no such folder/file.png', MASK),
  writeReport: withOptions(node.writeReport, { results: [], options: { metrics: [] } }),
}

const array = ndarray.toNdarray(MASK)
const ndarrayCalls: Record<string, PublicCall> = {
  fromNdarray: withOptions(ndarray.fromNdarray, array),
  label: withOptions(ndarray.label, array),
  skeletonize: withOptions(ndarray.skeletonize, array),
  threshold: plain(ndarray.threshold, array, 0),
  toNdarray: plain(ndarray.toNdarray, MASK),
}

const traceCalls: Record<string, PublicCall> = {
  centerlinesToSvg: withOptions(trace.centerlinesToSvg, LINE, []),
  traceCenterlines: withOptions(trace.traceCenterlines, LINE),
}

const simdCalls: Record<string, PublicCall> = {
  disableSimd: plain(simd.disableSimd),
  enableSimd: plain(simd.enableSimd),
}

const ENTRIES: [string, Record<string, unknown>, Record<string, PublicCall>][] = [
  ['vessel-reward', main, mainCalls],
  ['vessel-reward/audit', audit, auditCalls],
  ['vessel-reward/node', node, nodeCalls],
  ['vessel-reward/ndarray', ndarray, ndarrayCalls],
  ['vessel-reward/trace', trace, traceCalls],
  ['vessel-reward/simd', simd, simdCalls],
]

const CALLS = ENTRIES.flatMap(([entry, , calls]) =>
  Object.entries(calls).map(([name, call]): [string, PublicCall] => [`${name} of ${entry}`, call]),
)
const WITH_OPTIONS = CALLS.filter(([, { hasOptions }]) => hasOptions)

/** The error of a call, thrown or rejected. */
async function failure({ run }: PublicCall, args: unknown[]): Promise<unknown> {
  try {
    const result = await Promise.race([run(...args), setTimeout(20_000, 'no answer')])
    return `no error, but ${result}`
  } catch (error) {
    return error
  }
}

describe('every public function', () => {
  it.each(ENTRIES)('of %s is looked at here', (entry, entryExports, calls) => {
    const names = Object.keys(entryExports).filter(
      (name) => typeof entryExports[name] === 'function',
    )
    const known = Object.keys(calls).map((name) => name.split('.')[0])
    expect([...new Set(known)].sort()).toEqual(names.sort())
    const methods = [main.BitMask, main.MultiObjectiveReward].flatMap((type) => [
      ...Object.getOwnPropertyNames(type.prototype)
        .filter(
          (name) =>
            typeof Object.getOwnPropertyDescriptor(type.prototype, name)?.value === 'function',
        )
        .map((name) => `${type.name}.${name}`),
      ...Object.getOwnPropertyNames(type)
        .filter((name) => typeof (type as never)[name] === 'function')
        .map((name) => `${type.name}.${name}`),
    ])
    const internal = ['constructor', 'fromWords', 'isMask', 'pack', 'and', 'scoreNamed', 'pair']
    for (const method of methods) {
      if (entry !== 'vessel-reward' || internal.includes(method.split('.')[1])) continue
      expect(Object.keys(calls)).toContain(method)
    }
  })

  it.each(WITH_OPTIONS)('names the unknown option and the nearest: %s', async (_, call) => {
    for (const value of [2, undefined]) {
      const error = await failure(call, [...call.args, { treshhold_: value }])
      expect(error).toBeInstanceOf(RangeError)
      expect(String(error)).toMatch(
        /^RangeError: unknown option 'treshhold_' of [\w. ]+(: did you mean '\w+'\? Known: \w+|, which has none)/,
      )
    }
  })

  it.each(WITH_OPTIONS)('takes a plain object only for its options: %s', async (_, call) => {
    const wrong = [
      null,
      'radius',
      3,
      () => 1,
      [],
      [{}],
      new Map(),
      new Date(0),
      new Float64Array(0),
      new (class {
        get within() {
          return undefined
        }
      })(),
      Object.create(main.BitMask.prototype),
      Object.create({ radius: 3 }),
      MASK,
    ]
    for (const options of wrong) {
      const error = await failure(call, [...call.args, options])
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toMatch(/to be a plain object, got /)
    }
  })

  it('reads plain objects of every kind', () => {
    const plain = [
      {},
      { method: 'guo-hall' },
      Object.assign(Object.create(null), { method: 'guo-hall' }),
      runInNewContext("({ method: 'guo-hall' })"),
      new Proxy({ method: 'guo-hall' }, {}),
    ]
    const square = [
      [1, 1, 0],
      [1, 1, 0],
      [0, 0, 0],
    ]
    const counts = plain.map((options) => main.skeletonize(square, options).count)
    const [usual, other] = counts
    expect(other).not.toBe(usual)
    expect(counts).toEqual([usual, other, other, other, other])
  })

  it('takes nothing from the prototype of all objects', () => {
    const polluted = Object.prototype as Record<string, unknown>
    try {
      polluted.method = 'no method'
      polluted.dice = 1e6
      expect(main.skeletonize([[1]], {}).count).toBe(1)
      expect(new main.MultiObjectiveReward({ weights: {} }).range.max).toBe(6)
    } finally {
      delete polluted.method
      delete polluted.dice
    }
  })

  it.each(CALLS)('refuses surplus arguments: %s', async (_, call) => {
    const args = call.hasOptions ? [...call.args, undefined] : call.args
    const error = await failure(call, [...args, { within: LINE }])
    expect(error).toBeInstanceOf(RangeError)
    expect(String(error)).toMatch(/takes \d+ arguments?, got \d/)
  })
})

describe('names within options', () => {
  it.each<[string, () => unknown]>([
    [
      "unknown option 'methd' of junctions: did you mean 'method'?",
      () => new main.MultiObjectiveReward({ junctions: { methd: 'pixels' } as object }),
    ],
    [
      "unknown option 'methd' of junctions: did you mean 'method'?",
      () => main.junctionF1(LINE, LINE, { junctions: { methd: 'pixels' } as object }),
    ],
    [
      "unknown option 'methd' of junctions: did you mean 'method'?",
      () => node.overlay(LINE, LINE, { junctions: { methd: 'pixels' } as object }),
    ],
    [
      "unknown option 'methd' of length: did you mean 'method'?",
      () => new main.MultiObjectiveReward({ length: { methd: 'pixels' } as object }),
    ],
    [
      "unknown weight 'Dice' of MultiObjectiveReward: did you mean 'dice'?",
      () => new main.MultiObjectiveReward({ weights: { Dice: 1 } as object }),
    ],
    [
      "unknown option 'weigth' of precisionHinge: did you mean 'weight'?",
      () =>
        main.counterfactualAdvantages([LINE, LINE], LINE, {
          tile: 1,
          precisionHinge: { weigth: 1 } as never,
        }),
    ],
    [
      "unknown option 'treshold' of the reward",
      () =>
        main.counterfactualAdvantages([LINE, LINE], LINE, {
          tile: 1,
          reward: { treshold: 1 } as never,
        }),
    ],
    [
      "unknown option 'size' of errors: did you mean 'minSize'?",
      () => node.overlay(LINE, LINE, { errors: { size: 1 } as object }),
    ],
    [
      "unknown metric 'Dice' of evaluate: did you mean 'dice'?",
      () => main.evaluate(LINE, LINE, { metrics: ['Dice' as 'dice'] }),
    ],
    [
      "unknown option 'thining' of tileFacts: did you mean 'thinning'?",
      () => main.tileFacts(LINE, LINE, { tile: 1, thining: 'guo-hall' } as never),
    ],
  ])('%s', (message, run) => {
    expect(run).toThrow(RangeError)
    expect(run).toThrow(message)
  })

  it('say what to do instead', () => {
    const score = reward.score as Call
    expect(() => score(LINE, LINE, { within: LINE })).toThrow(
      'score takes 2 arguments, got 3: options such as within belong in new MultiObjectiveReward({ within })',
    )
  })
})

describe('errors about one of two masks', () => {
  it.each(PAIR_METRICS)('name it: %s', (name) => {
    const { run } = mainCalls[name]
    const options =
      name === 'tileFacts' ? [{ tile: 1 }] : name === 'byCaliber' ? [{ bins: [1] }] : []
    expect(() => run([['x']], LINE, ...options)).toThrow('index 0 of row 0 of the prediction')
    expect(() => run(LINE, [['x']], ...options)).toThrow('index 0 of row 0 of the truth')
  })
})

describe('options of a reward', () => {
  const preset = (name: string, options: unknown) => () =>
    main.MultiObjectiveReward.preset(name as 'robust', options as object)

  it('name no other preset than the one that is asked for', () => {
    expect(preset('robust', { preset: 'design' })).toThrow(
      "expected preset to be 'robust', got 'design'",
    )
    expect(preset('design', { preset: 'robust' })).toThrow(RangeError)
    expect(preset('robust', { preset: 1 })).toThrow(TypeError)
    expect(preset('robust', { preset: null })).toThrow(TypeError)
    expect(preset('robust', { preset: undefined })).not.toThrow()
    const same = main.MultiObjectiveReward.preset('robust', {
      preset: 'robust',
      weights: { dice: 0 },
    })
    expect(same.explain(LINE, LINE).terms.clDice.weight).toBe(0.12)
    expect(same.explain(LINE, LINE).terms.dice.weight).toBe(0)
  })

  it('are read once: what a getter says later does not count', () => {
    const reads: Record<string, number> = {}
    const counted = <T extends object>(options: T): T =>
      Object.defineProperties(
        {},
        Object.fromEntries(
          Object.entries(options).map(([name, value]) => [
            name,
            {
              enumerable: true,
              get: () => {
                reads[name] = (reads[name] ?? 0) + 1
                return reads[name] === 1 ? value : Number.NaN
              },
            },
          ]),
        ),
      ) as T
    const term = counted({ weight: 1, range: [0, 1] as [number, number], value: () => 1 })
    const options = counted({
      preset: 'design' as const,
      recallTarget: 0.9,
      bounded: true,
      thinning: 'guo-hall' as const,
      connectivity: 4 as const,
      junctions: counted({ mergeRadius: 1 }),
      length: counted({ method: 'pixels' as const }),
      within: [[1, 1, 1]],
      terms: { mine: { ...Object.create(null), weight: 1, value: () => 1 } },
    })
    const once = new main.MultiObjectiveReward(options)
    expect(once.score(LINE, LINE)).toBe(7)
    expect(Object.values(reads).every((count) => count === 1)).toBe(true)
    let weightReads = 0
    const hostile = {
      get weight() {
        weightReads++
        return weightReads > 1 ? 1e308 : 1
      },
      value: () => 1e99,
    }
    const bounded = new main.MultiObjectiveReward({ terms: { hostile } })
    expect(bounded.score(LINE, LINE)).toBe(1e99 + 6)
    expect(weightReads).toBe(1)
    expect(term).toBeDefined()
    const all = { within: LINE, ignore: 9, empty: 'nan', spacing: 2, tolerance: 3 } as const
    for (const name of Object.keys(reads)) delete reads[name]
    main.nsd(LINE, LINE, counted(all))
    expect(reads).toEqual({ within: 1, ignore: 1, empty: 1, spacing: 1, tolerance: 1 })
  })
})
