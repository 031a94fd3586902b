import { escapeMarkup } from '../../page/escape-markup.ts'
import { coordinate, plotScale, textWidth } from '../../page/plot-axis.ts'
import type { PlotMark } from './line-plot.ts'

/** Two values of each of many things. */
export interface ScatterPlot {
  /** What the picture shows, for readers who do not see it. */
  title: string
  xLabel: string
  yLabel: string
  /** The points; those with a value that is not finite are left out. */
  points: readonly (readonly [x: number, y: number])[]
  /** Pairs of points that are joined by a line. */
  pairs: readonly ScatterPair[]
}

/** Two points that contradict each other. */
export interface ScatterPair {
  from: readonly [x: number, y: number]
  to: readonly [x: number, y: number]
  /** Shown when the pointer rests on the line. */
  name: PlotMark['name']
}

const WIDTH = 560
const HEIGHT = 360
const TOP = 12
const BOTTOM = HEIGHT - 46
const RIGHT = WIDTH - 16

/**
 * A scatter plot as an SVG element without colours or fonts of its own; see `linePlot`. All points
 * are one path of class `points`: thousands of elements would make a page slow.
 */
export function scatterPlot({ title, xLabel, yLabel, points, pairs }: ScatterPlot): string {
  const isFinitePoint = (point: readonly number[]) => point.every(Number.isFinite)
  const shown = points.filter(isFinitePoint)
  const joined = pairs.filter(({ from, to }) => isFinitePoint(from) && isFinitePoint(to))
  const all = [...shown, ...joined.flatMap(({ from, to }) => [from, to])]
  const y = plotScale(
    all.map((point) => point[1]),
    BOTTOM,
    TOP,
    6,
  )
  const left = Math.max(44, 28 + Math.max(...y.labels.map(textWidth)))
  const x = plotScale(
    all.map((point) => point[0]),
    left + 4,
    RIGHT - 4,
    7,
  )
  const place = ([px, py]: readonly [number, number]) =>
    `${coordinate(x.at(px))} ${coordinate(y.at(py))}`
  const rows = y.ticks.map((tick, i) => {
    const at = coordinate(y.at(tick))
    return `<path class="grid" d="M${coordinate(left)} ${at}H${RIGHT}"/><text class="end" x="${coordinate(left - 6)}" y="${at}" dy=".35em">${y.labels[i]}</text>`
  })
  const columns = x.ticks.map((tick, i) => {
    const at = coordinate(x.at(tick))
    return `<path class="grid" d="M${at} ${TOP}V${BOTTOM}"/><text class="middle" x="${at}" y="${BOTTOM + 16}">${x.labels[i]}</text>`
  })
  return [
    `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">`,
    ...rows,
    ...columns,
    `<path class="axis" d="M${coordinate(left)} ${TOP}V${BOTTOM}H${RIGHT}"/>`,
    `<text class="middle label" x="${coordinate((left + RIGHT) / 2)}" y="${HEIGHT - 8}">${escapeMarkup(xLabel)}</text>`,
    `<text class="middle label" transform="translate(11 ${(TOP + BOTTOM) / 2}) rotate(-90)">${escapeMarkup(yLabel)}</text>`,
    `<path class="points" d="${shown.map((point) => `M${place(point)}h0`).join('')}"/>`,
    ...joined.map(
      ({ from, to, name }) =>
        `<path class="pair" d="M${place(from)}L${place(to)}"><title>${escapeMarkup(name)}</title></path><path class="pair ends" d="M${place(from)}h0M${place(to)}h0"/>`,
    ),
    '</svg>',
  ].join('\n')
}
