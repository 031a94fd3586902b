import { describe, expect, test } from 'vitest'
import { NearParts } from '../../../src/metrics/topology-errors/nearby-components.ts'
import { grid } from '../../oracle/grid.ts'

const WIDTH = 13
const HEIGHT = 11
const bytes = (isOn: (x: number, y: number) => boolean) =>
  grid(WIDTH, HEIGHT, isOn).data as Uint8Array
const at = (x: number, y: number) => y * WIDTH + x

describe('NearParts', () => {
  const full = bytes(() => true)

  test.each([
    [6, 5, 3],
    [6, 5, 4.5],
    [1, 1, 3],
    [11, 9, 3.7],
    [0, 10, 1.5],
  ])('the window of the pixel (%i, %i) is a disc of radius %f', (x, y, radius) => {
    const dot = bytes((column, row) => column === x && row === y)
    const near = new NearParts(dot, full, WIDTH, HEIGHT)
    near.enter(Int32Array.of(at(x, y)), () => radius)
    for (let row = 0; row < HEIGHT; row++) {
      for (let column = 0; column < WIDTH; column++) {
        const isNear = (column - x) ** 2 + (row - y) ** 2 <= radius * radius
        expect(near.partAt(at(column, row)), `${column}, ${row}`).toBe(isNear ? 1 : 0)
      }
    }
  })

  test('parts are those that hang together in the window, not elsewhere', () => {
    // A bow whose feet stand to both sides of the piece, and which closes far above.
    const own = bytes((x, y) => y === 9 && x > 4 && x < 8)
    const bow = bytes((x, y) => (x === 4 || x === 8 ? y > 0 : y === 1 && x > 3 && x < 9))
    const near = new NearParts(own, bow, WIDTH, HEIGHT)
    const pixels = Int32Array.of(at(5, 9), at(6, 9), at(7, 9))
    near.enter(pixels, () => 3)
    const [left, right] = [near.partAt(at(4, 9)), near.partAt(at(8, 9))]
    expect([left, right]).toEqual([1, 2])
    expect(near.join(left, right)).toBe(true)
    expect(near.join(right, left)).toBe(false)
    expect(near.rootOf(right)).toBe(left)
    // In a greater window the same parts are one.
    near.enter(pixels, () => 9)
    expect([near.partAt(at(4, 9)), near.partAt(at(8, 9))]).toEqual([1, 1])
    // And the window of the next piece is its own.
    near.enter(Int32Array.of(at(0, 0)), () => 2)
    expect([near.partAt(at(4, 9)), near.partAt(at(8, 9))]).toEqual([0, 0])
  })

  test('what lies on another vessel only is no part', () => {
    const own = bytes((_, y) => y === 2 || y === 6)
    const other = bytes((x, y) => y === 6 || (y === 4 && x < 3))
    const near = new NearParts(own, other, WIDTH, HEIGHT)
    near.enter(Int32Array.of(at(5, 2), at(6, 2)), () => 5)
    expect(near.partAt(at(5, 6))).toBe(0)
    expect(near.partAt(at(2, 4))).toBeGreaterThan(0)
    expect(near.partAt(at(5, 4))).toBe(0)
  })
})
