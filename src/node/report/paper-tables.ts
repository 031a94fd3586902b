import type { MetricDirection } from '../../metrics/metric-directions.ts'
import { directionOf } from '../../metrics/metric-directions.ts'
import type { ComparedSummaries, Summary } from '../folders/summary.ts'
import { DIRECTION_SIGNS, LEVEL } from './facts.ts'

/** What a table of a paper shows. */
export interface PaperTable {
  readonly summary: Summary
  /** Another method on the same pairs, if there is one. */
  readonly against?: ComparedSummaries
}

/** The rows in the marks of a language. */
interface Marks {
  readonly signs: Readonly<Record<MetricDirection, string>>
  number(text: string): string
  bold(text: string): string
  name(text: string): string
  /** Between a mean and its deviation. */
  readonly plusMinus: string
  /** Stands where there is no number. */
  readonly none: string
}

const MARKDOWN: Marks = {
  signs: DIRECTION_SIGNS,
  number: (text) => text,
  bold: (text) => `**${text}**`,
  name: (text) => text,
  plusMinus: '±',
  none: '–',
}

const LATEX: Marks = {
  signs: { higher: '$\\uparrow$', lower: '$\\downarrow$', one: '$\\to 1$' },
  // Minus signs and spaces are those of formulas.
  number: (text) => `$${text}$`,
  bold: (text) => `\\textbf{\\boldmath${text}}`,
  name: (text) => text.replaceAll('_', '\\_'),
  plusMinus: '\\pm',
  none: '--',
}

/** A table in Markdown, such as for a pull request. */
export function markdownTable(table: PaperTable): string {
  const [head, ...rows] = rowsOf(table, MARKDOWN)
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  return [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows].map(line).join('')
}

/** A table in LaTeX with the rules of the package booktabs. */
export function latexTable(table: PaperTable): string {
  const [head, ...rows] = rowsOf(table, LATEX)
  const line = (cells: readonly string[]) => `${cells.join(' & ')} \\\\\n`
  return [
    '% \\usepackage{booktabs}\n',
    `\\begin{tabular}{l${'r'.repeat(head.length - 1)}}\n\\toprule\n`,
    line(head.map((cell) => cell.replaceAll('%', '\\%'))),
    '\\midrule\n',
    ...rows.map(line),
    '\\bottomrule\n\\end{tabular}\n',
  ].join('')
}

function rowsOf({ summary, against }: PaperTable, marks: Marks): string[][] {
  const named = (name: string) => `${marks.name(name)} ${marks.signs[directionOf(name)]}`
  if (against === undefined) {
    const rows = Object.entries(summary).map(([name, of]) => [
      named(name),
      meanText(of, marks),
      intervalText(of, marks),
      String(of.n),
    ])
    return [['metric', 'mean ± sd', '95 % interval', 'n'], ...rows]
  }
  const { comparison, summaries } = against
  const rows = Object.entries(comparison).map(([name, of]) => {
    const [ours, theirs] = summaries.map((each) => meanText(each[name], marks))
    const isBetter = of.wins > of.losses
    const holds = of.adjustedP < LEVEL && of.wins !== of.losses
    return [
      named(name),
      holds && isBetter ? marks.bold(ours) : ours,
      holds && !isBetter ? marks.bold(theirs) : theirs,
      fixed(of.difference, marks),
      intervalText(of, marks),
      marks.number(of.adjustedP.toPrecision(2)),
    ]
  })
  return [['metric', 'this', 'other', 'difference', '95 % interval', 'p (Holm)'], ...rows]
}

/** A number, or the mark for none. */
const fixed = (value: number, marks: Marks) =>
  Number.isNaN(value) ? marks.none : marks.number(value.toFixed(3))

/** Of one pair there is no deviation. */
const meanText = ({ mean, sd }: { mean: number; sd: number }, marks: Marks) =>
  Number.isNaN(sd)
    ? fixed(mean, marks)
    : marks.number(`${mean.toFixed(3)} ${marks.plusMinus} ${sd.toFixed(3)}`)

const intervalText = ({ low, high }: { low: number; high: number }, marks: Marks) =>
  `${fixed(low, marks)} to ${fixed(high, marks)}`
