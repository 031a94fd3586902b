import type { UndefinedRule } from '../../metrics/statistics/aggregate.ts'
import {
  TOPOLOGY_ERROR_KINDS,
  type TopologyError,
} from '../../metrics/topology-errors/topology-errors.ts'
import { printable } from '../../node/printable.ts'
import type { Explanation } from '../../reward/explanation.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import { columns } from '../columns.ts'
import { STDIN } from '../mask-reader.ts'
import type { CommandWarning } from '../mask-warnings.ts'

/** What is known of one of the two masks, inside the field of view. */
export interface MaskReport {
  pixels: number
  components: number
  junctions: number
  length: number
}

/** All that the command `score` prints; as JSON, an infinite bound and NaN become null. */
export interface ScoreReport {
  files: { pred: string; truth: string; within?: string; overlay?: string }
  /** What is doubtful; also told on the standard error. */
  warnings: readonly CommandWarning[]
  width: number
  height: number
  reward: RewardPreset
  total: number
  range: { min: number; max: number }
  terms: Explanation['terms']
  metrics: Record<string, number>
  /** The metrics that are 0/0 for this pair, and how each was scored. */
  rules: Partial<Record<string, UndefinedRule>>
  facts: { pred: MaskReport; truth: MaskReport }
  /** With the option `--errors`. */
  topologyErrors?: TopologyError[]
  /** How many branches `--min-size` left out of them. */
  smallErrors?: number
}

const fixed = (value: number) => value.toFixed(4)

/** The report as tables for people. */
export function reportText(report: ScoreReport): string {
  const { files, total, range, terms, facts, topologyErrors, smallErrors } = report
  const { pred, truth } = facts
  return [
    heading(report),
    columns([
      // Not the value of a metric: that of recall is another number in the next table.
      ['term', 'points', 'weight', 'weighted'],
      ...Object.entries(terms).map(([name, { value, weight, weighted }]) => [
        name,
        fixed(value),
        String(weight),
        fixed(weighted),
      ]),
      ['total', '', '', fixed(total)],
      ['range', '', '', `${bound(range.min)} to ${bound(range.max)}`],
    ]),
    metricTable(report),
    columns([
      ['fact', 'prediction', 'truth'],
      ['pixels', String(pred.pixels), String(truth.pixels)],
      ['components', String(pred.components), String(truth.components)],
      ['junctions', String(pred.junctions), String(truth.junctions)],
      ['length', pred.length.toFixed(1), truth.length.toFixed(1)],
    ]),
    ...(topologyErrors === undefined ? [] : errorTables(topologyErrors, smallErrors)),
    ...(files.overlay === undefined
      ? []
      : [legend(files.overlay, topologyErrors === undefined ? JUNCTIONS : ERRORS)]),
  ].join('\n')
}

function heading({ files, warnings, width, height, reward }: ScoreReport): string {
  const { pred, truth, within } = files
  const lines = [
    ['prediction', nameOf(pred)],
    ['truth', nameOf(truth)],
    ...(within === undefined ? [] : [['within', nameOf(within)]]),
    ['size', `${width} × ${height}`],
    ['reward', reward],
    ...warnings.map(({ message }) => ['warning', printable(message)]),
  ]
  return lines.map(([what, is]) => `${what.padEnd(10)}  ${is}\n`).join('')
}

function nameOf(path: string): string {
  return path === STDIN ? 'the standard input' : printable(path)
}

/** The metrics, and of those that are 0/0 how they were scored, if there are any. */
function metricTable({ metrics, rules }: ScoreReport): string {
  const rows = [
    ['metric', 'value', '0/0, so'],
    ...Object.entries(metrics).map(([name, value]) => [name, fixed(value), rules[name] ?? '']),
  ]
  const isAnyUndefined = Object.keys(rules).length > 0
  return columns(isAnyUndefined ? rows : rows.map((row) => row.slice(0, 2)))
}

/** How many errors there are of each kind, and where each one is, the greatest first. */
function errorTables(errors: readonly TopologyError[], small = 0): string[] {
  const counts = TOPOLOGY_ERROR_KINDS.map((kind) => [
    kind,
    String(errors.filter((error) => error.kind === kind).length),
  ])
  const sorted = [...errors].sort((a, b) => b.size - a.size)
  const places = sorted.map(({ kind, x, y, size }) => [kind, String(x), String(y), String(size)])
  return [
    columns([
      ['topology error', 'count'],
      ...counts,
      ...(small === 0 ? [] : [['smaller than --min-size', String(small)]]),
    ]),
    ...(places.length === 0 ? [] : [columns([['place of error', 'x', 'y', 'size'], ...places])]),
  ]
}

const JUNCTIONS = ['  magenta squares: junctions of the prediction · green rings: of the truth']
const ERRORS = [
  '  yellow crosses: broken connections · yellow diamonds: missing branches',
  '  vermilion plus signs: spurious connections · vermilion triangles: extra branches',
]

function legend(file: string, marks: readonly string[]): string {
  return [
    `overlay written to ${printable(file)}`,
    '  light grey: in both · orange: prediction only · sky blue: truth only',
    '  lines: skeletons (red prediction, blue truth, dark grey both)',
    ...marks,
    '',
  ].join('\n')
}

/** Bounds are sums of products, of which the last digits are noise. */
function bound(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(4))) : '-∞'
}
