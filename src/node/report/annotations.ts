import { printable } from '../printable.ts'
import { boundText, type ReportFacts } from './facts.ts'

/** GitHub shows at most 10 annotations of a kind in a step. */
const SHOWN = 10

/**
 * Lines by which GitHub Actions marks a run: an error for each bound that is not kept and for each
 * pair that could not be scored, a warning for each doubt, and a notice of the means. Of each kind 10
 * are shown by GitHub, so the last one says how many more there are.
 *
 * Source: "Workflow commands for GitHub Actions", whose rules of escaping these are.
 */
export function githubAnnotations({
  results,
  cases,
  failures,
  bounds,
  summary,
}: ReportFacts): string {
  const errors = [
    ...bounds
      .filter(({ isKept }) => !isKept)
      .map((bound) => ({ title: 'Out of bounds', message: boundText(bound) })),
    ...failures.map(({ name, files, error }) => ({
      title: `Not scored: ${name}`,
      message: error,
      file: files.pred,
    })),
  ]
  const doubts = results.warnings.map(({ kind, message, file }) => ({
    title: kind,
    message,
    file,
  }))
  const means = ['reward', 'dice', 'clDice']
    .filter((name) => Object.hasOwn(summary, name))
    .map((name) => `${name} ${summary[name].mean.toFixed(4)}`)
  const notice = {
    title: `${cases.length} of ${results.results.length} pairs scored`,
    message: means.length === 0 ? 'no means' : `means: ${means.join(', ')}`,
  }
  return [
    ...few(errors).map((one) => command('error', one)),
    ...few(doubts).map((one) => command('warning', one)),
    command('notice', notice),
  ].join('')
}

interface Annotation {
  readonly title: string
  readonly message: string
  readonly file?: string
}

function few(all: readonly Annotation[]): readonly Annotation[] {
  if (all.length <= SHOWN) return all
  const more = all.length - SHOWN + 1
  return [...all.slice(0, SHOWN - 1), { title: 'More', message: `${more} more of this kind` }]
}

function command(name: string, { title, message, file }: Annotation): string {
  const properties = [...(file === undefined ? [] : [['file', file]]), ['title', title]]
  const list = properties.map(([key, value]) => `${key}=${property(value)}`).join(',')
  return `::${name} ${list}::${data(message)}\n`
}

/**
 * A line end would end the command, and what follows might be another one; a terminal would obey other
 * control characters.
 */
const data = (text: string) =>
  text.split('\n').map(printable).join('\n').replaceAll('%', '%25').replaceAll('\n', '%0A')

const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
