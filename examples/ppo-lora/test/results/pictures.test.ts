import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { expect, test } from 'vitest'
import { curveSvg, writeCurve } from '../../src/results/curve.ts'
import { beforeAfter, type PictureRow, writeBeforeAfter } from '../../src/results/pictures.ts'
import { eachTextPixel } from '../../src/results/pixel-font.ts'

const points = Array.from({ length: 12 }, (_, i) => ({
  update: i + 1,
  reward: 2 + i / 6,
  dice: i % 4 === 0 ? 0.78 + i / 100 : null,
}))

test('the curve shows every reward and each measured Dice', () => {
  const svg = curveSvg(points, { title: 'A & B', baseDice: 0.775, thresholdDice: 0.8 })
  expect(svg).toContain('A &amp; B')
  expect(svg.match(/<circle/g)).toHaveLength(3)
  const raw = svg.match(/class="raw" points="([^"]*)"/)![1].split(' ')
  expect(raw).toHaveLength(12)
  const heights = raw.map((pair) => Number(pair.split(',')[1]))
  expect(heights).toEqual([...heights].sort((a, b) => b - a))
  expect(svg).toContain('best threshold')
  expect(svg).toContain('prefers-color-scheme: dark')
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
})

test.each([
  ['no point', []],
  ['one point', [{ update: 5, reward: 1, dice: 1 }]],
  ['no Dice', [1, 2].map((update) => ({ update, reward: update, dice: null }))],
  ['equal rewards', [1, 2].map((update) => ({ update, reward: -3.5, dice: 0 }))],
  ['NaN', [1, 2, 3].map((update) => ({ update, reward: Number.NaN, dice: 0.5 }))],
  ['large', [1, 1e5].map((update) => ({ update, reward: update * 1e9, dice: 1e-9 }))],
])('a curve of %s is a picture', (_, list) => {
  expect(curveSvg(list)).not.toMatch(/NaN|Infinity|undefined/)
})

const row: PictureRow = {
  width: 3,
  height: 2,
  image: [0, 1, 2, 3, 4, 9],
  truth: [1, 1, 0, 0, 0, 1],
  within: [1, 1, 1, 1, 1, 0],
  masks: [
    [1, 0, 1, 0, 0, 1],
    [1, 1, 0, 0, 0, 1],
  ],
}

test('each pixel of a mask has the colour of its kind', () => {
  const { data, width } = beforeAfter([row], { scale: 2 })
  const colorAt = (column: number, x: number, y: number) => {
    const i = 4 * ((8 + 18 + 2 * y) * width + 8 + column * (3 * 2 + 8) + 2 * x)
    return [...data.slice(i, i + 3)]
  }
  const [hit, wrong, missed] = [
    [226, 226, 226],
    [230, 159, 0],
    [86, 180, 233],
  ]
  expect([0, 1, 2].map((x) => colorAt(2, x, 0))).toEqual([hit, missed, wrong])
  expect([0, 1, 2].map((x) => colorAt(3, x, 0))).toEqual([hit, hit, [0, 0, 0]])
  expect([0, 1, 2].map((x) => colorAt(1, x, 0))).toEqual([hit, hit, [0, 0, 0]])
  expect([0, 1, 2, 3].map((column) => colorAt(column, 2, 1))).toEqual(
    Array.from({ length: 4 }, () => [32, 36, 44]),
  )
  expect(colorAt(0, 0, 0)).toEqual([0, 0, 0])
  expect(colorAt(0, 1, 1)).toEqual([255, 255, 255])
})

test('pictures and curves are written as a whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
  writeBeforeAfter(join(folder, 'before-after.png'), [row, row])
  writeCurve(join(folder, 'curve.svg'), points)
  const { width, height, channels } = decode(readFileSync(join(folder, 'before-after.png')))
  expect([width, height, channels]).toEqual([
    beforeAfter([row]).width,
    beforeAfter([row]).height + 2 * 4 + 8,
    4,
  ])
  expect(readFileSync(join(folder, 'curve.svg'), 'utf8')).toBe(curveSvg(points))
  expect(readdirSync(folder)).toHaveLength(2)
  rmSync(folder, { recursive: true })
})

test('rows that do not fit are refused', () => {
  expect(() => beforeAfter([])).toThrow(RangeError)
  expect(() => beforeAfter([row, { ...row, width: 2, height: 3 }])).toThrow('3 × 2, image 1 2 × 3')
  expect(() => beforeAfter([row], { captions: ['base'] })).toThrow('image 0 has 2')
  expect(() => beforeAfter([{ ...row, truth: [1] }])).toThrow('expected 6 values')
})

test('letters have five rows of three pixels', () => {
  const drawn = (text: string) => {
    const rows = Array.from({ length: 5 }, () => Array(7).fill(' '))
    eachTextPixel(text, (x, y) => {
      rows[y][x] = '#'
    })
    return rows.map((one) => one.join('').trimEnd())
  }
  expect(drawn('Lt')).toEqual(['#   ###', '#    #', '#    #', '#    #', '###  #'])
  expect(drawn('?')).toEqual(['', '', '', '', ''])
})
