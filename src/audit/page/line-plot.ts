import { escapeMarkup } from '../../page/escape-markup.ts'
import { coordinate, plotScale, textWidth } from '../../page/plot-axis.ts'

/** One line of a {@link LinePlot}. */
export interface PlotLine {
  /** What the line is called when the pointer rests on it. */
  name: string
  /** A value per step; the line has a gap where a value is not finite. */
  values: readonly number[]
}

/** A place that is marked by a ring. */
export interface PlotMark {
  step: number
  value: number
  /** Shown when the pointer rests on the ring. */
  name: string
}

/** Values along ordered steps. */
export interface LinePlot {
  /** What the picture shows, for readers who do not see it. */
  title: string
  xLabel: string
  yLabel: string
  /** Names of the steps, which stand at equal distances. */
  steps: readonly string[]
  /** The line in front. */
  main: PlotLine
  /** Thin lines behind it. */
  others: readonly PlotLine[]
  marks: readonly PlotMark[]
}

const WIDTH = 380
const HEIGHT = 215
const TOP = 12
const BOTTOM = HEIGHT - 42
const RIGHT = WIDTH - 14

/**
 * A line plot as an SVG element without colours or fonts of its own: the classes `grid`, `axis`,
 * `main`, `other` and `mark` say what a style sheet shall draw how.
 */
export function linePlot(plot: LinePlot): string {
  const { title, xLabel, yLabel, steps, main, others, marks } = plot
  const values = [main, ...others].flatMap((line) => Array.from(line.values))
  const y = plotScale([...values, ...marks.map((mark) => mark.value)], BOTTOM, TOP, 5)
  const left = Math.max(40, 26 + Math.max(...y.labels.map(textWidth)))
  const gap = steps.length > 1 ? (RIGHT - left) / steps.length : RIGHT - left
  const x = (step: number) => left + (step + 0.5) * gap

  const rows = y.ticks.map((tick, i) => {
    const at = coordinate(y.at(tick))
    return `<path class="grid" d="M${coordinate(left)} ${at}H${RIGHT}"/><text class="end" x="${coordinate(left - 6)}" y="${at}" dy=".35em">${y.labels[i]}</text>`
  })
  // Names that would run into each other are left out at regular distances.
  const widest = Math.max(1, ...steps.map(textWidth)) + 6
  const every = Math.max(1, Math.ceil(widest / gap))
  const columns = steps.map((name, i) =>
    i % every === 0
      ? `<text class="middle" x="${coordinate(x(i))}" y="${BOTTOM + 16}">${escapeMarkup(name)}</text>`
      : '',
  )
  const path = (line: PlotLine, kind: string) =>
    `<path class="${kind}" d="${pathOf(line.values, x, y.at)}"><title>${escapeMarkup(line.name)}</title></path>`
  return [
    `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">`,
    ...rows,
    `<path class="axis" d="M${coordinate(left)} ${TOP}V${BOTTOM}H${RIGHT}"/>`,
    ...columns.filter((text) => text !== ''),
    `<text class="middle label" x="${coordinate((left + RIGHT) / 2)}" y="${HEIGHT - 6}">${escapeMarkup(xLabel)}</text>`,
    `<text class="middle label" transform="translate(11 ${(TOP + BOTTOM) / 2}) rotate(-90)">${escapeMarkup(yLabel)}</text>`,
    ...others.map((line) => path(line, 'other')),
    path(main, 'main'),
    ...marks
      .filter(({ value }) => Number.isFinite(value))
      .map(
        ({ step, value, name }) =>
          `<circle class="mark" cx="${coordinate(x(step))}" cy="${coordinate(y.at(value))}" r="5"><title>${escapeMarkup(name)}</title></circle>`,
      ),
    '</svg>',
  ].join('\n')
}

/** The path through the finite values; one that stands alone becomes a dot. */
function pathOf(
  values: readonly number[],
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  let path = ''
  let isDrawing = false
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      isDrawing = false
      continue
    }
    path += `${isDrawing ? 'L' : 'M'}${coordinate(x(i))} ${coordinate(y(values[i]))}`
    // Round ends of lines make this dot visible.
    if (!isDrawing && !Number.isFinite(values[i + 1])) path += 'h0'
    isDrawing = true
  }
  return path
}
