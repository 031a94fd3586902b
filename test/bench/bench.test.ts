import { BitMask } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { firstDifference } from '../../bench/agreement.ts'
import { changes, differences, isSlower, parseBaseline } from '../../bench/compare.ts'
import { proceduralSet } from '../../bench/inputs.ts'
import { type Contestant, type MeasureOptions, measure } from '../../bench/measure.ts'
import { parseOptions } from '../../bench/options.ts'
import { PACK_FORMS, packForms } from '../../bench/pack-forms.ts'
import { digits, report, table } from '../../bench/report.ts'
import type { RunResult, SetResult } from '../../bench/results.ts'
import { quantile, ratios, relativeSpread, summarise } from '../../bench/statistics.ts'
import { targetResults } from '../../bench/targets.ts'

const QUICK: MeasureOptions = {
  clock: 'wall',
  quantumMs: 1,
  warmUpMs: 1,
  rounds: 4,
  budgetMs: 60_000,
  minRounds: 2,
}

/** A run with one set, whose stages took so many nanoseconds and units. */
function runOf(stages: Record<string, number[]>, change: Partial<RunResult> = {}): RunResult {
  const set: SetResult = {
    name: '8×8',
    width: 8,
    height: 8,
    real: false,
    pairs: 2,
    hash: 'abc',
    stages: Object.fromEntries(
      Object.entries(stages).map(([name, values]) => [
        name,
        { group: 'reward', ours: name !== 'peer', ns: summarise(values), units: summarise(values) },
      ]),
    ),
    ratios: { 'Python A / reward': summarise([23, 25, 27]) },
  }
  return {
    format: 1,
    date: '2024-01-01T00:00:00.000Z',
    quick: false,
    clock: 'wall',
    environment: {
      cpu: 'a processor',
      cores: 2,
      memoryGiB: 4,
      platform: 'linux x64',
      node: 'v20.0.0',
      v8: '11',
      load: 0,
      library: 'abc',
      versions: { 'a peer': '1.0.0' },
    },
    sets: [set],
    targets: targetResults([set]),
    agreement: [{ peer: 'Python A', stage: 'reward', set: '8×8', pairs: 2 }],
    notes: ['a note'],
    ...change,
  }
}

describe('statistics', () => {
  it('interpolates quantiles', () => {
    expect(quantile([1, 2, 4], 0.5)).toBe(2)
    expect(quantile([1, 2, 4], 0.75)).toBe(3)
    expect(quantile([7], 0.25)).toBe(7)
  })

  it('summarises values in any order', () => {
    expect(summarise([5, 1, 3, 2, 4])).toEqual({
      median: 3,
      q1: 2,
      q3: 4,
      min: 1,
      max: 5,
      rounds: 5,
    })
    expect(relativeSpread(summarise([1, 2, 3, 4, 5]))).toBeCloseTo(2 / 3)
    expect(() => summarise([])).toThrow('at least one')
  })

  it('divides round by round', () => {
    expect(ratios([10, 30], [5, 10])).toEqual([2, 3])
    expect(() => ratios([1], [1, 2])).toThrow('equally many')
  })
})

describe('measure', () => {
  it('alternates the contestants and divides times of one round', async () => {
    const order: string[] = []
    const contestant = (name: string, nsPerPass: number): Contestant => ({
      name,
      run(passes) {
        order.push(name)
        return passes * nsPerPass
      },
    })
    const contestants = [contestant('slow', 6e6), contestant('fast', 2e6)]
    const race = {
      contestants,
      inputs: 2,
      ratios: [{ name: 'slow / fast', over: 'slow', under: 'fast' }],
    }
    const { times, ratios } = await measure(race, QUICK)
    expect(times.slow).toMatchObject({ median: 3e6, rounds: 4 })
    expect(times.fast.median).toBe(1e6)
    expect(ratios['slow / fast'].median).toBe(3)
    // A lead-in and a quantum each.
    expect(order.slice(-4)).toEqual(['slow', 'slow', 'fast', 'fast'])
  })
})

describe('agreement', () => {
  it('finds the first different result', () => {
    expect(firstDifference([1, 'a'], [1 + 1e-10, 'a'])).toBe(-1)
    expect(firstDifference([1, 2], [1, 2.1])).toBe(1)
    expect(firstDifference(['a'], ['b'])).toBe(0)
    expect(firstDifference([1], [Number.NaN])).toBe(0)
    expect(firstDifference([1, 2], [1])).toBe(1)
    expect(firstDifference([1], ['1'])).toBe(0)
    expect(firstDifference([[1, 2]], [[1, 2]])).toBe(-1)
    expect(firstDifference([[1, 2]], [[1, 3]])).toBe(0)
    expect(firstDifference([[1]], [1])).toBe(0)
  })
})

