import { escapeMarkup } from '../../../page/escape-markup.ts'
import { coordinate, type PlotScale, plotScale } from '../../../page/plot-axis.ts'

/** The values of one metric; see {@link distributionStrip}. */
export interface Distribution {
  /** What the picture shows, for readers who do not see it. */
  readonly title: string
  /** NaN is passed over. */
  readonly values: readonly number[]
  readonly mean: number
  /** The interval of the mean. */
  readonly low: number
  readonly high: number
}

const WIDTH = 260
const MARGIN = 10
const FLOOR = 22
const HEIGHT = 38
/** Columns of dots are this wide, and hold so many dots. */
const DOT = 4
const MOST = 5

/**
 * A dot for each value above an axis, with a line at the mean over its interval, as an SVG element
 * without colours of its own. Dots of one place stand on each other; however many values there are,
 * the picture does not grow beyond that.
 */
export function distributionStrip({ title, values, mean, low, high }: Distribution): string {
  const scale = plotScale(values, MARGIN, WIDTH - MARGIN, 4)
  const stacks = new Map<number, number>()
  let dots = ''
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    const column = Math.round(scale.at(value) / DOT)
    const height = stacks.get(column) ?? 0
    stacks.set(column, height + 1)
    if (height < MOST) dots += `M${column * DOT} ${FLOOR - 3 - height * DOT}h0`
  }
  const parts = [`<path class="axis" d="M${MARGIN} ${FLOOR}H${WIDTH - MARGIN}"/>`, ...ticks(scale)]
  if (dots !== '') parts.push(`<path class="dots" d="${dots}"/>`)
  if (Number.isFinite(low) && Number.isFinite(high)) {
    const from = scale.at(low)
    const width = Math.max(1.5, scale.at(high) - from)
    parts.push(
      `<rect class="interval" x="${coordinate(from)}" y="${FLOOR - 1.5}" width="${coordinate(width)}" height="3"/>`,
    )
  }
  if (Number.isFinite(mean)) {
    parts.push(`<path class="mean" d="M${coordinate(scale.at(mean))} 1V${FLOOR + 2}"/>`)
  }
  return `<svg class="strip" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">${parts.join('')}</svg>`
}

/** The ends and the middle, as far as their labels do not touch. */
function ticks({ at, ticks: values, labels }: PlotScale): string[] {
  const last = values.length - 1
  const shown = new Set(last % 2 === 0 ? [0, last / 2, last] : [0, last])
  return values.flatMap((value, i) => {
    const x = coordinate(at(value))
    const tick = `<path class="axis" d="M${x} ${FLOOR}v3"/>`
    const anchor = i === 0 ? 'start' : i === last ? 'end' : 'middle'
    const place = i === 0 ? MARGIN - 6 : i === last ? WIDTH - MARGIN + 6 : x
    return shown.has(i)
      ? [tick, `<text class="${anchor}" x="${place}" y="${HEIGHT - 3}">${labels[i]}</text>`]
      : [tick]
  })
}
