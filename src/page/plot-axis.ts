/** A linear scale from values to pixels. */
export interface PlotScale {
  /** Where a value lies. */
  at(value: number): number
  /** Round values to write along the axis, ascending, inside the scale. */
  ticks: readonly number[]
  /** The values as text, all with the same number of digits behind the point. */
  labels: readonly string[]
}

/** Beyond this, sums and differences of values overflow; no reward needs it. */
const LARGEST = 1e150

/** Characters are not measured: this many pixels per character is right for 11-pixel digits. */
const DIGIT_WIDTH = 6.2

/**
 * A scale whose ends are round and hold every finite value.
 *
 * @param values - what shall be shown; values that are not finite are passed over
 * @param from - pixel of the lowest value
 * @param to - pixel of the highest value
 * @param count - about how many ticks there shall be
 */
export function plotScale(
  values: Iterable<number>,
  from: number,
  to: number,
  count: number,
): PlotScale {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    const kept = Math.max(-LARGEST, Math.min(LARGEST, value))
    low = Math.min(low, kept)
    high = Math.max(high, kept)
  }
  if (low > high) {
    low = 0
    high = 1
  }
  // All values equal, or but for rounding: the line runs in the middle, and ticks stay distinct.
  const least = 1e-6 * Math.max(1, Math.abs(low), Math.abs(high))
  if (high - low < least) {
    const room = Math.max(0.5, 0.1 * Math.abs(low))
    low -= room
    high += room
  }
  const step = roundStep((high - low) / count)
  const first = Math.floor(low / step + 1e-9)
  const last = Math.ceil(high / step - 1e-9)
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
  const start = first * step
  const perUnit = (to - from) / (last * step - start)
  return {
    at: (value) => from + (Math.max(-LARGEST, Math.min(LARGEST, value)) - start) * perUnit,
    ticks,
    labels: ticks.map((tick) => tickLabel(tick, step)),
  }
}

/** 1, 2, 2.5 or 5 times a power of ten, at least `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  const digit = step / power
  return power * ([1, 2, 2.5, 5].find((round) => digit <= round) ?? 10)
}

function tickLabel(value: number, step: number): string {
  if (Math.abs(value) >= 1e6 || step < 1e-5) return minus(String(Number(value.toPrecision(4))))
  const power = Math.floor(Math.log10(step) + 1e-9)
  const isQuarter = Math.abs(step / 10 ** power - 2.5) < 0.1
  return minus(value.toFixed(Math.max(0, (isQuarter ? 1 : 0) - power)))
}

/** A real minus sign, and no minus before a zero. */
function minus(text: string): string {
  return text.replace(/^-(?=0(\.0*)?$)/, '').replace(/^-/, '−')
}

/** How many pixels a label takes at most. */
export function textWidth(label: string): number {
  return label.length * DIGIT_WIDTH
}

/** A coordinate: tenths of a pixel are all that can be seen. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10)
}
