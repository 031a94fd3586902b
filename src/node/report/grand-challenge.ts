import { quantileOf } from '../../metrics/statistics/resampling.ts'
import { metricOf, type ReportFacts } from './facts.ts'

/**
 * What an evaluation container of grand-challenge.org leaves as `metrics.json`: the metrics of each
 * pair under its name, and of each metric what pandas' `describe` says, as the leaderboards of
 * evalutils read it (`aggregates.dice.mean`).
 *
 * NaN becomes null, since the platform takes no other JSON; what is undefined counts in no aggregate
 * but in `undefined`. Pairs that could not be scored are listed under `failures`.
 */
export function grandChallengeJson({
  cases,
  failures,
  summary,
}: ReportFacts): Record<'case' | 'aggregates', object> & { failures: object[] } {
  const names = Object.keys(summary)
  const labels = uniqueNames(cases.map(({ name }) => name))
  const caseEntries = cases.map((result, i) => {
    const metrics = names.map((name) => [name, orNull(metricOf(result, name))])
    return [labels[i], Object.fromEntries(metrics)]
  })
  const aggregates = names.map((name) => {
    const values = Float64Array.from(cases, (result) => metricOf(result, name))
    const sorted = values.filter((value) => !Number.isNaN(value)).sort()
    const quantile = (share: number) => orNull(quantileOf(sorted, share))
    const { mean, sd, n, undefined: left } = summary[name]
    const of = {
      count: n,
      mean: orNull(mean),
      std: orNull(sd),
      min: quantile(0),
      '25%': quantile(0.25),
      '50%': quantile(0.5),
      '75%': quantile(0.75),
      max: quantile(1),
      undefined: left,
    }
    return [name, of]
  })
  return {
    case: Object.fromEntries(caseEntries),
    aggregates: Object.fromEntries(aggregates),
    failures: failures.map(({ name, error }) => ({ name, error })),
  }
}

const orNull = (value: number | undefined) => (Number.isFinite(value) ? value : null)

/** Names of which none occurs twice: the second `a` is `a (2)`. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names)
  const seen = new Set<string>()
  const counts = new Map<string, number>()
  return names.map((name) => {
    let unique = name
    while (seen.has(unique)) {
      const count = (counts.get(name) ?? 1) + 1
      counts.set(name, count)
      const next = `${name} (${count})`
      if (!taken.has(next)) unique = next
    }
    seen.add(unique)
    return unique
  })
}
