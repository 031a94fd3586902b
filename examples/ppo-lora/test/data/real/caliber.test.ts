import { describe, expect, test } from 'vitest'
import { caliberOf } from '../../../src/data/real/caliber.ts'
import { realImage } from '../../support/real-image.ts'

describe('caliber', () => {
  test('is the half-width of the vessel in all of its pixels', () => {
    const { caliber, truth, width } = realImage(40, 30)
    for (let i = 0; i < truth.length; i++) {
      const x = i % width
      if (truth[i] === 0) expect(caliber[i]).toBe(0)
      // Ends are rounder than the rest.
      else if (x >= 6 && x < 34) expect(caliber[i]).toBe(i / width < 12 ? 3 : 1)
    }
  })

  test('a mask without background is of no finite width', () => {
    const caliber = caliberOf(new Uint8Array(25).fill(1), 5, 5)
    expect(caliber.every((value) => value > 0)).toBe(true)
  })
})
