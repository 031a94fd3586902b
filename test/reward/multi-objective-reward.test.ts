import fc from 'fast-check'
import {
  BitMask,
  type MaskLike,
  type MaskPair,
  MultiObjectiveReward,
  type RewardOptions,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../golden/golden.ts'
import { bits, faults, isClose, numbersDifference } from '../oracle/compare.ts'
import { draw, grid } from '../oracle/grid.ts'

const VARIANTS = ['bounded', 'literal'] as const
const TERMS = ['dice', 'recall', 'topology', 'length'] as const

/** The golden pairs, packed once, so that what is known of a mask is kept between the tests. */
const PAIRS = readGolden().pairs.map((pair) => {
  const { width, height, within } = pair
  const pack = (data: Uint8Array) => BitMask.from({ data, width, height })
  const masks = { pred: pack(pair.pred), truth: pack(pair.truth), within: within && pack(within) }
  return { ...pair, ...masks, within: masks.within ?? undefined }
})

const make = (options?: unknown) => new MultiObjectiveReward(options as RewardOptions)

/** A reward that is one custom term. */
const single = (term: unknown) =>
  make({ weights: { dice: 0, recall: 0, topology: 0, length: 0 }, terms: { mine: term } })

const tee = bits(draw('##### ..#.. ..#.. ..#..'))
const bar = bits(draw('##### ..... ..... .....'))
const dot = bits(draw('..... ..... ..#.. .....'))
const off = bits(draw('..... ..... ..... .....'))

describe('MultiObjectiveReward against the golden rewards', () => {
  it.each(VARIANTS)('totals and terms, %s', (variant) => {
    const found = faults(PAIRS, (pair) => {
      const { pred, truth, within } = pair
      const reward = make({ within, bounded: variant === 'bounded' })
      const golden = pair.reward[variant]
      const score = reward.score(pred, truth)
      if (!isClose(score, golden.total)) return `total ${score} instead of ${golden.total}`
      const { total, terms } = reward.explain(pred, truth)
      if (total !== score) return `explain gives ${total}, score ${score}`
      const values = Object.fromEntries(TERMS.map((name) => [name, terms[name].value]))
      const { total: _, ...expected } = golden
      return numbersDifference(values, expected)
    })
    expect(found).toEqual([])
  })

  it('facts and metrics of explain', () => {
    const found = faults(PAIRS, (pair) => {
      const { pred, truth, within } = pair
      const { metrics } = make({ within }).explain(pred, truth)
      const { fp, fn } = pair.confusion
      const orPolicy = (value: number | null) => value ?? (fp === 0 && fn === 0 ? 1 : 0)
      return numbersDifference(metrics, {
        dice: orPolicy(pair.overlap.dice),
        recall: orPolicy(pair.overlap.recall),
        precision: orPolicy(pair.overlap.precision),
        iou: orPolicy(pair.overlap.iou),
        junctionsPred: pair.facts.pred.junctions,
        junctionsTruth: pair.facts.truth.junctions,
        componentsPred: pair.facts.pred.components,
        componentsTruth: pair.facts.truth.components,
        lengthPred: pair.facts.pred.length,
        lengthTruth: pair.facts.truth.length,
      })
    })
    expect(found).toEqual([])
  })

  it('bounded and literal agree inside the bounds', () => {
    let inside = 0
    const found = faults(PAIRS, (pair) => {
      if (pair.reward.literal.topology < -5 || pair.reward.literal.length < -5) return ''
      inside++
      const { pred, truth, within } = pair
      const bounded = make({ within }).score(pred, truth)
      const literal = make({ within, bounded: false }).score(pred, truth)
      return bounded === literal ? '' : `bounded ${bounded}, literal ${literal}`
    })
    expect(found).toEqual([])
    expect(inside).toBeGreaterThan(100)
  })
})

describe('MultiObjectiveReward', () => {
  it('gives the perfect prediction 6, whatever the truth', () => {
    for (const mask of [tee, bar, dot, off, [], [[]], [[1]]] as MaskLike[]) {
      for (const bounded of [true, false]) {
        expect(make({ bounded }).score(mask, mask)).toBeCloseTo(6, 12)
      }
    }
  })

  it('follows the rules for 0/0', () => {
    const terms = (pred: MaskLike, truth: MaskLike, bounded = true) =>
      make({ bounded }).explain(pred, truth).terms
    // No junction in the truth: found by a prediction without any.
    expect(terms(bar, bar).topology.value).toBe(5)
    expect(terms(tee, bar).topology.value).toBe(0)
    expect(terms(bar, tee).topology.value).toBe(0)
    // No length in the truth: met by a prediction without any.
    for (const bounded of [true, false]) {
      expect(terms(dot, dot, bounded).length.value).toBe(0)
      expect(terms(bar, dot, bounded).length.value).toBe(-5)
      expect(terms(dot, bar, bounded).length.value).toBe(-5)
      expect(terms(off, bar, bounded).recall.value).toBe(-17)
      expect(terms(bar, off, bounded).recall.value).toBe(-17)
      expect(terms(off, off, bounded).recall.value).toBe(0)
    }
  })

  it('bounds the terms that can run away', () => {
    const spotted = bits(draw('#.#.#.# ....... #.#.#.# ....... #.#.#.#'))
    const line = bits(draw('####### ....... ....... ....... .......'))
    const fork = bits(draw('####### ...#... ...#... ...#... ...#...'))
    const long = bits(draw('####### ......# ####### #...... #######'))
    const short = bits(draw('##..... ....... ....... ....... .......'))
    const literal = make({ bounded: false })
    const bounded = make()
    expect(literal.explain(spotted, line).terms.topology.value).toBeCloseTo(5 * (1 - 1.1), 12)
    expect(bounded.explain(spotted, line).terms.topology.value).toBeCloseTo(5 * (1 - 1.1), 12)
    expect(literal.explain(spotted, fork).terms.topology.value).toBeCloseTo(-5 * 1.1, 12)
    expect(bounded.explain(spotted, fork).terms.topology.value).toBe(-5)
    expect(literal.explain(long, short).terms.length.value).toBeLessThan(-5)
    expect(bounded.explain(long, short).terms.length.value).toBe(-5)
    expect(literal.range).toEqual({ min: Number.NEGATIVE_INFINITY, max: 6 })
    expect(bounded.range.min).toBeCloseTo(-4.9, 12)
    expect(bounded.range.max).toBe(6)
  })

  it('has a precision hinge that is off by default', () => {
    const pred = [[1, 1, 1, 1, 0]]
    const truth = [[1, 0, 0, 0, 0]]
    const { terms } = make().explain(pred, truth)
    expect(terms.precision).toMatchObject({ value: 20 * (0.25 - 0.8), weight: 0, weighted: -0 })
    const weighted = make({ weights: { precision: 0.5 } })
    expect(weighted.score(pred, truth) - make().score(pred, truth)).toBeCloseTo(10 * -0.55, 12)
    expect(weighted.range.min).toBeCloseTo(-4.9 - 8, 12)
    const lenient = make({ weights: { precision: 0.5 }, precisionTarget: 0.25 })
    expect(lenient.score(pred, truth)).toBe(make().score(pred, truth))
  })

  it('keeps the default of weights that are not given', () => {
    const { terms } = make({ weights: { dice: 2, length: undefined } }).explain(tee, tee)
    const weights = Object.fromEntries(Object.entries(terms).map(([k, v]) => [k, v.weight]))
    expect(weights).toEqual({ dice: 2, recall: 0.2, topology: 0.2, length: 0.1, precision: 0 })
  })

  it('takes junctions and length by name or by options', () => {
    const byName = make({ junctions: 'pixels', length: 'pixels' }).explain(tee, bar)
    const byOptions = make({
      junctions: { method: 'pixels' },
      length: { method: 'pixels' },
    }).explain(tee, bar)
    expect(byName).toEqual(byOptions)
    expect(byName.metrics.junctionsPred).not.toBe(make().explain(tee, bar).metrics.junctionsPred)
    expect(byName.metrics.lengthTruth).toBe(5)
    expect(make().explain(tee, bar).metrics.lengthTruth).toBe(4)
  })

  it('keeps facts of a mask apart by the options they depend on', () => {
    const arms = Array.from({ length: 4 }, () => '....#..#....')
    const twice = bits(draw([...arms, '#'.repeat(12), ...arms].join(' ')))
    const junctions = (mergeRadius: number) =>
      make({ junctions: { mergeRadius } }).explain(twice, twice).metrics.junctionsTruth
    expect([3, 2, 3].map(junctions)).toEqual([1, 2, 1])
    const length = (method: string) =>
      make({ length: method }).explain(twice, twice).metrics.lengthTruth
    expect(length('pixels')).not.toBe(length('chain'))
    const components = (connectivity: number) =>
      make({ connectivity }).explain(bits(draw('#. .#')), bits(draw('#. .#'))).metrics
    expect([components(4).componentsTruth, components(8).componentsTruth]).toEqual([2, 1])
    for (const row of ['######......', '...#########']) {
      const within = bits(draw(Array.from({ length: 9 }, () => row).join(' ')))
      const metrics = make({ within }).explain(twice, twice).metrics
      const cut = bits(grid(12, 9, (x, y) => twice.get(x, y) && within.get(x, y)))
      expect(metrics).toEqual(make().explain(cut, cut).metrics)
    }
  })

  it('names the masks in errors as it is told', () => {
    const run = (pred: MaskLike, truth: MaskLike) => () =>
      make().scoreNamed(pred, 'the first file', truth, 'the second file')
    expect(run([[1]], [[1]])()).toBe(6)
    expect(run([['1']] as never, [[1]])).toThrow('the first file')
    expect(run([[1]], [['1']] as never)).toThrow('the second file')
  })

  it('says where options of an explanation belong', () => {
    const explain = make().explain as (...values: unknown[]) => unknown
    expect(() => explain([[1]], [[1]], {})).toThrow(
      'explain takes 2 arguments, got 3: options such',
    )
  })

  it('keeps its memory to itself while a mask is read that scores another one', () => {
    const reward = make()
    const width = 40
    const bar = (row: number) =>
      Array.from({ length: width * width }, (_, i) => Number(Math.floor(i / width) === row))
    const as = (data: ArrayLike<number>) => ({ data, width, height: width })
    // Memory of this size there is now.
    reward.score(as(bar(7)), as(bar(7)))
    let looks = 0
    const curious = new Proxy(bar(3), {
      get: (data, key) => {
        if (key === String(35 * width) && looks++ === 0) reward.score(as(bar(20)), as(bar(20)))
        return Reflect.get(data, key)
      },
    })
    expect(reward.score(as(curious), as(bar(3)))).toBe(6)
    expect(looks).toBeGreaterThan(0)
  })

  it('is bound: its methods work alone', () => {
    const reward = make()
    const { score, explain, scoreBatch } = reward
    expect(score(tee, bar)).toBe(reward.score(tee, bar))
    expect(explain(tee, bar)).toEqual(reward.explain(tee, bar))
    expect([...scoreBatch([tee, bar], bar)]).toEqual([score(tee, bar), score(bar, bar)])
  })

  it('scores batches against one truth, whatever its form, or one for each', () => {
    const reward = make()
    const rows = [
      [1, 1, 1, 1, 1],
      [0, 0, 1, 0, 0],
      [0, 0, 1, 0, 0],
      [0, 0, 1, 0, 0],
    ]
    const preds = [tee, bar, dot, off]
    const expected = preds.map((pred) => reward.score(pred, tee))
    const forms: MaskLike[] = [
      tee,
      rows,
      rows.map((row) => Uint8Array.from(row)),
      rows.map((row) => ({ ...row, length: 5 })),
      rows.map((row) => row.map(Boolean)),
      { data: rows.flat(), width: 5, height: 4 },
      { data: rows.flat(), shape: [4, 5] },
    ]
    for (const form of forms) expect([...reward.scoreBatch(preds, form)]).toEqual(expected)
    expect([...reward.scoreBatch(preds, [tee, tee, tee, tee])]).toEqual(expected)
    expect([...reward.scoreBatch([rows, rows], [rows, bar])]).toEqual([
      reward.score(tee, tee),
      reward.score(tee, bar),
    ])
    expect(reward.scoreBatch([rows], [rows])).toEqual(Float64Array.of(reward.score(tee, tee)))
    expect(reward.scoreBatch([], [])).toEqual(new Float64Array(0))
    expect(reward.scoreBatch([], tee)).toEqual(new Float64Array(0))
  })

  it('asks a custom term with the facts of the pair', () => {
    const seen: MaskPair[] = []
    const value = (pair: MaskPair) => {
      seen.push(pair)
      return pair.pred.components - pair.truth.components
    }
    const reward = make({ terms: { extra: { weight: -2, range: [-10, 10], value } } })
    const spots = bits(draw('#.#.# ..... #.#.# .....'))
    expect(reward.score(spots, tee)).toBeCloseTo(make().score(spots, tee) - 2 * 5, 12)
    const [pair] = seen
    expect([pair.pred.components, pair.truth.components]).toEqual([6, 1])
    expect([pair.pred.mask.count, pair.truth.mask.count]).toEqual([6, 8])
    expect(pair.truth.junctions).toBe(1)
    expect(pair.confusion).toEqual({ tp: 4, fp: 2, fn: 4, tn: 10 })
    expect(reward.range.min).toBeCloseTo(-4.9 - 20, 12)
    expect(reward.range.max).toBeCloseTo(6 + 20, 12)
    const { terms } = reward.explain(spots, tee)
    expect(terms.extra).toEqual({ value: 5, weight: -2, weighted: -10, range: [-10, 10] })
    expect(terms.recall.range).toEqual([-17, 0])
    // What is told can be written to without a trace.
    ;(terms.extra.range as unknown as number[])[1] = 0
    expect(reward.explain(spots, tee).terms.extra.range).toEqual([-10, 10])
  })

  it('gives custom terms masks that are cut to the field of view', () => {
    const within = bits(draw('###.. ###.. ..... .....'))
    const value = ({ pred }: MaskPair) => pred.mask.count
    expect(
      make({ within, terms: { n: { weight: 1, value } } }).explain(tee, bar).terms.n.value,
    ).toBe(4)
  })

  it('calls value as a method of its term', () => {
    const term = {
      weight: 1,
      offset: 3,
      value(this: { offset: number }) {
        return this.offset
      },
    }
    expect(single(term).score(tee, tee)).toBe(3)
  })

  it('shows a custom term of any name', () => {
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      const terms = Object.fromEntries([[name, { weight: 1, value: () => 1 }]])
      const reward = make({ terms })
      const { terms: shown, total } = reward.explain(tee, tee)
      expect(Object.keys(shown)).toContain(name)
      expect(total).toBeCloseTo(7, 12)
    }
  })

  it('asks each term once for a score, and once for an explanation', () => {
    let calls = 0
    const reward = single({ weight: 1, value: () => ++calls })
    expect(reward.score(tee, tee)).toBe(1)
    const { total, terms } = reward.explain(tee, tee)
    expect(total).toBe(2)
    expect(terms.mine).toMatchObject({ value: 2, weight: 1, weighted: 2 })
  })

  it('skips terms of weight 0', () => {
    const value = () => {
      throw new Error('not to be called')
    }
    expect(make({ terms: { off: { weight: 0, value } } }).score(tee, tee)).toBeCloseTo(6, 12)
    expect(make({ terms: { off: { weight: 0, value } } }).range).toEqual(make().range)
  })

  it('has no bounds that no reward could keep', () => {
    for (const [min, max] of [
      [1e308, 1e308],
      [-1e308, -1e308],
      [1e308, Number.POSITIVE_INFINITY],
    ]) {
      const terms = { mine: { weight: 1e9, range: [min, max], value: () => 0 } }
      // Values end at ±1e100: either such a range is refused, or its ends are.
      try {
        const { range } = make({ terms })
        expect(range.min).toBeLessThan(Number.POSITIVE_INFINITY)
        expect(range.max).toBeGreaterThan(Number.NEGATIVE_INFINITY)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }
  })

  it('is finite for terms as large as they may be', () => {
    const value = () => 1e100
    const terms = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`t${i}`, { weight: i % 2 ? 1e9 : -1e9, value }]),
    )
    const reward = make({ terms })
    expect(Number.isFinite(reward.score(tee, bar))).toBe(true)
    expect(Number.isFinite(reward.explain(tee, bar).total)).toBe(true)
  })
})

