import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LinePlot, linePlot } from '../../../src/audit/page/line-plot.ts'
import { scatterPlot } from '../../../src/audit/page/scatter-plot.ts'
import { rangePlot } from '../../../src/audit/page/tables.ts'
import { escapeMarkup } from '../../../src/page/escape-markup.ts'
import { plotScale } from '../../../src/page/plot-axis.ts'
import { elements, strictMarkup, textOf } from '../../page/strict-markup.ts'

describe('escapeMarkup', () => {
  test('replaces what is markup', () => {
    expect(escapeMarkup(`<a href='x' title="y">&amp;`)).toBe(
      '&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;',
    )
  })

  test('replaces what no markup may hold', () => {
    expect(escapeMarkup('a\0b\x1bc\ud800d\tü😀')).toBe('a\ufffdb\ufffdc\ufffdd\tü😀')
  })

  test('whatever the text, it comes back from the markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const element = strictMarkup(`<p title="${escapeMarkup(text)}">${escapeMarkup(text)}</p>`)
        const kept = text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
        expect([textOf(element), element.attributes.title]).toEqual([kept, kept])
      }),
    )
  })
})

describe('plotScale', () => {
  test.each<[number[], string[]]>([
    [
      [0, 6],
      ['0', '2', '4', '6'],
    ],
    [
      [-4.9, 6],
      ['−5.0', '−2.5', '0.0', '2.5', '5.0', '7.5'],
    ],
    [
      [0.81, 0.93],
      ['0.800', '0.825', '0.850', '0.875', '0.900', '0.925', '0.950'],
    ],
    [[], ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']],
    [
      [3, 3, Number.NaN, Number.NEGATIVE_INFINITY],
      ['2.4', '2.6', '2.8', '3.0', '3.2', '3.4', '3.6'],
    ],
  ])('%j has round ticks', (values, labels) => {
    expect(plotScale(values, 100, 0, 5).labels).toEqual(labels)
  })

  test('holds every finite value between its ends, with a few distinct ticks', () => {
    const values = fc.array(fc.double({ noNaN: false }), { maxLength: 5 })
    fc.assert(
      fc.property(values, (list) => {
        const { at, ticks, labels } = plotScale(list, 200, 10, 5)
        for (const value of list.filter(Number.isFinite)) {
          expect(at(value)).toBeGreaterThanOrEqual(10 - 1e-6)
          expect(at(value)).toBeLessThanOrEqual(200 + 1e-6)
        }
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(9)
        expect(new Set(labels).size).toBe(labels.length)
      }),
      { numRuns: 1000 },
    )
  })
})

const plot: LinePlot = {
  title: 'a "plot"',
  xLabel: 'rate',
  yLabel: 'reward',
  steps: ['truth', '<.001', '.002', '.005'],
  main: { name: 'mean', values: [6, 5, 4, 1] },
  others: [{ name: 'A & B', values: [6, Number.NaN, 4, 2] }],
  marks: [{ step: 2, value: 4, name: 'A & B: +0.100' }],
}

describe('linePlot', () => {
  const svg = strictMarkup(linePlot(plot))
  const [main] = elements(svg, 'path', 'main')
  const [other] = elements(svg, 'path', 'other')

  test('draws a line through all values, to the right and, for a fall, down', () => {
    const places = Array.from(main.attributes.d.matchAll(/[ML]([\d.]+) ([\d.]+)/g), (found) =>
      found.slice(1).map(Number),
    )
    expect(places).toHaveLength(4)
    for (let i = 1; i < 4; i++) {
      expect(places[i][0]).toBeGreaterThan(places[i - 1][0])
      expect(places[i][1]).toBeGreaterThan(places[i - 1][1])
    }
    expect(textOf(main)).toBe('mean')
  })

  test('leaves a gap where there is no number, and a dot where a value stands alone', () => {
    expect(other.attributes.d).toMatch(/^M\S+ \S+h0M\S+ \S+L\S+ \S+$/)
  })

  test('names the steps and rings the marks', () => {
    const texts = elements(svg, 'text').map(textOf)
    expect(texts).toEqual(expect.arrayContaining([...plot.steps, 'rate', 'reward']))
    const [mark] = elements(svg, 'circle', 'mark')
    const third = [...main.attributes.d.matchAll(/[ML]([\d.]+) ([\d.]+)/g)][2]
    expect([mark.attributes.cx, mark.attributes.cy, textOf(mark)]).toEqual([
      third[1],
      third[2],
      'A & B: +0.100',
    ])
    expect(svg.attributes['aria-label']).toBe('a "plot"')
  })

  test('leaves out names that would run into each other', () => {
    const steps = Array.from({ length: 30 }, (_, i) => `${i}000 pixels`)
    const many = { ...plot, steps, main: { name: '', values: steps.map(() => 1) }, others: [] }
    const places = elements(strictMarkup(linePlot({ ...many, marks: [] })), 'text', 'middle')
      .filter((text) => textOf(text).endsWith('pixels'))
      .map((text) => Number(text.attributes.x))
    expect(places.length).toBeGreaterThan(2)
    for (let i = 1; i < places.length; i++) expect(places[i] - places[i - 1]).toBeGreaterThan(60)
  })

  test.each([
    ['no number at all', [Number.NaN, Number.NaN], ['a', 'b']],
    ['a single step', [1], ['a']],
    ['no step', [], []],
    ['huge numbers', [1e308, -1e308], ['a', 'b']],
  ])('%s is no error', (_, values, steps) => {
    const main = { name: 'mean', values }
    const text = linePlot({ ...plot, steps, main, others: [], marks: [] })
    expect(strictMarkup(text).name).toBe('svg')
    expect(text).not.toMatch(/NaN|Infinity/)
  })
})

describe('scatterPlot', () => {
  const text = scatterPlot({
    title: 'dots',
    xLabel: 'reference',
    yLabel: 'reward',
    points: [
      [0, 1],
      [1, 3],
      [0.5, Number.NaN],
    ],
    pairs: [
      { from: [0, 1], to: [1, 3], name: 'x > y' },
      { from: [Number.NaN, 1], to: [1, 3], name: 'none' },
    ],
  })
  const svg = strictMarkup(text)

  test('draws the points that have two numbers', () => {
    const [points] = elements(svg, 'path', 'points')
    expect(points.attributes.d).toMatch(/^M\S+ \S+h0M\S+ \S+h0$/)
    expect(text).not.toContain('NaN')
  })

  test('joins pairs of points', () => {
    const [points] = elements(svg, 'path', 'points')
    const [pair, ends] = elements(svg, 'path', 'pair')
    expect(textOf(pair)).toBe('x > y')
    expect(pair.attributes.d).toBe(points.attributes.d.replace('h0M', 'L').replace('h0', ''))
    expect(ends.attributes.d).toBe(points.attributes.d)
  })

  test('without points is no error', () => {
    const empty = { title: '', xLabel: '', yLabel: '', points: [], pairs: [] }
    expect(elements(strictMarkup(scatterPlot(empty)), 'path', 'axis')).toHaveLength(1)
  })
})

describe('rangePlot', () => {
  const bars = (declared: [number, number], seen: [number, number, number]) => {
    const svg = strictMarkup(rangePlot({ title: 'term', declared, seen }))
    return elements(svg, 'rect').map(({ attributes }) => ({
      kind: attributes.class,
      from: Number(attributes.x),
      to: Number(attributes.x) + Number(attributes.width),
    }))
  }

  test('draws what was seen inside what is declared', () => {
    const [declared, seen] = bars([0, 10], [2, 3, 4])
    expect([declared.kind, seen.kind]).toEqual(['declared', 'seen'])
    expect(seen.from - declared.from).toBeCloseTo(0.2 * (declared.to - declared.from), 0)
    expect(declared.to - seen.to).toBeCloseTo(0.6 * (declared.to - declared.from), 0)
  })

  test('a bound that is not finite goes to the edge', () => {
    const [declared, seen] = bars([Number.NEGATIVE_INFINITY, 5], [-3000, -20, 5])
    expect(declared).toMatchObject({ kind: 'declared open', from: 0 })
    expect(declared.to).toBe(seen.to)
  })

  test('nothing seen is no error', () => {
    expect(bars([0, 1], [Number.NaN, Number.NaN, Number.NaN])).toHaveLength(1)
  })
})
