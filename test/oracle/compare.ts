import { BitMask } from 'vessel-reward'
import type { Grid } from './grid.ts'

/** A grid in a form that {@link BitMask.from} takes. */
export function bits({ data, width, height }: Grid): BitMask {
  return BitMask.from({ data, width, height })
}

/** Where two sequences differ first, in words; '' where they are equal. */
export function firstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): string {
  if (actual.length !== expected.length) {
    return `${actual.length} values instead of ${expected.length}`
  }
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] !== expected[i]) return `${actual[i]} instead of ${expected[i]} at index ${i}`
  }
  return ''
}

/**
 * Where a mask differs from the grid it should equal; '' where it does not. Also packs the grid
 * and compares the packed form, so that wrong bits beside the pixels do not stay unseen.
 */
export function maskDifference(actual: BitMask, expected: Grid): string {
  const { width, height } = expected
  if (actual.width !== width || actual.height !== height) {
    return `${actual.width} × ${actual.height} instead of ${width} × ${height}`
  }
  const pixels = actual.toUint8Array()
  for (let i = 0; i < expected.data.length; i++) {
    if (pixels[i] === expected.data[i]) continue
    return `${pixels[i]} instead of ${expected.data[i]} at x ${i % width}, y ${Math.floor(i / width)}`
  }
  if (!actual.equals(bits(expected))) return 'equal pixels, but not equal as packed masks'
  const count = expected.data.reduce((sum, value) => sum + value, 0)
  return actual.count === count ? '' : `count ${actual.count} instead of ${count}`
}

/** Whether two numbers agree to 12 digits; NaN and infinities agree only with themselves. */
export function isClose(actual: number, expected: number): boolean {
  if (Object.is(actual, expected) || actual === expected) return true
  const error = Math.abs(actual - expected)
  return error <= 1e-12 * Math.max(Math.abs(actual), Math.abs(expected))
}

/** Where numbers with the same names differ; '' where all are close. */
export function numbersDifference<T extends object>(actual: T, expected: T): string {
  for (const [name, value] of Object.entries(expected)) {
    const got = (actual as Record<string, number>)[name]
    if (!isClose(got, value)) return `${name}: ${got} instead of ${value}`
  }
  return ''
}

/** Runs a check that returns '' or a fault on every item, and lists the faults by name. */
export function faults<T extends { name: string }>(
  items: readonly T[],
  check: (item: T) => string,
): string[] {
  const found: string[] = []
  for (const item of items) {
    const fault = check(item)
    if (fault !== '') found.push(`${item.name}: ${fault}`)
  }
  return found
}
