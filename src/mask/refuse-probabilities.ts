import type { PixelGrid } from './layout.ts'
import { isFraction } from './validate.ts'

/**
 * Refuses values that all lie within [0, 1] where some are strictly between: probabilities, for which
 * the default threshold of 0 makes everything foreground. Logits, which leave that range, have
 * their natural threshold at 0.
 *
 * @param grids - have values strictly between 0 and 1
 * @throws RangeError that proposes a threshold
 */
export function refuseProbabilities(grids: readonly PixelGrid[], what: string): void {
  let example: unknown
  for (const { data, width, height, offset, rowStride, columnStride, values } of grids) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const first = offset + y * rowStride + x * columnStride
        for (let i = first; i < first + values; i++) {
          if (!isWithinUnit(data[i])) return
          if (example === undefined && isFraction(data[i])) example = data[i]
        }
      }
    }
  }
  throw new RangeError(
    `expected ${what} to hold 0 and 1, or a threshold, got numbers between 0 and 1 such as ` +
      `${example}: make masks of probabilities with BitMask.from(mask, { threshold: 0.5 }); ` +
      'threshold: 0 takes everything above 0',
  )
}

const isWithinUnit = (value: unknown) => (value as number) >= 0 && (value as number) <= 1
