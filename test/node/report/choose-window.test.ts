import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ErrorMark } from '../../../src/node/overlay/error-marks.ts'
import { chooseWindow, isInside } from '../../../src/node/report/pictures/choose-window.ts'

const mark = (x: number, y: number, size: number): ErrorMark => ({
  ...{ kind: 'missing branch', x, y, size, count: 1 },
})

test('a window holds all errors where they fit, else most of them', () => {
  const image = { width: 1000, height: 900 }
  const near = [mark(500, 400, 20), mark(560, 430, 8)]
  const small = chooseWindow(image, near, 360_000)
  expect(small).toMatchObject({ width: 200, height: 150, step: 1 })
  expect(near.every((one) => isInside(small, one))).toBe(true)
  const far = [mark(20, 20, 20), mark(980, 880, 8)]
  expect(chooseWindow(image, far, 360_000)).toMatchObject({ width: 1000, height: 900, step: 2 })
  const cluster = [mark(20, 20, 50), ...[1, 2, 3, 4].map((i) => mark(900 + 9 * i, 800, 20))]
  const part = chooseWindow(image, cluster, 30_000)
  expect(part).toMatchObject({ width: 400, height: 300, step: 2 })
  expect(cluster.map((one) => isInside(part, one))).toEqual([false, true, true, true, true])
})

test('a window lies in its image, and its picture is not too large', () => {
  const marks = fc.array(fc.tuple(fc.nat(2999), fc.nat(1999), fc.integer({ min: 1, max: 400 })), {
    maxLength: 8,
  })
  const sizes = fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 2000 }))
  fc.assert(
    fc.property(
      sizes,
      marks,
      fc.integer({ min: 1000, max: 400_000 }),
      ([width, height], all, most) => {
        const inside = all
          .filter(([x, y]) => x < width && y < height)
          .map(([x, y, size]) => mark(x, y, size))
        const window = chooseWindow({ width, height }, inside, most)
        expect(window.left).toBeGreaterThanOrEqual(0)
        expect(window.top).toBeGreaterThanOrEqual(0)
        expect(window.left + window.width).toBeLessThanOrEqual(width)
        expect(window.top + window.height).toBeLessThanOrEqual(height)
        expect([1, 2]).toContain(window.step)
        const pixels =
          Math.floor(window.width / window.step) * Math.floor(window.height / window.step)
        expect(pixels).toBeLessThanOrEqual(most)
        if (inside.length === 1) expect(isInside(window, inside[0])).toBe(true)
      },
    ),
  )
})
