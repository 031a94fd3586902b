import { expect, test } from 'vitest'
import { xyPlot } from '../../src/page/xy-plot.ts'
import { type MarkupElement, strictMarkup } from './strict-markup.ts'

const line = (x: number[], y: number[]) => ({ name: 'a <line>', x, y })
const plot = (x: number[], y: number[], marks: { name: string; x: number; y: number }[] = []) =>
  xyPlot({ title: 'A "plot"', xLabel: 'x', yLabel: 'y', main: line(x, y), marks }, { x: 3, y: 4 })

/** All elements of a kind, or of a class. */
function found(markup: string, of: string): MarkupElement[] {
  const walk = (element: MarkupElement): MarkupElement[] => {
    const isIt = element.name === of || element.attributes.class?.split(' ').includes(of)
    const inner = element.children.flatMap((child) =>
      typeof child === 'string' ? [] : walk(child),
    )
    return isIt ? [element, ...inner] : inner
  }
  return walk(strictMarkup(markup))
}

test('has its title, labels and place', () => {
  const markup = plot([0, 1], [0, 0.5])
  const [svg] = found(markup, 'svg')
  expect(svg.attributes).toMatchObject({ 'aria-label': 'A "plot"', x: '3', y: '4' })
  expect(found(markup, 'label').map(({ children }) => children[0])).toEqual(['x', 'y'])
})

test('goes through all points, upwards for greater ones', () => {
  const [path] = found(plot([0, 0.5, 1], [0, 0.5, 1]), 'main')
  const points = path.attributes.d.match(/[\d.]+ [\d.]+/g) ?? []
  expect(points).toHaveLength(3)
  const [first, middle, last] = points.map((text) => text.split(' ').map(Number))
  expect(first[0]).toBeLessThan(middle[0])
  expect(middle[0] - first[0]).toBeCloseTo(last[0] - middle[0], 0)
  expect(last[1]).toBeLessThan(first[1])
})

test('has a gap where a point is not finite, and keeps the last of very many', () => {
  const [path] = found(plot([0, 0.2, 0.4, 0.6], [1, Number.NaN, 1, 0]), 'main')
  expect(path.attributes.d.match(/[ML]/g)?.join('')).toBe('MML')
  const many = Array.from({ length: 10_001 }, (_, i) => i / 10_000)
  const [long] = found(plot(many, many), 'main')
  expect(long.attributes.d.match(/[ML]/g)?.length).toBeLessThanOrEqual(2001)
  expect(long.attributes.d).toMatch(/L366 22$/)
})

test('marks places by rings, with text that stays inside', () => {
  const marks = [
    { name: 'here & there', x: 0.1, y: 0.5 },
    { name: 'at the end of it', x: 1, y: 1 },
    { name: 'nowhere', x: Number.NaN, y: 0 },
  ]
  const markup = plot([0, 1], [0, 1], marks)
  expect(found(markup, 'circle')).toHaveLength(2)
  const texts = found(markup, 'label').filter(({ children }) => /here|end/.test(`${children[0]}`))
  expect(texts.map(({ attributes }) => attributes.class)).toEqual(['label', 'end label'])
})
