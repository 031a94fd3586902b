import { escapeMarkup } from './escape-markup.ts'
import { coordinate, plotScale } from './plot-axis.ts'

/** The values that were seen, inside those that are declared. */
export interface RangePlot {
  /** What the picture shows, for readers who do not see it. */
  title: string
  /** The declared bounds, which need not be finite. */
  declared: readonly [min: number, max: number]
  /** The lowest, mean and highest value that was seen. */
  seen: readonly [min: number, mean: number, max: number]
}

const WIDTH = 180
const HEIGHT = 18
const MARGIN = 4

/**
 * A bar of the values seen (class `seen`) over one of the values declared (class `declared`, and
 * `open` where a bound is not finite), with a line at the mean (class `mean`), as an SVG element
 * without colours of its own.
 */
export function rangePlot({ title, declared, seen }: RangePlot): string {
  const all = [...declared, ...seen].filter(Number.isFinite)
  const scale = plotScale([Math.min(...all, 0), Math.max(...all, 0)], MARGIN, WIDTH - MARGIN, 8)
  const at = (value: number, otherwise: number) =>
    Number.isFinite(value) ? scale.at(value) : otherwise
  const from = at(declared[0], 0)
  const to = at(declared[1], WIDTH)
  const kind = declared.every(Number.isFinite) ? 'declared' : 'declared open'
  const bar = (left: number, right: number, y: number, height: number, name: string) =>
    `<rect class="${name}" x="${coordinate(left)}" y="${y}" width="${coordinate(Math.max(1.5, right - left))}" height="${height}" rx="1"/>`
  const parts = [bar(from, to, 4, HEIGHT - 8, kind)]
  const [low, mean, high] = seen
  if (Number.isFinite(low) && Number.isFinite(high)) {
    parts.push(bar(scale.at(low), scale.at(high), 6, HEIGHT - 12, 'seen'))
  }
  if (Number.isFinite(mean)) {
    parts.push(`<path class="mean" d="M${coordinate(scale.at(mean))} 2V${HEIGHT - 2}"/>`)
  }
  return `<svg class="range" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">${parts.join('')}</svg>`
}
