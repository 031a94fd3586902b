import { type Layout, PIXEL_BITS, type PixelGrid, WORD_PIXELS } from './layout.ts'

/**
 * Refuses numbers that all lie within [0, 1] with some strictly between: probabilities, for which
 * the default threshold of 0 makes everything foreground. Logits, which leave that range, have
 * their natural threshold at 0.
 *
 * @param words - the grid packed with the threshold 0: fractions are among its foreground
 * @throws RangeError that proposes a threshold
 */
export function refuseProbabilities(
  grid: PixelGrid,
  { columns, pitch }: Layout,
  words: Int32Array,
  what: string,
): void {
  if (!mayHoldFractions(grid.data)) return
  const { data, height, offset, rowStride, columnStride, values } = grid
  for (let column = 0; column < columns; column++) {
    const start = column * pitch + 1
    for (let y = 0; y < height; y++) {
      let rest = words[start + y] & PIXEL_BITS
      while (rest !== 0) {
        const x = column * WORD_PIXELS + 30 - Math.clz32(rest & -rest)
        const first = offset + y * rowStride + x * columnStride
        for (let i = first; i < first + values; i++) {
          if (isFraction(data[i])) {
            if (areProbabilities(grid)) throw probabilitiesError(data[i], what)
            return
          }
        }
        rest &= rest - 1
      }
    }
  }
}

/** The error for probabilities without a threshold. */
export function probabilitiesError(example: unknown, what: string): RangeError {
  return new RangeError(
    `expected ${what} to hold 0 and 1, or a threshold, got numbers between 0 and 1 such as ` +
      `${example}: make masks of probabilities with BitMask.from(mask, { threshold: 0.5 }); ` +
      'threshold: 0 takes everything above 0',
  )
}

/** Whether the number lies strictly between 0 and 1. */
export function isFraction(value: unknown): boolean {
  return (value as number) > 0 && (value as number) < 1
}

function mayHoldFractions(data: PixelGrid['data']): boolean {
  return !/(Int|Uint)/.test(Object.prototype.toString.call(data))
}

function areProbabilities({
  data,
  width,
  height,
  offset,
  rowStride,
  columnStride,
  values,
}: PixelGrid): boolean {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = offset + y * rowStride + x * columnStride
      for (let i = first; i < first + values; i++) if (!isWithinUnit(data[i])) return false
    }
  }
  return true
}

const isWithinUnit = (value: unknown) => (value as number) >= 0 && (value as number) <= 1
