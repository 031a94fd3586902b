import { spawn } from 'node:child_process'
import { type Change, changes, isSlower, parseBaseline } from './compare.ts'
import type { BenchOptions } from './options.ts'
import type { RunResult } from './results.ts'

/**
 * Stages that are slower than in the baseline, in this process and in a second one: within one
 * process, an unlucky decision of the compiler stays.
 *
 * @returns a line for each
 */
export async function findSlower(
  run: RunResult,
  baseline: RunResult,
  { tolerance, repeat }: BenchOptions,
): Promise<string[]> {
  const suspects = changes(run, baseline, tolerance).filter(isSlower)
  if (suspects.length === 0) return []
  const groups = [...new Set(suspects.map(({ group }) => group))].join(',')
  process.stderr.write(`stages that seem slower: ${suspects.length}; once more, in a new process\n`)
  const again = await measureAgain([...repeat, `--only=${groups}`, '--json=-'])
  const confirmed = changes(again, baseline, tolerance).filter(isSlower)
  return suspects
    .filter(({ set, stage }) => confirmed.some((one) => one.set === set && one.stage === stage))
    .map(inWords)
}

function inWords({ set, stage, factor, noise }: Change): string {
  const percent = (100 * noise).toFixed(0)
  return `slower: ${stage} on ${set} takes ${factor.toFixed(2)} times as long as before (noise ${percent} %)`
}

/** Runs this program with other arguments. */
async function measureAgain(args: readonly string[]): Promise<RunResult> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1], ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let json = ''
  for await (const text of child.stdout.setEncoding('utf8')) json += text
  return parseBaseline(json)
}
