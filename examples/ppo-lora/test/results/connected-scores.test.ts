import { BitMask } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import {
  CONNECTED_HEAD,
  connectedRow,
  connectedScores,
  meanConnected,
} from '../../src/results/connected-scores.ts'

const WIDTH = 16
const mask = (of: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: WIDTH * WIDTH }, (_, i) =>
    of(i % WIDTH, Math.floor(i / WIDTH)) ? 1 : 0,
  )
const packed = (data: Uint8Array) => BitMask.from({ data, width: WIDTH, height: WIDTH })

/** Two lines, of which the field of view holds the upper one and a part of the lower one. */
const truth = mask((_, y) => y === 4 || y === 12)
const reference = { truth: packed(truth), within: packed(mask((x, y) => y < 10 || x < 8)) }
const logitsOf = (of: (x: number, y: number) => number) =>
  Float32Array.from(truth, (value, i) => (value === 0 ? -5 : of(i % WIDTH, Math.floor(i / WIDTH))))

describe('scores of connections', () => {
  it('count what hangs together, inside the field of view, at a threshold', () => {
    // A gap in the upper line that a lower threshold closes, and one beyond the field of view.
    const logits = logitsOf((x, y) => (y === 4 && x === 8 ? -1 : y === 12 && x === 12 ? -5 : 5))
    const [plain] = connectedScores([logits], [reference], () => 7, 0)
    expect(plain).toMatchObject({ componentError: 1, broken: 1, spurious: 0, missing: 0, extra: 0 })
    expect(plain.reward).toBe(7)
    const [low] = connectedScores([logits], [reference], () => 7, -2)
    expect(low).toMatchObject({ dice: 1, clDice: 1, componentError: 0, broken: 0 })
  })

  it('are averaged, and shown in one row with as many cells as the head', () => {
    const gap = logitsOf((x, y) => (y === 4 && x === 8 ? -1 : 5))
    const mean = meanConnected(
      connectedScores([gap, gap.map(Math.abs)], [reference, reference], () => 1, 0),
    )
    expect(mean.broken).toBe(0.5)
    const row = connectedRow('name', 0, mean)
    expect(row.startsWith('| name | 0.500 | ')).toBe(true)
    expect(row.split('|')).toHaveLength(CONNECTED_HEAD.split('\n')[0].split('|').length)
  })
})
