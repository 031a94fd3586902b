import fc from 'fast-check'
import { type BitMask, bettiNumbers, skeletonize } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { thinSquares } from '../../src/topology/thin-squares.ts'
import { bits } from '../oracle/compare.ts'
import { at, draw, type Grid, grid } from '../oracle/grid.ts'

/** The neighbours of a pixel in turn, from the east to the north and on. */
const RING = [
  [1, 0],
  [1, -1],
  [0, -1],
  [-1, -1],
  [-1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
] as const

/** Whether a pixel of a full 2×2 square could go, since components and holes would stay the same. */
function fillsUp(mask: Grid, x: number, y: number): boolean {
  if (!at(mask, x, y)) return false
  const ring = RING.map(([dx, dy]) => at(mask, x + dx, y + dy))
  const isCorner = (k: number) => ring[k] && ring[k + 1] && ring[(k + 2) % 8]
  if (![0, 2, 4, 6].some(isCorner)) return false
  // Yokoi's number: how many pieces of background touch its sides, which a corner alone joins.
  const pieces = [0, 2, 4, 6].filter((k) => !ring[k] && (ring[k + 1] || ring[(k + 2) % 8]))
  return pieces.length === 1
}

const gridOf = (mask: BitMask): Grid => ({
  width: mask.width,
  height: mask.height,
  data: mask.toUint8Array(),
})

describe('thinSquares', () => {
  const drawn = (art: string) => bits(draw(art))

  it('takes the first pixel of a square away', () => {
    expect([...thinSquares(drawn('## ##')).toUint8Array()]).toEqual([0, 1, 1, 1])
  })

  it.each([
    ['##.#.# #.###. #####. ..##.#', '##.#.# #.###. ##..#. ...#.#'],
    ['##.#.. #.#### .##### .###.# #..###', '##.#.. #.#..# .##### .#.#.# #..###'],
  ])('looks again at what has changed since: %s', (before, after) => {
    expect(thinSquares(drawn(before)).equals(drawn(after))).toBe(true)
  })

  it('keeps a square that is a crossing of four diagonals, and masks without squares', () => {
    const crossing = drawn('#....# .#..#. ..##.. ..##.. .#..#. #....#')
    expect(thinSquares(crossing).equals(crossing)).toBe(true)
    const line = drawn('##... ..##. ....#')
    expect(thinSquares(line)).toBe(line)
  })

  it('leaves no pixel of a square that could go, and components and holes as they are', () => {
    const noise = (least: number, most: number) =>
      fc
        .record({
          width: fc.constantFrom(1, 2, 5, 29, 30, 31, 62),
          height: fc.constantFrom(1, 2, 3, 8, 13),
          seed: fc.integer({ min: 1, max: 2 ** 30 }),
          density: fc.integer({ min: least, max: most }),
        })
        .map(({ width, height, seed, density }) => {
          let state = seed
          return grid(width, height, () => {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0
            return state / 2 ** 32 < density / 100
          })
        })
    fc.assert(
      fc.property(noise(30, 95), fc.boolean(), (mask, isThinned) => {
        const before = isThinned ? skeletonize(bits(mask)) : bits(mask)
        const after = thinSquares(before)
        expect(bettiNumbers(after)).toEqual(bettiNumbers(before))
        expect(after.and(before).equals(after)).toBe(true)
        const left = gridOf(after)
        const superfluous = [...left.data.keys()].filter((i) =>
          fillsUp(left, i % mask.width, Math.floor(i / mask.width)),
        )
        expect(superfluous).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})