describe('compare', () => {
  const then = runOf({ steady: [10, 10, 10], noisy: [8, 10, 14], peer: [1, 1, 1], gone: [1] })

  it('reports our stages that are slower by more than the noise', () => {
    const now = runOf({ steady: [12, 12, 12], noisy: [8, 12, 14], peer: [9, 9, 9], new: [1] })
    const found = changes(now, then, 0.1)
    expect(found.map(({ stage }) => stage)).toEqual(['steady', 'noisy'])
    expect(found[0]).toMatchObject({ factor: 1.2, noise: 0.1 })
    expect(found.filter(isSlower).map(({ stage }) => stage)).toEqual(['steady'])
    expect(changes(then, then, 0.1).some(isSlower)).toBe(false)
  })

  it('does not compare other masks', () => {
    const now = runOf({ steady: [10] })
    now.sets[0].hash = 'def'
    expect(() => changes(now, then, 0.1)).toThrow('the masks of 8×8 are not the same')
  })

  it('tells apart machines, versions of Node and ways of measuring', () => {
    expect(differences(then, then)).toEqual([])
    const environment = { ...then.environment, node: 'v22.0.0', load: 3, library: 'def' }
    expect(differences({ ...then, environment, clock: 'cpu' }, then)).toEqual([
      'node: v20.0.0 then, v22.0.0 now',
      'clock: wall then, cpu now',
    ])
  })

  it('reads only what --json wrote', () => {
    expect(parseBaseline(JSON.stringify(then))).toEqual(then)
    expect(() => parseBaseline('{}')).toThrow('--json')
  })
})

describe('targets', () => {
  const rowOf = (ratio: string, median: number, change: Partial<SetResult>) => {
    const set = { ...runOf({}).sets[0], ratios: { [ratio]: summarise([median]) }, ...change }
    return targetResults([set]).filter(({ measured }) => measured !== undefined)
  }

  it('are judged by the median', () => {
    const verdict = (median: number) => rowOf('Python A / reward', median, {})[0].verdict
    expect([21, 22, 32].map(verdict)).toEqual(['missed', 'must reached', 'aim reached'])
  })

  it('ask more of large masks', () => {
    const [row] = rowOf('Python A / reward', 25, { width: 3504, height: 2336 })
    expect(row).toMatchObject({ must: '≥ 28', verdict: 'missed' })
  })

  it('take copies of real masks, at most so many', () => {
    expect(rowOf('reward in copies', 15, {})).toEqual([])
    expect(rowOf('reward in copies', 15, { real: true })[0].verdict).toBe('must reached')
    expect(rowOf('reward in copies', 25, { real: true })[0].verdict).toBe('missed')
  })

  it('say what was not measured', () => {
    expect(targetResults([]).every(({ measured }) => measured === undefined)).toBe(true)
  })
})

describe('options', () => {
  it('have defaults', () => {
    const options = parseOptions([])!
    expect(options.sizes).toContainEqual({ width: 565, height: 584 })
    expect(options.sizes).toContainEqual({ width: 3504, height: 2336 })
    expect(options).toMatchObject({ json: undefined, tolerance: 0.1, quick: false })
  })

  it('are read', () => {
    const args = '--quick --json --sizes 10x20 --only pack,reward --rounds 9 --clock cpu'.split(' ')
    expect(parseOptions(args)).toMatchObject({
      quick: true,
      python: undefined,
      json: '-',
      sizes: [{ height: 10, width: 20 }],
      groups: ['pack', 'reward'],
      measure: { rounds: 9, clock: 'cpu' },
    })
    expect(parseOptions(['--json', 'run.json', '--sizes', 'none'])).toMatchObject({
      json: 'run.json',
      sizes: [],
    })
    expect(parseOptions(['--compare', 'a.json', '--clock', 'cpu', '--json'])!.repeat).toEqual([
      '--clock=cpu',
    ])
    expect(parseOptions(['--json', '-'])).toMatchObject({ json: '-' })
    expect(parseOptions(['--quick', '--python', 'python'])).toMatchObject({ python: 'python' })
    expect(parseOptions(['--help'])).toBeUndefined()
  })

  it('does not compare quick runs', () => {
    expect(() => parseOptions(['--quick', '--compare', 'run.json'])).toThrow('without --quick')
  })

  it.each([
    ['--sizes', 'big'],
    ['--only', 'everything'],
    ['--rounds', '0'],
    ['--pairs', 'many'],
    ['--clock', 'sun'],
    ['--tolerance', 'none'],
    ['--nonsense', '1'],
  ])('are checked: %s %s', (...args) => {
    expect(() => parseOptions(args)).toThrow(/expected|Unknown option/)
  })
})

describe('inputs', () => {
  const set = proceduralSet(100, 80, 3)

  it('are distinct pairs, the same in every run', () => {
    const masks = [...set.preds, ...set.truths].map((mask) => mask.join(''))
    expect(new Set(masks).size).toBe(6)
    expect(proceduralSet(100, 80, 3).hash).toBe(set.hash)
  })

  it('hold the same pixels in every form', () => {
    const forms = packForms(set)
    const [wanted] = forms['0/1 bytes'].masks.map((mask) => BitMask.from(mask))
    expect(wanted.toUint8Array()).toEqual(set.preds[0])
    for (const form of PACK_FORMS) {
      const { masks, options } = forms[form]
      expect(BitMask.from(masks[0], options).equals(wanted), form).toBe(true)
    }
  })
})

describe('report', () => {
  it('shows three digits and aligns columns', () => {
    expect([0.01234, 1.5, 23.45, 678.9, 12345].map(digits)).toEqual([
      '0.0123',
      '1.50',
      '23.4',
      '679',
      '12345',
    ])
    expect(table(['a', 'bb'], [['ccc', 'd']])).toBe('| a   | bb |\n|-----|----|\n| ccc | d  |')
  })

  it('has every section', () => {
    const text = report(
      runOf({ reward: [1e6], 'reward, truth not cached': [2e6], scoreBatch: [1e6] }),
    )
    expect(text).toContain('1000 [1000–1000]')
    expect(text).toContain('25.0 [24.0–26.0]')
    expect(text).toContain('Python A = reward on all 2 pairs of 8×8')
    expect(text).toContain('must reached')
    expect(text).toContain('a note')
  })
})