describe('MultiObjectiveReward refuses', () => {
  it.each<[string, unknown, Error]>([
    [
      'null',
      null,
      new TypeError('expected the options of MultiObjectiveReward to be a plain object, got null'),
    ],
    [
      'a string',
      'bounded',
      new TypeError(
        "expected the options of MultiObjectiveReward to be a plain object, got 'bounded'",
      ),
    ],
    [
      'an unknown option',
      { recalltarget: 0.9 },
      new RangeError(
        "unknown option 'recalltarget' of MultiObjectiveReward: did you mean 'recallTarget'? Known: preset, weights, recallTarget, precisionTarget, bounded, thinning, connectivity, junctions, length, within, ignore, terms",
      ),
    ],
    [
      'an unknown weight',
      { weights: { Dice: 1 } },
      new RangeError(
        "unknown weight 'Dice' of MultiObjectiveReward: did you mean 'dice'? Known: dice, recall, topology, length, precision",
      ),
    ],
    [
      'weights of null',
      { weights: null },
      new TypeError('expected the weights of MultiObjectiveReward to be a plain object, got null'),
    ],
    [
      'a weight of NaN',
      { weights: { recall: Number.NaN } },
      new RangeError(
        "expected the weight of 'recall' to be a finite number ≥ -1000000000 and ≤ 1000000000, got NaN",
      ),
    ],
    [
      'a weight of Infinity',
      { weights: { dice: Number.POSITIVE_INFINITY } },
      new RangeError(
        "expected the weight of 'dice' to be a finite number ≥ -1000000000 and ≤ 1000000000, got Infinity",
      ),
    ],
    [
      'a weight that is too large',
      { weights: { dice: 1e10 } },
      new RangeError(
        "expected the weight of 'dice' to be a finite number ≥ -1000000000 and ≤ 1000000000, got 10000000000",
      ),
    ],
    [
      'a weight that is a string',
      { weights: { dice: '1' } },
      new TypeError("expected the weight of 'dice' to be a number, got '1'"),
    ],
    [
      'a target of NaN',
      { recallTarget: Number.NaN },
      new RangeError('expected recallTarget to be a finite number ≥ 0 and ≤ 1, got NaN'),
    ],
    [
      'a target above 1',
      { recallTarget: 85 },
      new RangeError('expected recallTarget to be a finite number ≥ 0 and ≤ 1, got 85'),
    ],
    [
      'a target below 0',
      { precisionTarget: -0.1 },
      new RangeError('expected precisionTarget to be a finite number ≥ 0 and ≤ 1, got -0.1'),
    ],
    [
      'a target of null',
      { precisionTarget: null },
      new TypeError('expected precisionTarget to be a number, got null'),
    ],
    ['bounded: 1', { bounded: 1 }, new TypeError('expected bounded to be a boolean, got 1')],
    [
      'an unknown thinning',
      { thinning: 'zs' },
      new RangeError("expected thinning to be 'skimage' or 'zhang-suen' or 'guo-hall', got 'zs'"),
    ],
    [
      'connectivity 6',
      { connectivity: 6 },
      new RangeError('expected connectivity to be 4 or 8, got 6'),
    ],
    [
      'connectivity null',
      { connectivity: null },
      new TypeError('expected connectivity to be 4 or 8, got null'),
    ],
    [
      'unknown junctions',
      { junctions: 'forks' },
      new RangeError(
        "expected junctions to be 'crossing-number' or 'pixels' or 'clusters', got 'forks'",
      ),
    ],
    [
      'junctions merged at −1',
      { junctions: { mergeRadius: -1 } },
      new RangeError('expected mergeRadius to be a finite number ≥ 0, got -1'),
    ],
    [
      'junctions of null',
      { junctions: null },
      new TypeError('expected the options of junctions to be a plain object, got null'),
    ],
    [
      'an unknown length',
      { length: { method: 'metres' } },
      new RangeError("expected method to be 'chain' or 'pixels', got 'metres'"),
    ],
    [
      'a length that is a number',
      { length: 3 },
      new TypeError("expected length to be 'chain' or 'pixels', got 3"),
    ],
    [
      'a field of view that is no mask',
      { within: {} },
      new TypeError(
        'expected the field of view (within) to be a mask: a BitMask, { data, width, height }, { data, shape }, a tensor or an array of rows, got an object',
      ),
    ],
    [
      'a field of view with NaN in it',
      { within: [[Number.NaN]] },
      new RangeError(
        'expected mask values to be numbers, got NaN at index 0 of row 0 of the field of view (within)',
      ),
    ],
    [
      'terms of null',
      { terms: null },
      new TypeError('expected the terms of MultiObjectiveReward to be a plain object, got null'),
    ],
    [
      'a custom term that is null',
      { terms: { mine: null } },
      new TypeError("expected the term 'mine' to be { weight, value(pair) }, got null"),
    ],
    [
      'a custom term that is a function',
      { terms: { mine: () => 1 } },
      new TypeError("expected the term 'mine' to be { weight, value(pair) }, got a function"),
    ],
    [
      'a custom term without a value',
      { terms: { mine: { weight: 1 } } },
      new TypeError("expected the term 'mine' to be { weight, value(pair) }, got an object"),
    ],
    [
      'a custom term without a weight',
      { terms: { mine: { value: () => 1 } } },
      new TypeError("expected the weight of 'mine' to be a number, got undefined"),
    ],
    [
      'a custom term whose weight is NaN',
      { terms: { mine: { weight: Number.NaN, value: () => 1 } } },
      new RangeError(
        "expected the weight of 'mine' to be a finite number ≥ -1000000000 and ≤ 1000000000, got NaN",
      ),
    ],
    [
      'a custom term with half a range',
      { terms: { mine: { weight: 1, range: [0], value: () => 1 } } },
      new TypeError("expected the range of 'mine' to be [min, max], got an array of length 1"),
    ],
    [
      'a custom term with a range of strings',
      { terms: { mine: { weight: 1, range: ['0', '1'], value: () => 1 } } },
      new TypeError("expected the range of 'mine' to be [min, max], got an array of length 2"),
    ],
    ...[
      ['0', 1],
      [0, '1'],
    ].map((range): [string, unknown, Error] => [
      'a custom term with a string in its range',
      { terms: { mine: { weight: 1, range, value: () => 1 } } },
      new TypeError("expected the range of 'mine' to be [min, max], got an array of length 2"),
    ]),
    [
      'a custom term with a range the wrong way round',
      { terms: { mine: { weight: 1, range: [1, 0], value: () => 1 } } },
      new RangeError("expected the range of 'mine' to be [min, max] with min ≤ max, got [1, 0]"),
    ],
    [
      'a custom term with NaN in its range',
      { terms: { mine: { weight: 1, range: [0, Number.NaN], value: () => 1 } } },
      new RangeError("expected the range of 'mine' to be [min, max] with min ≤ max, got [0, NaN]"),
    ],
    [
      'a custom term whose range holds no finite number',
      { terms: { mine: { weight: 1, range: [Infinity, Infinity], value: () => 1 } } },
      new RangeError(
        "expected the range of 'mine' to be [min, max] with min ≤ max, got [Infinity, Infinity]",
      ),
    ],
    [
      'a custom term with the name of a built-in one',
      { terms: { dice: { weight: 1, value: () => 1 } } },
      new RangeError("expected a custom term not to be named like the built-in 'dice'"),
    ],
  ])('%s', (_, options, error) => {
    expect(() => make(options)).toThrow(error)
  })

  it.each<[string, unknown, Error]>([
    [
      'NaN',
      { weight: 1, value: () => Number.NaN },
      new RangeError(
        "expected the value of the term 'mine' to be a finite number ≥ -1e+100 and ≤ 1e+100, got NaN",
      ),
    ],
    [
      'Infinity',
      { weight: 1, value: () => Number.POSITIVE_INFINITY },
      new RangeError(
        "expected the value of the term 'mine' to be a finite number ≥ -1e+100 and ≤ 1e+100, got Infinity",
      ),
    ],
    [
      'more than its range',
      { weight: 1, range: [0, 1], value: () => 1.5 },
      new RangeError("expected the term 'mine' to stay within [0, 1], got 1.5"),
    ],
    [
      'less than its range',
      { weight: 1, range: [0, 1], value: () => -1e-9 },
      new RangeError("expected the term 'mine' to stay within [0, 1], got -1e-9"),
    ],
    [
      'a string',
      { weight: 1, value: () => '1' },
      new TypeError("expected the value of the term 'mine' to be a number, got '1'"),
    ],
    [
      'nothing',
      { weight: 1, value: () => {} },
      new TypeError("expected the value of the term 'mine' to be a number, got undefined"),
    ],
  ])('a custom term that returns %s', (_, term, error) => {
    const reward = single(term)
    expect(() => reward.score(tee, tee)).toThrow(error)
    expect(() => reward.explain(tee, tee)).toThrow(error)
    expect(() => reward.scoreBatch([tee], tee)).toThrow(error)
  })

  it.each<[string, unknown, unknown, Error | RegExp]>([
    [
      'masks of unequal size',
      [[1, 0]],
      [[1]],
      new RangeError('expected a prediction and a truth of equal size, got 2 × 1 and 1 × 1'),
    ],
    [
      'a prediction with NaN in it',
      { data: Float32Array.of(Number.NaN), width: 1, height: 1 },
      [[1]],
      /^expected mask values to be numbers, got NaN at index 0 of (the prediction|preds\[0\])$/,
    ],
    [
      'a truth with a hole in it',
      [[1]],
      { data: new Array(1), width: 1, height: 1 },
      new TypeError(
        'expected mask values to be numbers or booleans, got undefined at index 0 of the truth',
      ),
    ],
    [
      'a truth that is missing',
      [[1]],
      undefined,
      new TypeError(
        'expected the truth to be a mask: a BitMask, { data, width, height }, { data, shape }, a tensor or an array of rows, got undefined',
      ),
    ],
  ])('%s', (_, pred, truth, error) => {
    const reward = make()
    expect(() => reward.score(pred as MaskLike, truth as MaskLike)).toThrow(error)
    expect(() => reward.explain(pred as MaskLike, truth as MaskLike)).toThrow(error)
    expect(() => reward.scoreBatch([pred as MaskLike], truth as MaskLike)).toThrow(error)
  })

  it('a field of view of another size than the masks', () => {
    const reward = make({ within: [[1, 1]] })
    expect(() => reward.score([[1]], [[1]])).toThrow(
      new RangeError('expected a field of view and masks of equal size, got 2 × 1 and 1 × 1'),
    )
  })

  it('batches that do not fit', () => {
    const { scoreBatch } = make()
    expect(() => scoreBatch([tee, bar], [tee])).toThrow(
      new RangeError(
        'expected one truth for each prediction or one for all, got 1 truths for 2 predictions',
      ),
    )
    expect(() => scoreBatch([tee], [])).toThrow(
      new RangeError(
        'expected one truth for each prediction or one for all, got 0 truths for 1 predictions',
      ),
    )
    expect(() => scoreBatch(tee as unknown as MaskLike[], tee)).toThrow(
      /^expected an array of predictions, or a tensor of .*, got an object$/,
    )
    expect(() => scoreBatch(null as unknown as MaskLike[], tee)).toThrow(
      /^expected an array of predictions, or a tensor of .*, got null$/,
    )
    expect(() => scoreBatch(new Array(1), tee)).toThrow(TypeError)
    const tensor = (...shape: number[]) => ({ data: new Uint8Array(48), shape })
    expect(() => scoreBatch(tensor(2, 3, 4, 2), tee)).toThrow(
      'or [masks, rows, columns, 1], got 4 dimensions of which the last is 2',
    )
    for (const count of [-1, 1.5]) {
      expect(() => scoreBatch(tensor(count, 4, 5), tee)).toThrow(
        `expected the number of the predictions to be an integer from 0 to 1048576, got ${count}`,
      )
    }
  })
})

