import { describe, expect, it } from 'vitest'
import { columnStart, layoutOf } from '../../src/mask/layout.ts'

describe('layoutOf', () => {
  it.each([
    // A column of words holds 30 pixels a row, in tiles of four rows with a guard above each column.
    [1, 1, { columns: 1, pitch: 5, length: 6 }],
    [30, 4, { columns: 1, pitch: 5, length: 6 }],
    [31, 4, { columns: 2, pitch: 5, length: 11 }],
    [60, 5, { columns: 2, pitch: 9, length: 19 }],
    [61, 8, { columns: 3, pitch: 9, length: 28 }],
    [0, 9, { columns: 0, pitch: 1, length: 1 }],
    [9, 0, { columns: 0, pitch: 1, length: 1 }],
  ])('of %i × %i', (width, height, expected) => {
    const layout = layoutOf(width, height)
    expect(layout).toMatchObject({ width, height, ...expected })
    // The last guard stands behind the last column.
    expect(columnStart(layout, layout.columns)).toBe(layout.length)
  })
})
