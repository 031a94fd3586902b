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

/** What marks look like at scale 1. */
const SHAPES: Record<TopologyErrorKind, readonly string[]> = {
  'broken connection': [
    '...........',
    '.##.....##.',
    '.###...###.',
    '..###.###..',
    '...#####...',
    '....###....',
    '...#####...',
    '..###.###..',
    '.###...###.',
    '.##.....##.',
    '...........',
  ],
  'missing branch': [
    '......#......',
    '.....###.....',
    '....#####....',
    '...###.###...',
    '..###...###..',
    '.###.....###.',
    '###.......###',
    '.###.....###.',
    '..###...###..',
    '...###.###...',
    '....#####....',
    '.....###.....',
    '......#......',
  ],
  'spurious connection': [
    '....###....',
    '....###....',
    '....###....',
    '....###....',
    '###########',
    '###########',
    '###########',
    '....###....',
    '....###....',
    '....###....',
    '....###....',
  ],
  'extra branch': [
    '......#......',
    '......#......',
    '.....###.....',
    '.....###.....',
    '....##.##....',
    '....##.##....',
    '...##...##...',
    '...##...##...',
    '..##.....##..',
    '..##.....##..',
    '.##.......##.',
    '.###########.',
    '#############',
  ],
}

test.each<[TopologyErrorKind, BitMask, BitMask, string, number[]]>([
  ['broken connection', vessel(false, false), vessel(true, false), YELLOW, [5, 10, 15]],
  ['spurious connection', vessel(true, false), vessel(false, false), VERMILION, [5, 10, 15]],
  ['missing branch', vessel(true, false), vessel(true, true), YELLOW, [6, 12, 18]],
  ['extra branch', vessel(true, true), vessel(true, false), VERMILION, [6, 12, 18]],
])('a %s is drawn at its place, larger at a larger scale', (kind, pred, truth, color, radii) => {
  const [error, ...others] = topologyErrors(pred, truth)
  expect(others).toEqual([])
  expect(error.kind).toBe(kind)
  for (const [i, radius] of radii.entries()) {
    const scale = i + 1
    const { data, width } = overlay(pred, truth, { errors: true, scale })
    const pixel = (x: number, y: number) => {
      const at = 4 * (y * width + x)
      return String(data.slice(at, at + 3))
    }
    // The middle of the pixel that the error is at.
    const [left, top] = [error.x, error.y].map((place) => Math.floor((place + 0.5) * scale))
    const isMark = (dx: number, dy: number) => pixel(left + dx, top + dy) === color
    let farthest = 0
    const rows: string[] = []
    for (let dy = -radius - 2; dy <= radius + 2; dy++) {
      let row = ''
      for (let dx = -radius - 2; dx <= radius + 2; dx++) {
        const isRim =
          isMark(dx - 1, dy) || isMark(dx + 1, dy) || isMark(dx, dy - 1) || isMark(dx, dy + 1)
        // Nothing else in the picture is black.
        expect(pixel(left + dx, top + dy) === '0,0,0').toBe(isRim && !isMark(dx, dy))
        if (isMark(dx, dy)) farthest = Math.max(farthest, Math.abs(dx), Math.abs(dy))
        row += isMark(dx, dy) ? '#' : '.'
      }
      rows.push(row)
    }
    // The ends of the cross are cut.
    expect(farthest).toBe(kind === 'broken connection' ? radius - 1 : radius)
    const inner = rows.slice(2, -2).map((row) => row.slice(2, -2))
    if (scale === 1) expect(inner).toEqual(SHAPES[kind])
  }
})
