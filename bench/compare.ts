import type { Environment } from './environment.ts'
import type { RunResult, SetResult } from './results.ts'
import { relativeSpread } from './statistics.ts'

/** A stage that both runs measured. */
export interface Change {
  set: string
  stage: string
  group: string
  /** Time now divided by time then, both in units of the yardstick of their run. */
  factor: number
  /** How much larger than 1 a factor is by chance. */
  noise: number
}

const MUST_EQUAL = [
  'cpu',
  'cores',
  'platform',
  'node',
] as const satisfies readonly (keyof Environment)[]

/** Where and how a run was made. */
type Circumstances = Pick<RunResult, 'environment' | 'quick' | 'clock'>

/** Why times of the two runs cannot be compared; empty if they can. */
export function differences(now: Circumstances, then: Circumstances): string[] {
  const pairs = [
    ...MUST_EQUAL.map((name) => [name, then.environment[name], now.environment[name]]),
    ['kernel', then.environment.kernel ?? 'portable', now.environment.kernel ?? 'portable'],
    ['quick', then.quick, now.quick],
    ['clock', then.clock, now.clock],
  ]
  return pairs
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `${name}: ${before} then, ${after} now`)
}

/**
 * Our stages in both runs. What counts as noise is the wider interquartile range of the two, and at
 * least `tolerance`: the compiler does not make the same decisions in every process.
 */
export function changes(now: RunResult, then: RunResult, tolerance: number): Change[] {
  return now.sets.flatMap((set) => {
    const old = then.sets.find(({ name }) => name === set.name)
    return old === undefined ? [] : changesOf(set, old, tolerance)
  })
}

function changesOf(set: SetResult, old: SetResult, tolerance: number): Change[] {
  if (set.hash !== old.hash) throw new RangeError(`the masks of ${set.name} are not the same`)
  const found: Change[] = []
  for (const [stage, { ours, group, units }] of Object.entries(set.stages)) {
    const before = old.stages[stage]?.units
    if (!ours || before === undefined) continue
    const noise = Math.max(tolerance, relativeSpread(units), relativeSpread(before))
    found.push({ set: set.name, stage, group, factor: units.median / before.median, noise })
  }
  return found
}

export const isSlower = ({ factor, noise }: Change): boolean => factor > 1 + noise

/** Reads what `--json` wrote. */
export function parseBaseline(text: string): RunResult {
  const run = JSON.parse(text) as RunResult
  if (run?.format !== 1 || !Array.isArray(run.sets)) {
    throw new RangeError('expected a file that --json has written')
  }
  return run
}
