import type { RunResult, SetResult } from './results.ts'
import type { Summary } from './statistics.ts'

/** The results as Markdown. */
export function report(run: RunResult): string {
  const sections = [
    heading(run),
    section('Reward, pairs per second: median [quartiles]', throughput(run.sets)),
    section('Time per pair: median [quartiles]', times(run.sets, true)),
    section('Time per pair of the others', times(run.sets, false)),
    section('Ratios, round by round: median [quartiles]', ratioTable(run.sets)),
    section('Agreement', list(agreement(run))),
    section('Notes', list(run.notes)),
    section('Targets: median [quartiles]', targets(run)),
  ]
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`
}

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`
}

const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n')

function heading({ environment, quick, clock }: RunResult): string {
  const { cpu, cores, platform, node, load, library, kernel, versions } = environment
  const how = kernel === 'simd' ? 'with WebAssembly SIMD' : 'portable, without WebAssembly'
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const lines = [
    `# Benchmark${quick ? ', quick: the times mean little' : ''}`,
    `${cpu}, ${cores} cores, ${platform}, Node ${node}, load ${load} at the start, ${clock === 'cpu' ? 'processor time' : 'wall-clock time'}, library ${library}, ${how}`,
    peers.length > 0 ? `Peers: ${peers.join(', ')}` : 'No peers',
  ]
  return lines.join('\n\n')
}

function throughput(sets: readonly SetResult[]): string {
  const stages = {
    'truth cached': 'reward',
    'truth not cached': 'reward, truth not cached',
    scoreBatch: 'scoreBatch',
  }
  const rows = sets
    .filter((set) => 'reward' in set.stages)
    .map((set) => [
      `${set.name} (${set.pairs} pairs)`,
      ...Object.values(stages).map((stage) => perSecond(set.stages[stage].ns)),
    ])
  return table(['masks', ...Object.keys(stages)], rows)
}

/** A row per stage, a column per set of masks. */
function times(sets: readonly SetResult[], ours: boolean): string {
  const names = sets.flatMap(({ stages }) =>
    Object.keys(stages).filter((stage) => stages[stage].ours === ours),
  )
  const rows = distinct(names).map((stage) => [
    stage,
    ...sets.map(({ stages }) => (stage in stages ? time(stages[stage].ns) : '')),
  ])
  return table(['', ...sets.map(({ name }) => name)], rows)
}

function ratioTable(sets: readonly SetResult[]): string {
  const rows = distinct(sets.flatMap(({ ratios }) => Object.keys(ratios))).map((ratio) => [
    ratio,
    ...sets.map(({ ratios }) => (ratio in ratios ? quotient(ratios[ratio]) : '')),
  ])
  return table(['', ...sets.map(({ name }) => name)], rows)
}

/** One line for a peer and a stage, however many sets they agree on. */
function agreement({ agreement }: RunResult): string[] {
  return distinct(agreement.map(({ peer, stage }) => `${peer} = ${stage}`)).map((line) => {
    const checked = agreement.filter(({ peer, stage }) => `${peer} = ${stage}` === line)
    const pairs = checked.reduce((sum, one) => sum + one.pairs, 0)
    return `${line} on all ${pairs} pairs of ${checked.map(({ set }) => set).join(', ')}`
  })
}

function targets(run: RunResult): string {
  const rows = run.targets.map(({ name, set, must, aim, measured, verdict }) => [
    name,
    set ?? '',
    must,
    aim,
    measured === undefined ? 'not measured' : quotient(measured),
    verdict ?? '',
  ])
  return table(['target', 'masks', 'must', 'aim', 'measured', ''], rows)
}

const distinct = (names: readonly string[]) => [...new Set(names)]

/** Three significant digits, and no exponent. */
export function digits(value: number): string {
  if (value >= 100) return String(Math.round(value))
  return value.toPrecision(3)
}

const quotient = ({ median, q1, q3 }: Summary) => `${digits(median)} [${digits(q1)}–${digits(q3)}]`

const perSecond = ({ median, q1, q3 }: Summary) =>
  `${digits(1e9 / median)} [${digits(1e9 / q3)}–${digits(1e9 / q1)}]`

function time({ median, q1, q3 }: Summary): string {
  const [unit, ns] = median >= 1e6 ? ['ms', 1e6] : ['µs', 1e3]
  return `${digits(median / ns)} ${unit} [${digits(q1 / ns)}–${digits(q3 / ns)}]`
}

/** A Markdown table whose columns are aligned in plain text, too. */
export function table(header: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) return ''
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i].length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(header), rule, ...rows.map(line)].join('\n')
}
