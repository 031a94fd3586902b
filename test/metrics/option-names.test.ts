import * as metrics from 'vessel-reward'
import * as terms from 'vessel-reward'
import { BitMask, MultiObjectiveReward } from 'vessel-reward'
import { describe, expect, it } from 'vitest'

type Call = (...args: unknown[]) => unknown

const LINE = [[1, 1, 1]]
const GRAPH = metrics.skeletonGraph(LINE)

/** What comes before the options of every function that has some. */
const BEFORE: Record<string, unknown[]> = {
  aggregate: [[1]],
  bettiErrors: [LINE, LINE],
  bettiMatching: [LINE, LINE],
  bufferedOverlap: [LINE, LINE],
  byCaliber: [LINE, LINE],
  cal: [LINE, LINE],
  clDiceParts: [LINE, LINE],
  compare: [[1], [1]],
  dilate: [LINE],
  endpointF1: [LINE, LINE],
  erode: [LINE],
  evaluate: [LINE, LINE],
  junctionF1: [LINE, LINE],
  lengthAgreement: [LINE, LINE],
  lengthRatio: [LINE, LINE],
  pruneSpurs: [LINE],
  skeletalSimilarity: [LINE, LINE],
  skeletonGraph: [LINE],
  topologyErrors: [LINE, LINE],
  balanceTerm: [],
  calTerm: [],
  clDiceTerm: [],
  componentsTerm: [],
  holesTerm: [],
  junctionTerm: [],
  precisionHinge: [],
  surfaceTerm: [],
}
/** Functions without options. */
const WITHOUT = ['boundary', 'branchStatistics', 'findEndpoints', 'graphToGeoJSON']
/** They check their options elsewhere, where an array without elements passes. */
const IN_CORE = ['dilate', 'erode']

const all: Record<string, unknown> = { ...metrics, ...terms }
const call = (name: string, options: unknown) => () => (all[name] as Call)(...BEFORE[name], options)

describe('options', () => {
  it('are looked at here in every function that has some', () => {
    const functions = Object.keys(all).filter((name) => typeof all[name] === 'function')
    expect([...Object.keys(BEFORE), ...WITHOUT].sort()).toEqual(functions.sort())
  })

  it.each(Object.keys(BEFORE))('of %s have names that are known', (name) => {
    expect(call(name, { tolerence: 2 })).toThrow(/^unknown option 'tolerence', expected \w+/)
    expect(call(name, { tolerence: 2 })).toThrow(RangeError)
    // A typing error is one although the value is undefined.
    expect(call(name, { tolerence: undefined })).toThrow(RangeError)
  })

  it.each(Object.keys(BEFORE))('of %s are a plain object', (name) => {
    for (const options of [null, 'radius', 3, () => 1]) {
      expect(call(name, options)).toThrow(/^expected an options object, got /)
      expect(call(name, options)).toThrow(TypeError)
    }
    if (IN_CORE.includes(name)) return
    const graph = new Map(Object.entries(GRAPH))
    for (const options of [[], [{}], LINE, new Float64Array(0), graph, new Date(0)]) {
      expect(call(name, options)).toThrow(/^expected an options object, got an? /)
      expect(call(name, options)).toThrow(TypeError)
    }
    expect(call(name, BitMask.from(LINE))).toThrow()
  })

  it('of junctions within those of junctionF1 have names that are known', () => {
    const junctions = { radius: 4 }
    expect(call('junctionF1', { junctions })).toThrow(
      "unknown option of junctions 'radius', expected method, mergeRadius",
    )
    expect(call('junctionF1', { junctions: [] })).toThrow(TypeError)
    expect(call('junctionF1', { junctions: { mergeRadius: 4 } })).not.toThrow()
  })
})

describe('options of a reward', () => {
  const make = (options: unknown) => () => new MultiObjectiveReward(options as object)
  const preset = (name: string, options: unknown) => () =>
    MultiObjectiveReward.preset(name as 'robust', options as object)

  it('are plain objects', () => {
    for (const list of [[], [terms.calTerm()]]) {
      for (const run of [
        make(list),
        make({ weights: list }),
        make({ terms: list }),
        preset('robust', list),
      ]) {
        expect(run).toThrow(/^expected an options object, got an array of length \d$/)
        expect(run).toThrow(TypeError)
      }
    }
    expect(
      make({ terms: Object.assign(Object.create(null), { cal: terms.calTerm() }) }),
    ).not.toThrow()
  })

  it('name no other preset than the one that is asked for', () => {
    expect(preset('robust', { preset: 'design' })).toThrow(RangeError)
    expect(preset('robust', { preset: 'design' })).toThrow(
      "expected preset to be 'robust', got 'design'",
    )
    expect(preset('design', { preset: 'robust' })).toThrow(RangeError)
    expect(preset('robust', { preset: 1 })).toThrow(TypeError)
    expect(preset('robust', { preset: null })).toThrow(TypeError)
    expect(preset('robust', { preset: undefined })).not.toThrow()
    const same = MultiObjectiveReward.preset('robust', { preset: 'robust', weights: { dice: 0 } })
    expect(same.explain(LINE, LINE).terms.clDice.weight).toBe(0.12)
    expect(same.explain(LINE, LINE).terms.dice.weight).toBe(0)
  })
})
