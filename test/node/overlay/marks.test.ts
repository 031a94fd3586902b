import { BitMask, type TopologyErrorKind, topologyErrors } from 'vessel-reward'
import { overlay } from 'vessel-reward/node'
import { expect, test } from 'vitest'

const WIDTH = 60
const HEIGHT = 40

/** A line through the middle, whole or cut, with a branch or without. */
function vessel(isWhole: boolean, hasBranch: boolean): BitMask {
  const data = new Uint8Array(WIDTH * HEIGHT)
  for (let x = 0; x < WIDTH; x++) if (isWhole || x < 20 || x > 24) data[20 * WIDTH + x] = 1
  if (hasBranch) for (let y = 2; y < 20; y++) data[y * WIDTH + 40] = 1
  return BitMask.from({ data, width: WIDTH, height: HEIGHT })
}

const YELLOW = '240,228,66'
const VERMILION = '255,94,0'

/** What marks look like round their places. */
const SHAPES: Record<TopologyErrorKind, readonly string[]> = {
  'broken connection': [
    '...............',
    '.##.........##.',
    '.###.......###.',
    '..###.....###..',
    '...###...###...',
    '....###.###....',
    '.....#####.....',
    '......###......',
    '.....#####.....',
    '....###.###....',
    '...###...###...',
    '..###.....###..',
    '.###.......###.',
    '.##.........##.',
    '...............',
  ],
  'missing branch': [
    '.......#.......',
    '......###......',
    '.....#####.....',
    '....###.###....',
    '...###...###...',
    '..###.....###..',
    '.###.......###.',
    '###.........###',
    '.###.......###.',
    '..###.....###..',
    '...###...###...',
    '....###.###....',
    '.....#####.....',
    '......###......',
    '.......#.......',
  ],
  'spurious connection': [
    '......###......',
    '......###......',
    '......###......',
    '......###......',
    '......###......',
    '......###......',
    '###############',
    '###############',
    '###############',
    '......###......',
    '......###......',
    '......###......',
    '......###......',
    '......###......',
    '......###......',
  ],
  'extra branch': [
    '.......#.......',
    '.......#.......',
    '......###......',
    '......###......',
    '.....##.##.....',
    '.....##.##.....',
    '....##...##....',
    '....##...##....',
    '...##.....##...',
    '...##.....##...',
    '..##.......##..',
    '..##.......##..',
    '.##.........##.',
    '.#############.',
    '###############',
  ],
}

test.each<[TopologyErrorKind, BitMask, BitMask, string]>([
  ['broken connection', vessel(false, false), vessel(true, false), YELLOW],
  ['spurious connection', vessel(true, false), vessel(false, false), VERMILION],
  ['missing branch', vessel(true, false), vessel(true, true), YELLOW],
  ['extra branch', vessel(true, true), vessel(true, false), VERMILION],
])('a %s is drawn at its place, at every scale', (kind, pred, truth, color) => {
  const [error, ...others] = topologyErrors(pred, truth)
  expect(others).toEqual([])
  expect(error.kind).toBe(kind)
  const shapes = [1, 2, 3].map((scale) => {
    const { data, width } = overlay(pred, truth, { errors: true, scale })
    const pixel = (x: number, y: number) => {
      const at = 4 * (y * width + x)
      return String(data.slice(at, at + 3))
    }
    // The middle of the pixel that the error is at.
    const [left, top] = [error.x, error.y].map((place) => Math.floor((place + 0.5) * scale))
    const isMark = (dx: number, dy: number) => pixel(left + dx, top + dy) === color
    const rows: string[] = []
    for (let dy = -8; dy <= 8; dy++) {
      let row = ''
      for (let dx = -8; dx <= 8; dx++) {
        const isRim =
          isMark(dx - 1, dy) || isMark(dx + 1, dy) || isMark(dx, dy - 1) || isMark(dx, dy + 1)
        // Nothing else in the picture is black.
        expect(pixel(left + dx, top + dy) === '0,0,0').toBe(isRim && !isMark(dx, dy))
        row += isMark(dx, dy) ? '#' : '.'
      }
      rows.push(row)
    }
    return rows
  })
  expect(shapes[1]).toEqual(shapes[0])
  expect(shapes[2]).toEqual(shapes[0])
  const empty = '.'.repeat(17)
  expect(shapes[0]).toEqual([empty, ...SHAPES[kind].map((row) => `.${row}.`), empty])
})
