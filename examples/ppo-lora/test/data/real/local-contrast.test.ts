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
    const spike = grey.map(() => 0)
    spike[10 * width + 20] = 1000
    const peak = localContrast(spike, within, width, height)
    expect(Math.max(...peak)).toBe(5)
  })
})
