import { describe, expect, test } from 'vitest'
import { realCoarseLabel } from '../../src/data/coarse-labels.ts'
import { realImage } from '../support/real-image.ts'

describe('coarse labels', () => {
  test('miss most thin vessels, keep thick ones and widen parts of them', () => {
    const image = realImage(300, 40)
    const shares = { thin: 0, thick: 0, wide: 0 }
    const rounds = 20
    for (let seed = 0; seed < rounds; seed++) {
      const label = realCoarseLabel(image, seed)
      expect(label.every((value, i) => value <= image.within[i])).toBe(true)
      const row = (y: number) => {
        const part = label.subarray(y * 300 + 2, y * 300 + 298)
        return part.reduce((a, b) => a + b, 0) / part.length / rounds
      }
      shares.thin += row(15)
      shares.thick += row(8)
      shares.wide += row(5)
    }
    expect(shares.thick).toBeGreaterThan(0.99)
    expect(shares.thin).toBeGreaterThan(0.08)
    expect(shares.thin).toBeLessThan(0.25)
    expect(shares.wide).toBeGreaterThan(0.15)
    expect(shares.wide).toBeLessThan(0.45)
    expect(realCoarseLabel(image, 1)).toEqual(realCoarseLabel(image, 1))
    expect(realCoarseLabel(image, 1)).not.toEqual(realCoarseLabel(image, 2))
  })
})
