import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mulberry32 } from '../../../examples/mulberry32.ts'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import {
  BitMask,
  bettiNumbers,
  TOPOLOGY_ERROR_KINDS,
  type TopologyError,
  type TopologyErrorKind,
  topologyErrors,
} from '../../../src/index.ts'
import { corrupt, type Network, networkOf } from './topology-corruptions.ts'

const SIZE = 224
const NETWORKS = 25
const networks: Network[] = Array.from({ length: NETWORKS }, (_, i) =>
  networkOf(vesselMask({ width: SIZE, height: SIZE, seed: i + 1 })),
)

const SWAPPED: Record<TopologyErrorKind, TopologyErrorKind> = {
  'broken connection': 'spurious connection',
  'spurious connection': 'broken connection',
  'missing branch': 'extra branch',
  'extra branch': 'missing branch',
}

/** The errors with exchanged masks, in the order in which they are then returned. */
const swapped = (errors: readonly TopologyError[]) =>
  sorted(errors.map((error) => ({ ...error, kind: SWAPPED[error.kind] })))
const sorted = (errors: readonly TopologyError[]) =>
  [...errors].sort((a, b) => a.y - b.y || a.x - b.x)

describe('topologyErrors', () => {
  const grid = (...rows: string[]) => rows.map((row) => Array.from(row, (c) => (c === '#' ? 1 : 0)))

  test('a cut of any length is a broken connection in its middle', () => {
    const truth = grid(...new Array(9).fill('.'.repeat(80)).fill('#'.repeat(80), 3, 6))
    for (let length = 1; length <= 40; length++) {
      const pred = truth.map((row) => row.map((v, x) => (x >= 20 && x < 20 + length ? 0 : v)))
      const errors = topologyErrors(pred, truth)
      expect(errors).toHaveLength(1)
      expect(errors[0]).toMatchObject({ kind: 'broken connection', y: 4, size: length })
      expect(Math.abs(errors[0].x - (19.5 + length / 2))).toBeLessThanOrEqual(1)
    }
  })

  test('an end is a branch from beyond the tolerance on, and of the minimum size', () => {
    const truth = grid('.'.repeat(40), '#'.repeat(40), '.'.repeat(40))
    const short = (by: number) => truth.map((row) => row.map((v, x) => (x >= 40 - by ? 0 : v)))
    const find = (by: number, options?: object) => topologyErrors(short(by), truth, options)
    for (const by of [0, 1, 2, 3]) expect(find(by)).toEqual([])
    expect(find(4)).toEqual([{ kind: 'missing branch', x: 37, y: 1, size: 4 }])
    expect(find(12)).toMatchObject([{ kind: 'missing branch', size: 12 }])
    expect(find(12, { tolerance: 12 })).toEqual([])
    expect(find(12, { minSize: 12 })).toHaveLength(1)
    expect(find(12, { minSize: 13 })).toEqual([])
  })

  test('an open loop is a broken connection, however wide', () => {
    const ring = (radius: number) =>
      Array.from({ length: 81 }, (_, y) =>
        Array.from({ length: 81 }, (_, x) =>
          Math.abs(Math.hypot(x - 40, y - 40) - radius) < 1.5 ? 1 : 0,
        ),
      )
    for (const radius of [6, 10, 20, 30]) {
      const truth = ring(radius)
      const pred = truth.map((row, y) =>
        row.map((value, x) => (x > 40 && Math.abs(y - 40) < 5 ? 0 : value)),
      )
      const errors = topologyErrors(pred, truth)
      expect(errors).toMatchObject([{ kind: 'broken connection', y: 40 }])
      expect(topologyErrors(truth, pred)).toMatchObject([{ kind: 'spurious connection', y: 40 }])
    }
  })

  test('a whole vessel on its own, and all of an empty prediction', () => {
    const truth = grid('#########', '.........', '.........', '.........', '.........', '#########')
    const one = truth.map((row, y) => (y === 0 ? row : row.map(() => 0)))
    const none = truth.map((row) => row.map(() => 0))
    expect(topologyErrors(one, truth)).toEqual([{ kind: 'missing branch', x: 4, y: 5, size: 9 }])
    expect(topologyErrors(none, truth)).toEqual([
      { kind: 'missing branch', x: 4, y: 0, size: 9 },
      { kind: 'missing branch', x: 4, y: 5, size: 9 },
    ])
    expect(topologyErrors(none, none)).toEqual([])
  })

  /** The errors of both masks turned about their diagonal, turned back. */
  const turned = (pred: number[][], truth: number[][], options?: object) => {
    const turn = (rows: number[][]) => rows[0].map((_, x) => rows.map((row) => row[x]))
    const errors = topologyErrors(turn(pred), turn(truth), options)
    return sorted(errors.map(({ x, y, ...rest }) => ({ ...rest, x: y, y: x })))
  }

  test('a cut at any border of the image', () => {
    for (let y = 0; y < 6; y++) {
      const truth = grid(...new Array(6).fill('.'.repeat(14)).fill('#'.repeat(14), y, y + 1))
      const cut = truth.map((row) => row.map((value, x) => (x === 6 ? 0 : value)))
      const expected = [{ kind: 'broken connection', x: 6, y, size: 1 }]
      expect(topologyErrors(cut, truth)).toEqual(expected)
      expect(turned(cut, truth)).toEqual(expected)
    }
  })

  test('each of several pieces, and pieces of one pixel', () => {
    const truth = grid('...............', '.######..#####.', '...............', '#.............#')
    const none = truth.map((row) => row.map(() => 0))
    const expected = [
      { kind: 'missing branch', x: 3, y: 1, size: 6 },
      { kind: 'missing branch', x: 11, y: 1, size: 5 },
      { kind: 'missing branch', x: 0, y: 3, size: 1 },
      { kind: 'missing branch', x: 14, y: 3, size: 1 },
    ]
    expect(topologyErrors(none, truth)).toEqual(expected)
    expect(turned(none, truth)).toEqual(expected)
  })

  test('by row, and by column in a row, whichever mask each is in', () => {
    const none = new Array<string>(5).fill('.'.repeat(15))
    const pred = grid('######.........', ...none, '..............#')
    const truth = grid('.........######', ...none, '#..............')
    const expected = [
      { kind: 'extra branch', x: 2, y: 0, size: 6 },
      { kind: 'missing branch', x: 11, y: 0, size: 6 },
      { kind: 'missing branch', x: 0, y: 6, size: 1 },
      { kind: 'extra branch', x: 14, y: 6, size: 1 },
    ]
    expect(topologyErrors(pred, truth)).toEqual(expected)
    expect(topologyErrors(truth, pred)).toEqual(swapped(expected as TopologyError[]))
  })

  test('no two at one place', () => {
    for (const [i, { mask }] of networks.slice(0, 8).entries()) {
      const errors = topologyErrors(mask, networks[i + 1].mask)
      expect(errors.length).toBeGreaterThan(10)
      expect(new Set(errors.map(({ x, y }) => `${x} ${y}`)).size).toBe(errors.length)
    }
  })

  test('of two middles the first in the raster', () => {
    const pair = (...pixels: [x: number, y: number][]) => {
      const truth = grid('....', '....', '....', '....')
      for (const [x, y] of pixels) truth[y][x] = 1
      return topologyErrors(grid('....', '....', '....', '....'), truth)
    }
    expect(pair([2, 1], [1, 2])).toMatchObject([{ x: 2, y: 1, size: 2 }])
    expect(pair([1, 1], [2, 2])).toMatchObject([{ x: 1, y: 1, size: 2 }])
    expect(pair([1, 1], [2, 1])).toMatchObject([{ x: 1, y: 1, size: 2 }])
    expect(pair([1, 1], [1, 2])).toMatchObject([{ x: 1, y: 1, size: 2 }])
  })

  test('another vessel within the tolerance does not stand for a missing one', () => {
    const truth = grid('.........', '#########', '.........', '.........', '.........', '#########')
    const pred = truth.map((row, y) => (y === 1 ? row.map(() => 0) : row))
    const expected = [{ kind: 'missing branch', x: 4, y: 1, size: 9 }]
    expect(topologyErrors(pred, truth, { tolerance: 4 })).toEqual(expected)
    expect(turned(pred, truth, { tolerance: 4 })).toEqual(expected)
  })

  test('lines beside each other are the same as far as the tolerance goes', () => {
    const line = (y: number) =>
      grid(...new Array(20).fill('.'.repeat(24)).fill('#'.repeat(24), y, y + 1))
    for (const tolerance of [2, 3, 5]) {
      for (const y of [8 - tolerance, 8 + tolerance]) {
        expect(topologyErrors(line(y), line(8), { tolerance })).toEqual([])
        expect(turned(line(y), line(8), { tolerance })).toEqual([])
      }
      for (const y of [7 - tolerance, 9 + tolerance]) {
        const kinds = topologyErrors(line(y), line(8), { tolerance }).map(({ kind }) => kind)
        expect(kinds.sort()).toEqual(['extra branch', 'missing branch'])
      }
    }
  })

  test('pieces at the border of the image are told apart', () => {
    const own = ['.##.###........', '#..#...........', '#..#...........', '#.#............']
    const both = ['...............', ...new Array(3).fill('.......#.......')]
    const truth = grid(...own, ...both)
    const short = truth.map((row, y) => (y === 2 || y === 3 ? row.map(() => 0) : row))
    expect(topologyErrors(short, truth, { tolerance: 1 })).toEqual([
      { kind: 'missing branch', x: 0, y: 2, size: 2 },
      { kind: 'missing branch', x: 3, y: 2, size: 2 },
    ])
  })

  test('another bend of the same vessel does not stand for a missing one', () => {
    const [arm, bend] = ['#'.repeat(20), `#${'.'.repeat(19)}`]
    const truth = grid('.'.repeat(20), arm, bend, bend, bend, arm)
    const pred = truth.map((row, y) => (y === 5 ? row : row.map(() => 0)))
    const missing = [{ kind: 'missing branch' }]
    expect(topologyErrors(pred, truth, { tolerance: 4 })).toMatchObject(missing)
    expect(turned(pred, truth, { tolerance: 4 })).toMatchObject(missing)
  })

  test('a short vessel beyond the tolerance from another one', () => {
    const truth = grid(
      ...['...............', '.....####......', ...new Array(6).fill('...............')],
      ...['###############', '...............'],
    )
    const pred = truth.map((row, y) => (y === 8 ? row : row.map(() => 0)))
    const expected = [{ kind: 'missing branch', x: 6, y: 1, size: 4 }]
    expect(topologyErrors(pred, truth)).toEqual(expected)
    expect(turned(pred, truth)).toEqual(expected)
  })

  test('a connection that the centreline crosses several times is one', () => {
    const truth = grid(...new Array(9).fill('.'.repeat(36)).fill('#'.repeat(36), 4, 5))
    // Two parts that reach over the same gap in turns, one from below and one from above.
    const pred = grid(
      '.................###########........',
      '.................#.........#........',
      '.................#.........#........',
      '.................#.........#........',
      '##############...##....##..#########',
      '.............#........#.............',
      '.............#........#.............',
      '.............#........#.............',
      '.............##########.............',
    )
    const broken = topologyErrors(pred, truth).filter(({ kind }) => kind === 'broken connection')
    expect(broken).toHaveLength(1)
  })

  test('a narrow arch that is missing: it returns to where it came from', () => {
    const truth = grid(
      '....................',
      '......#########.....',
      ...new Array(10).fill('......#.......#.....'),
      '####################',
      '....................',
    )
    const line = truth.map((row, y) => (y === 12 ? row : row.map(() => 0)))
    expect(topologyErrors(line, truth)).toMatchObject([{ kind: 'broken connection' }])
    expect(turned(line, truth)).toMatchObject([{ kind: 'broken connection' }])
    const open = truth.map((row, y) => row.map((v, x) => (y > 8 && y < 12 && x === 14 ? 0 : v)))
    expect(topologyErrors(open, truth)).toHaveLength(1)
  })

  test('a cut in a line that lies beside its place, of the size of the tolerance', () => {
    const row = (y: number) =>
      grid(...new Array(12).fill('.'.repeat(60)).fill('#'.repeat(60), y, y + 1))
    const pred = row(7).map((values) => values.map((value, x) => (x === 30 ? 0 : value)))
    for (const tolerance of [3, 5]) {
      const size = 2 * tolerance + 1
      const expected = [{ kind: 'broken connection', x: 30, y: 5, size }]
      expect(topologyErrors(pred, row(5), { tolerance })).toEqual(expected)
      expect(turned(pred, row(5), { tolerance })).toEqual(expected)
    }
  })

  test('the same vessels a little beside their place', () => {
    for (const { mask } of networks.slice(0, 5)) {
      const bytes = mask.toUint8Array()
      const shift = (dx: number) =>
        BitMask.from({
          data: bytes.map((_, i) => ((i % SIZE) + dx < SIZE ? (bytes[i + dx] ?? 0) : 0)),
          width: SIZE,
          height: SIZE,
        })
      const away = shift(1)
      const edge = (x: number) => x < 4 || x >= SIZE - 4
      expect(topologyErrors(away, mask).filter(({ x }) => !edge(x))).toEqual([])
    }
  })

  test('nothing on borders that are drawn otherwise, where the topology is the same', () => {
    let changed = 0
    for (const [i, { mask }] of networks.entries()) {
      const rough = roughened(mask, i)
      expect(bettiNumbers(rough)).toEqual(bettiNumbers(mask))
      expect(rough.equals(mask)).toBe(false)
      changed += topologyErrors(rough, mask).length
    }
    // Thousands of pixels of each mask differ.
    expect(changed).toBeLessThanOrEqual(1)
  })

  test('looks at the field of view only', () => {
    const truth = grid('.'.repeat(60), '#'.repeat(60), '.'.repeat(60))
    const pred = truth.map((row) => row.map((v, x) => (x === 10 || x === 50 ? 0 : v)))
    const within = truth.map((row) => row.map((_, x) => (x < 30 ? 1 : 0)))
    expect(topologyErrors(pred, truth)).toHaveLength(2)
    expect(topologyErrors(pred, truth, { within })).toEqual([
      { kind: 'broken connection', x: 10, y: 1, size: 1 },
    ])
  })

  test('exchanged masks exchange broken with spurious and missing with extra', () => {
    const pixels = fc.uint8Array({ min: 0, max: 1, minLength: 0, maxLength: 400 })
    fc.assert(
      fc.property(pixels, pixels, fc.integer({ min: 1, max: 24 }), (a, b, width) => {
        const height = Math.floor(Math.min(a.length, b.length) / width)
        const first = { data: a.slice(0, width * height), width, height }
        const second = { data: b.slice(0, width * height), width, height }
        const errors = topologyErrors(first, second)
        expect(topologyErrors(second, first)).toEqual(swapped(errors))
        expect(topologyErrors(first, first)).toEqual([])
        for (const { x, y, size } of errors) {
          const at = y * width + x
          expect(first.data[at] + second.data[at]).toBe(1)
          expect(size).toBeGreaterThan(0)
        }
      }),
      { numRuns: 400 },
    )
    for (const [i, network] of networks.entries()) {
      const { pred } = corrupt(network, TOPOLOGY_ERROR_KINDS, 4, 500 + i)
      const errors = topologyErrors(pred, network.mask)
      expect(topologyErrors(network.mask, pred)).toEqual(swapped(errors))
    }
  })

  test('masks of no pixels, and full ones', () => {
    const none = { data: [], width: 0, height: 5 }
    expect(topologyErrors(none, none)).toEqual([])
    const full = { data: new Uint8Array(60 * 60).fill(1), width: 60, height: 60 }
    const empty = { data: new Uint8Array(60 * 60), width: 60, height: 60 }
    expect(topologyErrors(full, full)).toEqual([])
    expect(topologyErrors(empty, full).every(({ kind }) => kind === 'missing branch')).toBe(true)
  })

  test('refuses wrong options', () => {
    const mask = [[1]]
    const call = (options: object) => () => topologyErrors(mask, mask, options)
    expect(call({ tolerence: 2 })).toThrow(
      "unknown option 'tolerence' of topologyErrors: did you mean 'tolerance'? Known: within, ignore, tolerance, minSize, thinning",
    )
    expect(call({ tolerance: -1 })).toThrow(RangeError)
    expect(call({ tolerance: 33 })).toThrow(RangeError)
    expect(call({ minSize: '3' })).toThrow(TypeError)
    expect(call({ method: 'medial' })).toThrow(RangeError)
    expect(() => topologyErrors(mask, [[1, 1]])).toThrow('of equal size')
  })
})

/**
 * Adds and removes pixels at random along the borders, only where neither components nor holes
 * change; the ends of vessels stay.
 */
function roughened(mask: BitMask, seed: number): BitMask {
  const random = mulberry32(seed)
  const { width, height } = mask
  const before = mask.toUint8Array()
  const data = mask.toUint8Array()
  // Neighbours in turn round the pixel.
  const ring = [-width, -width + 1, 1, width + 1, width, width - 1, -1, -width - 1]
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const isBorder = ring.some((step) => before[i + step] !== before[i])
      const round = ring.map((step) => data[i + step])
      const set = round.reduce((sum, value) => sum + value, 0)
      if (isBorder && set > 1 && isSimple(round) && random() < 0.4) data[i] ^= 1
    }
  }
  return BitMask.from({ data, width, height })
}

/** Whether a pixel can change without any change of topology: Yokoi's connectivity number is 1. */
function isSimple(round: readonly number[]): boolean {
  let number = 0
  for (let k = 0; k < 8; k += 2) {
    const [a, b, c] = [round[k], round[k + 1], round[(k + 2) % 8]].map((value) => 1 - value)
    number += a - a * b * c
  }
  return number === 1
}
