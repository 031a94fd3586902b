import { describe, expect, test } from 'vitest'
import { mulberry32 } from '../../../../mulberry32.ts'
import { localContrast } from '../../../src/data/real/local-contrast.ts'
import { realImage } from '../../support/real-image.ts'
import { expectClose } from '../../support/tiny-model.ts'

describe('local contrast', () => {
  const [width, height] = [40, 30]
  const random = mulberry32(3)
  const grey = Float32Array.from({ length: width * height }, (_, i) => i / 100 + random())
  const within = realImage(width, height).within

  test('does not depend on brightness, contrast or what is outside the field of view', () => {
    const expected = localContrast(grey, within, width, height)
    const other = grey.map((value, i) => (within[i] === 1 ? 3 * value : 1e6 * random()))
    expectClose(localContrast(other, within, width, height), expected, 1e-4)
    expect(expected.every((value, i) => within[i] === 1 || value === 0)).toBe(true)
    expect(expected.some((value) => Math.abs(value) > 0.5)).toBe(true)
    const inside = expected.filter((_, i) => within[i] === 1)
    expect(Math.abs(inside.reduce((a, b) => a + b) / inside.length)).toBeLessThan(0.2)
  })

  test('is limited, and finite where there is no contrast', () => {
    const uniform = localContrast(new Float32Array(width * height).fill(0), within, width, height)
    expect(uniform.every((value) => value === 0)).toBe(true)
    const bright = localContrast(
      grey.map(() => 147.3),
      within,
      width,
      height,
    )
    expect(bright.every((value) => value === 0)).toBe(true)
    const spike = grey.map(() => 0)
    spike[10 * width + 20] = 1000
    const peak = localContrast(spike, within, width, height)
    expect(Math.max(...peak)).toBe(5)
  })

  test('takes no slope of the illumination for a contrast, at the rim or inside', () => {
    const slope = grey.map((_, i) => 100 + 0.5 * (i % width) - 0.3 * Math.floor(i / width))
    // A single dark pixel, as otherwise there would be no contrast to compare with.
    slope[15 * width + 20] -= 20
    const contrast = localContrast(slope, within, width, height)
    expect(contrast[15 * width + 20]).toBeLessThan(-3)
    const column = (x: number) => contrast[25 * width + x]
    for (const x of [2, 3, 20, 36, 37]) expect(Math.abs(column(x))).toBeLessThan(0.25)
  })

  test('is finite where the field of view is a line or a single pixel', () => {
    const thin = new Uint8Array(width * height)
    thin.fill(1, 5 * width, 6 * width)
    thin[20 * width + 7] = 1
    expect(localContrast(grey, thin, width, height).every(Number.isFinite)).toBe(true)
  })
})
