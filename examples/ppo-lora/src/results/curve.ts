/**
 * The learning curve as a picture: reward and Dice over updates.
 */
import { writeAtomically } from '../files/write-atomically.ts'

/** What the curve shows of an update; Dice is null where it was not measured. */
export interface CurvePoint {
  update: number
  /** Mean over the rollout. */
  reward: number | null
  /** 0 to 1. */
  dice: number | null
}

export interface CurveOptions {
  title?: string
  /** Dice of the frozen base: a dashed line. */
  baseDice?: number
  /** Dice of the base at its best threshold: a dotted line. */
  thresholdDice?: number
}

const WIDTH = 640
const HEIGHT = 420
const LEFT = 56
const RIGHT = 16
/** Top of each of the two panels, and the height of both. */
const PANELS = [44, 236] as const
const PANEL_HEIGHT = 144

/** Share of the curve so far that an update's reward changes: rollouts see different images. */
const SMOOTHING = 0.3

/** Class names carry the colours, as not every reader of SVG knows variables. */
const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 14px }
.paper { fill: #ffffff }
.grid { stroke: #d8dee4 }
.reward { fill: none; stroke: #0969da; stroke-width: 2 }
.raw { fill: none; stroke: #0969da; opacity: .3 }
.dice { fill: none; stroke: #bc4c00; stroke-width: 2 }
.dot { fill: #bc4c00 }
.control { fill: none; stroke: #59636e; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.paper { fill: #0d1117 }
.grid { stroke: #30363d }
.reward, .raw { stroke: #4493f8 }
.dice { stroke: #f0883e }
.dot { fill: #f0883e }
.control { stroke: #9198a1 }
}
`

/** Writes {@link curveSvg} into a file, as a whole. */
export function writeCurve(
  path: string,
  points: readonly CurvePoint[],
  options?: CurveOptions,
): void {
  writeAtomically(path, curveSvg(points, options))
}

/**
 * An SVG that needs nothing else and follows the reader's light or dark colour scheme: above the
 * reward of each rollout and its running mean, below Dice where it was measured.
 *
 * @param points - by ascending update; values that are not finite leave a gap
 */
export function curveSvg(
  points: readonly CurvePoint[],
  { title = 'Learning curve', baseDice, thresholdDice }: CurveOptions = {},
): string {
  const updates = points.map((point) => point.update)
  const across = axis(Math.min(0, ...updates), Math.max(1, ...updates))
  const x = (update: number) =>
    LEFT + ((WIDTH - LEFT - RIGHT) * (update - across.low)) / (across.high - across.low)

  const rewards = measured(points, 'reward')
  const dice = measured(points, 'dice')
  const controls = [
    { name: 'base', value: baseDice, dashes: '6 4' },
    { name: 'best threshold', value: thresholdDice, dashes: '2 3' },
  ].flatMap(({ value, ...rest }) => (value === undefined ? [] : [{ ...rest, value }]))

  const rewardPanel = panel(
    PANELS[0],
    'reward',
    rewards.map((point) => point.value),
  )
  const dicePanel = panel(PANELS[1], 'Dice', [
    ...dice.map((point) => point.value),
    ...controls.map((control) => control.value),
  ])
  const line = (name: string, list: readonly Measured[], y: (value: number) => number) =>
    list.length < 2
      ? ''
      : `<polyline class="${name}" points="${list
          .map((point) => `${round(x(point.update))},${round(y(point.value))}`)
          .join(' ')}"/>`

  const parts = [
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${LEFT}" y="20">${escapeText(title)}</text>`,
    rewardPanel.svg,
    line('raw', rewards, rewardPanel.y),
    line('reward', smoothed(rewards), rewardPanel.y),
    dicePanel.svg,
    ...controls.map(({ name, value, dashes }) => {
      const y = round(dicePanel.y(value))
      const label = `<text x="${WIDTH - RIGHT - 4}" y="${y - 4}" text-anchor="end">${name}</text>`
      const ends = `x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"`
      return `<line class="control" ${ends} stroke-dasharray="${dashes}"/>${label}`
    }),
    line('dice', dice, dicePanel.y),
    ...dice.map(
      ({ update, value }) =>
        `<circle class="dot" cx="${round(x(update))}" cy="${round(dicePanel.y(value))}" r="2.5"/>`,
    ),
    ...across.ticks.map(
      (tick) =>
        `<text x="${round(x(tick))}" y="${PANELS[1] + PANEL_HEIGHT + 18}" text-anchor="middle">` +
        `${tick}</text>`,
    ),
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">update</text>`,
  ]
  const size = `width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}"`
  const label = `role="img" aria-label="${escapeText(title)}"`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${label}>\n<style>${STYLE}</style>\n` +
    `${parts.filter((part) => part !== '').join('\n')}\n</svg>\n`
  )
}

interface Measured {
  update: number
  value: number
}

function measured(points: readonly CurvePoint[], name: 'reward' | 'dice'): Measured[] {
  return points.flatMap((point) => {
    const value = point[name]
    return value !== null && Number.isFinite(value) ? [{ update: point.update, value }] : []
  })
}

function smoothed(points: readonly Measured[]): Measured[] {
  let mean = points[0]?.value ?? 0
  return points.map(({ update, value }) => {
    mean += SMOOTHING * (value - mean)
    return { update, value: mean }
  })
}

/** The grid of a panel, and the height at which a value lies. */
function panel(top: number, name: string, values: readonly number[]) {
  const { low, high, ticks } = axis(Math.min(...values), Math.max(...values))
  const y = (value: number) => top + PANEL_HEIGHT * (1 - (value - low) / (high - low))
  const rows = ticks.map((tick) => {
    const at = round(y(tick))
    return (
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>` +
      `<text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${tick}</text>`
    )
  })
  const label = `<text x="${LEFT}" y="${top - 8}">${name}</text>`
  return { svg: [label, ...rows].join('\n'), y }
}

/** Round limits around a range, and four to nine round numbers from one to the other. */
function axis(least: number, most: number): { low: number; high: number; ticks: number[] } {
  const isRange = Number.isFinite(least) && Number.isFinite(most)
  const from = isRange ? least : 0
  const to = isRange && most > least ? most : from + 1
  const power = 10 ** Math.floor(Math.log10(to - from))
  const step = [0.2, 0.5, 1, 2].map((share) => share * power).find((s) => (to - from) / s <= 6)!
  const first = Math.floor(from / step)
  const last = Math.ceil(to / step)
  const ticks: number[] = []
  // Divide by a whole number rather than multiply by a fraction: 3 · 0.1 is not 0.3.
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(10)))
  return { low: first * step, high: last * step, ticks }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
