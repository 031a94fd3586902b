import { escapeMarkup } from './escape-markup.ts'
import { coordinate, plotScale, textWidth } from './plot-axis.ts'

/** A line through points; it has a gap where one is not finite. */
export interface XyLine {
  /** What the line is called when the pointer rests on it. */
  readonly name: string
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

/** A point that is marked by a ring, with text beside it. */
export interface XyMark {
  readonly name: string
  readonly x: number
  readonly y: number
}

/** Lines over numbers. */
export interface XyPlot {
  /** What the picture shows, for readers who do not see it. */
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  /** The line in front. */
  readonly main: XyLine
  readonly marks: readonly XyMark[]
}

const WIDTH = 380
const HEIGHT = 260
/** Above the scale is room for the text of a mark. */
const TOP = 22
const BOTTOM = HEIGHT - 42
const RIGHT = WIDTH - 14
/** More points than this cannot be told apart in the picture. */
const MOST_POINTS = 2000

/**
 * A plot of y over x from 0 to 1, as an SVG element without colours or fonts of its own: the classes
 * `grid`, `axis`, `main` and `mark` say what a style sheet shall draw how.
 *
 * @param place - where it stands in a picture around it
 */
export function xyPlot(plot: XyPlot, place: { x: number; y: number }): string {
  const { title, xLabel, yLabel, main, marks } = plot
  const shown = [...Array.from(main.y), ...marks.map((mark) => mark.y)]
  const y = plotScale(shown, BOTTOM, TOP, 5)
  const left = Math.max(40, 26 + Math.max(...y.labels.map(textWidth)))
  const x = plotScale([0, 1], left, RIGHT, 5)
  const rows = y.ticks.map((tick, i) => {
    const at = coordinate(y.at(tick))
    return `<path class="grid" d="M${coordinate(left)} ${at}H${RIGHT}"/><text class="end" x="${coordinate(left - 6)}" y="${at}" dy=".35em">${y.labels[i]}</text>`
  })
  const columns = x.ticks.map(
    (tick, i) =>
      `<text class="middle" x="${coordinate(x.at(tick))}" y="${BOTTOM + 16}">${x.labels[i]}</text>`,
  )
  const rings = marks
    .filter((mark) => Number.isFinite(mark.x) && Number.isFinite(mark.y))
    .map((mark) => {
      const [cx, cy] = [x.at(mark.x), y.at(mark.y)]
      // Text stays inside the picture.
      const isRight = cx + 10 + textWidth(mark.name) > RIGHT
      const dx = isRight ? -9 : 9
      const name = escapeMarkup(mark.name)
      return `<circle class="mark" cx="${coordinate(cx)}" cy="${coordinate(cy)}" r="5"><title>${name}</title></circle><text class="${isRight ? 'end ' : ''}label" x="${coordinate(cx + dx)}" y="${coordinate(cy - 9)}">${name}</text>`
    })
  return [
    `<svg class="plot" x="${place.x}" y="${place.y}" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">`,
    ...rows,
    `<path class="axis" d="M${coordinate(left)} ${TOP}V${BOTTOM}H${RIGHT}"/>`,
    ...columns,
    `<text class="middle label" x="${coordinate((left + RIGHT) / 2)}" y="${HEIGHT - 6}">${escapeMarkup(xLabel)}</text>`,
    `<text class="middle label" transform="translate(11 ${(TOP + BOTTOM) / 2}) rotate(-90)">${escapeMarkup(yLabel)}</text>`,
    `<path class="main" d="${pathOf(main, x.at, y.at)}"><title>${escapeMarkup(main.name)}</title></path>`,
    ...rings,
    '</svg>',
  ].join('\n')
}

function pathOf(line: XyLine, x: (value: number) => number, y: (value: number) => number): string {
  const { length } = line.x
  const step = Math.max(1, Math.ceil(length / MOST_POINTS))
  let path = ''
  let isDrawing = false
  for (let i = 0; i < length; i = i === length - 1 ? length : Math.min(i + step, length - 1)) {
    if (!Number.isFinite(line.x[i]) || !Number.isFinite(line.y[i])) {
      isDrawing = false
      continue
    }
    path += `${isDrawing ? 'L' : 'M'}${coordinate(x(line.x[i]))} ${coordinate(y(line.y[i]))}`
    isDrawing = true
  }
  return path
}
