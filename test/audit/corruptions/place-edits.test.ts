import { BitMask, bettiNumbers } from 'vessel-reward'
import { describe, expect, test } from 'vitest'
import { placeEdits } from '../../../src/audit/corruptions/place-edits.ts'

const WIDTH = 120
const HEIGHT = 60
const at = (x: number, y: number) => y * WIDTH + x

/** A bar along the top, and a ring of which one pixel is missing. */
const data = new Uint8Array(WIDTH * HEIGHT)
for (let x = 0; x < WIDTH; x++) data.fill(1, at(x, 0), at(x, 0) + 1)
for (let i = 0; i < 7; i++) {
  for (const [x, y] of [
    [40 + i, 40],
    [40 + i, 46],
    [40, 40 + i],
    [46, 40 + i],
  ]) {
    data[at(x, y)] = 1
  }
}
data[at(43, 40)] = 0
const mask = BitMask.from({ data, width: WIDTH, height: HEIGHT })

/** A pixel on the bar; it changes neither parts nor holes. */
const bump = (x: number) => [at(x, 1)]
/** Closes the ring and makes a part of its own: one of each more, so that Euler's number stays. */
const both = [at(43, 40), at(80, 40)]
const none = { b0: 0, b1: 0 }

describe('placeEdits', () => {
  test('makes edits in their order until there are enough', () => {
    const edits = [bump(4), bump(20), bump(36), bump(52)]
    const { mask: edited, count, chosen } = placeEdits(mask, edits, 1, 3, none)
    expect([count, chosen]).toEqual([3, [0, 1, 2]])
    expect(edited.count).toBe(mask.count + 3)
    for (const [[pixel], isSet] of edits.map((edit, i) => [edit, i < 3] as const)) {
      expect(edited.get(pixel % WIDTH, 1)).toBe(isSet)
    }
    expect(placeEdits(mask, edits, 1, 0, none)).toEqual({ mask, count: 0, chosen: [] })
    expect(placeEdits(mask, [], 1, 3, none)).toEqual({ mask, count: 0, chosen: [] })
    expect(placeEdits(mask, edits, 1, 9, none).chosen).toEqual([0, 1, 2, 3])
  })

  test('leaves out one that changes parts and holes alike, and keeps those beside it', () => {
    // The fifth edit ends a group; that of the third one is found wrong and each is tried again.
    const edits = [bump(4), bump(20), both, bump(36), bump(52), bump(68), bump(84)]
    for (const [count, chosen] of [
      [2, [0, 1]],
      [3, [0, 1, 3]],
      [4, [0, 1, 3, 4]],
      [6, [0, 1, 3, 4, 5, 6]],
    ] as const) {
      const result = placeEdits(mask, edits, 1, count, none)
      expect(result.chosen).toEqual(chosen)
      expect(result.mask.count).toBe(mask.count + count)
      expect(bettiNumbers(result.mask)).toEqual(bettiNumbers(mask))
    }
    expect(placeEdits(mask, [both], 1, 1, none)).toEqual({ mask, count: 0, chosen: [] })
  })

  test('makes only what changes the topology as it is to', () => {
    const close = [at(43, 40)]
    const apart = [at(80, 40)]
    const edits = [bump(4), close, apart, both]
    expect(placeEdits(mask, edits, 1, 4, { b0: 0, b1: 1 }).chosen).toEqual([1])
    expect(placeEdits(mask, edits, 1, 4, { b0: 1, b1: 0 }).chosen).toEqual([2])
    expect(placeEdits(mask, edits, 1, 4, { b0: 1, b1: 1 }).chosen).toEqual([3])
    // Taking away: a cut through the bar, none at its end, and one of what is not there.
    const cuts = [[at(0, 0)], [at(60, 0)], [at(60, 30)]]
    expect(placeEdits(mask, cuts, 0, 3, { b0: 1, b1: 0 }).chosen).toEqual([1])
    expect(placeEdits(mask, cuts, 0, 3, none).chosen).toEqual([0])
  })

  test('keeps edits a cell of 8 pixels apart', () => {
    // In the cells from 0, 8, 16 and 24 on.
    expect(placeEdits(mask, [7, 8, 15].map(bump), 1, 3, none).chosen).toEqual([0])
    expect(placeEdits(mask, [7, 16, 24].map(bump), 1, 3, none).chosen).toEqual([0, 1])
    expect(placeEdits(mask, [7, 23, 24].map(bump), 1, 3, none).chosen).toEqual([0, 1])
    const bottom = BitMask.from({
      data: data.map((value, i) => (i >= at(0, HEIGHT - 1) ? 1 : value)),
      width: WIDTH,
      height: HEIGHT,
    })
    // From one end of a row to the other, and from top to bottom, is far.
    const ends = [[at(119, 1)], [at(0, HEIGHT - 2)], [at(0, 1)], [at(119, HEIGHT - 2)]]
    expect(placeEdits(bottom, ends, 1, 4, none).chosen).toEqual([0, 1, 2, 3])
  })
})