describe('presets', () => {
  const masks = fc
    .array(fc.boolean(), { minLength: 60, maxLength: 60 })
    .map((data) => BitMask.from({ data, width: 10, height: 6 }))

  it("'design' is the default", () => {
    fc.assert(
      fc.property(masks, masks, (pred, truth) => {
        const preset = MultiObjectiveReward.preset('design')
        expect(preset.explain(pred, truth)).toEqual(new MultiObjectiveReward().explain(pred, truth))
      }),
    )
  })

  it("'robust' pays exactly 6 for a perfect mask, empty ones included, and less for any other", () => {
    const { score, range } = MultiObjectiveReward.preset('robust')
    expect(range).toEqual({ min: 0, max: 6 })
    fc.assert(
      fc.property(masks, masks, (pred, truth) => {
        expect(score(truth, truth)).toBe(6)
        const reward = score(pred, truth)
        expect(reward).toBeGreaterThanOrEqual(0)
        if (!pred.equals(truth)) expect(reward).toBeLessThan(6)
      }),
    )
    const empty = BitMask.from({ data: new Uint8Array(60), width: 10, height: 6 })
    expect(score(empty, empty)).toBe(6)
  })

  it('score a stream of raw masks as they score masks by themselves', () => {
    const { score, scoreBatch } = MultiObjectiveReward.preset('robust')
    fc.assert(
      fc.property(fc.array(masks, { minLength: 1, maxLength: 4 }), masks, (preds, truth) => {
        const raw = preds.map((pred) => ({ data: pred.toUint8Array(), width: 10, height: 6 }))
        expect([...scoreBatch(raw, truth)]).toEqual(preds.map((pred) => score(pred, truth)))
      }),
    )
  })

  it("'robust' pays about as much for a part of a diagonal as for its mirror image", () => {
    /** Two pixels in each row, from a row to the last of 40. */
    const diagonal = (first: number, isMirrored: boolean) =>
      Array.from({ length: 50 }, (_, y) =>
        Array.from({ length: 55 }, (_, x) => {
          const step = (isMirrored ? 54 - x : x) - y
          return y >= first + 5 && y < 45 && (step === 0 || step === 1)
        }),
      )
    const parts = (options?: RewardOptions) =>
      [false, true].map((isMirrored) =>
        MultiObjectiveReward.preset('robust', options).score(
          diagonal(18, isMirrored),
          diagonal(0, isMirrored),
        ),
      )
    expect(parts().map((value) => value.toFixed(2))).toEqual(['4.25', '4.22'])
    expect(parts()).toEqual(parts({ thinning: 'guo-hall' }))
    expect(parts({ thinning: 'skimage' }).map((value) => value.toFixed(2))).toEqual([
      '4.59',
      '4.21',
    ])
  })

  it('are changed by further options, name by name', () => {
    const reward = MultiObjectiveReward.preset('robust', {
      weights: { precision: 1 },
      terms: { balance: { weight: 1, range: [0, 1], value: () => 1 } },
    })
    const { terms } = reward.explain([[1]], [[1]])
    expect(terms.balance).toEqual({ value: 1, weight: 1, weighted: 1, range: [0, 1] })
    expect(terms.precision.weight).toBe(1)
    expect(terms.dice.weight).toBe(0.15)
    expect(terms.clDice.weight).toBe(0.12)
  })

  it('go by their names', () => {
    expect(() => MultiObjectiveReward.preset(undefined as unknown as 'robust')).toThrow(TypeError)
    expect(() => MultiObjectiveReward.preset('best' as 'robust')).toThrow(
      "expected preset to be 'design' or 'robust', got 'best'",
    )
  })
})
