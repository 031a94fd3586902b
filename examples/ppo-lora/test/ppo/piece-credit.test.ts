import { BitMask, counterfactualAdvantages } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { advantagesOf } from '../../src/ppo/advantages.ts'
import { pieceCredit } from '../../src/ppo/piece-credit.ts'
import { vesselPieces } from '../../src/ppo/vessel-pieces.ts'
import { smallSettings } from '../support/tiny-run.ts'

const SIZE = 24
const at = (x: number, y: number) => y * SIZE + x
const packed = (data: Uint8Array) => BitMask.from({ data, width: SIZE, height: SIZE })
const drawn = (of: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: SIZE * SIZE }, (_, i) => (of(i % SIZE, Math.floor(i / SIZE)) ? 1 : 0))

/** A T of three branches, and a line by itself. */
const TRUTH = drawn(
  (x, y) => y === 6 || (x === 12 && y > 6 && y < 16) || (y === 20 && x > 3 && x < 20),
)
const WITHIN = drawn((x, y) => x > 0 && y < SIZE - 1)

function samples(count: number): Uint8Array[] {
  const random = mulberry32(3)
  return Array.from({ length: count }, () =>
    TRUTH.map((value) => (random() < 0.15 ? 1 - value : value)),
  )
}

describe('pieces of vessels', () => {
  it('are the branches between junctions, and every pixel belongs to the nearest', () => {
    const logits = Float32Array.from(TRUTH, (value) => (value === 1 ? 2 : -5))
    const { pieceOf, count } = vesselPieces(logits, SIZE, SIZE)
    expect(count).toBe(4)
    const of = (x: number, y: number) => pieceOf[at(x, y)]
    const [left, right, stem, line] = [of(4, 6), of(20, 6), of(12, 12), of(10, 20)]
    expect(new Set([left, right, stem, line]).size).toBe(4)
    expect(of(4, 2)).toBe(left)
    expect(of(21, 9)).toBe(right)
    expect(of(14, 12)).toBe(stem)
    expect(of(10, 23)).toBe(line)
    expect(pieceOf.every((piece) => piece >= 0 && piece < count)).toBe(true)
  })

  it('are seen where a vessel is only possible, and are one where there is none', () => {
    const faint = Float32Array.from(TRUTH, (value) => (value === 1 ? -1.5 : -5))
    expect(vesselPieces(faint, SIZE, SIZE).count).toBe(4)
    const none = vesselPieces(new Float32Array(SIZE * SIZE).fill(-5), SIZE, SIZE)
    expect(none.count).toBe(1)
    expect(none.pieceOf.every((piece) => piece === 0)).toBe(true)
  })
})

describe('credit by piece', () => {
  it('is that of the library where the pieces are tiles', () => {
    const masks = samples(4)
    // The first two are the same in the upper three tiles.
    masks[1].set(masks[0].subarray(0, 8 * SIZE))
    const tile = 8
    const pieceOf = Int32Array.from(TRUTH, (_, i) => {
      const [x, y] = [i % SIZE, Math.floor(i / SIZE)]
      return Math.floor(y / tile) * 3 + Math.floor(x / tile)
    })
    const [truth, within] = [packed(TRUTH), packed(WITHIN)]
    const reward = { preset: 'robust' } as const
    const credit = pieceCredit(masks, truth, within, { pieceOf, count: 9 }, reward)
    const expected = counterfactualAdvantages(
      masks.map((data) => ({ data, width: SIZE, height: SIZE })),
      truth,
      { tile, within, reward },
    )
    for (const name of ['rewards', 'overlap', 'skeleton'] as const) {
      expect(credit[name]).toHaveLength(expected[name].length)
      credit[name].forEach((value, i) => {
        expect(value).toBeCloseTo(expected[name][i], 9)
      })
      expect(Math.max(...credit[name].map(Math.abs))).toBeGreaterThan(0)
    }
  })

  it('praises the sample that has the branch, in that branch and nowhere else', () => {
    const without = TRUTH.map((value, i) =>
      i % SIZE === 12 && i > at(0, 7) && i < at(0, 16) ? 0 : value,
    )
    const logits = Float32Array.from(TRUTH, (value) => (value === 1 ? 0.1 : -5))
    const settings = smallSettings({ credit: 'piece', reward: 'robust' })
    const [one] = advantagesOf(
      [{ masks: [TRUTH, without], truth: packed(TRUTH), within: packed(WITHIN), logits }],
      settings,
      () => 0,
      Math.random,
    )
    const { advantages, parts, partOf } = one
    const stem = partOf[at(12, 12)]
    expect(advantages[stem]).toBeGreaterThan(0)
    expect(advantages[parts + stem]).toBeCloseTo(-advantages[stem], 9)
    advantages.forEach((value, i) => {
      if (i % parts !== stem) expect(value).toBe(0)
    })
  })
})
