import { createHash } from 'node:crypto'
import { type FileFacts, pathOf, type Step } from './messages.ts'
import { mutated } from './mutants.ts'
import { Progress } from './progress.ts'
import type { Judged } from './report.ts'
import { hasSurvived, type Result, type Results, type TestState } from './results.ts'
import { keyOf, stepsFor } from './steps.ts'
import type { WorkerProcess } from './worker-process.ts'

export const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12)

/** What all mutants have in common. */
export interface Trial {
  /** The text of each source file. */
  sources: ReadonlyMap<string, string>
  /** For a place in a source file, the point that is passed there; see instrument.ts. */
  pointAt: (file: string, place: number) => number
  facts: readonly FileFacts[]
  results: Results
  tests: TestState
  /** How long the tests of one mutant may compute, in ms. */
  budget: number
  /** Whether tests that did not notice a mutant are run once more. */
  isAgain: (item: Judged) => boolean
}

/** Runs tests on each mutant until one fails, and keeps what came of it. */
export async function tryMutants(
  open: readonly Judged[],
  workers: readonly WorkerProcess[],
  trial: Trial,
): Promise<void> {
  const kills = new Map<string, Map<string, number>>()
  const progress = new Progress(open.length)
  const queue = open[Symbol.iterator]()
  const work = async (worker: WorkerProcess) => {
    let file = ''
    let killers = new Map<string, Step>()
    for (const item of queue) {
      const { mutant } = item
      if (mutant.file !== file) {
        await control(worker, file, killers, trial)
        file = mutant.file
        killers = new Map()
      }
      const known = kills.get(file) ?? new Map<string, number>()
      kills.set(file, known)
      const { result, by } = await tryOne(item, worker, known, trial)
      if (by !== undefined) {
        known.set(keyOf(by), (known.get(keyOf(by)) ?? 0) + 1)
        killers.set(keyOf(by), by)
      }
      item.result = result
      trial.results.add(result)
      progress.step(mutant, hasSurvived(result))
    }
    await control(worker, file, killers, trial)
  }
  await Promise.all(workers.map(work))
}

async function tryOne(
  item: Judged,
  worker: WorkerProcess,
  kills: ReadonlyMap<string, number>,
  trial: Trial,
): Promise<{ result: Result; by?: Step }> {
  const { mutant, result: before } = item
  const { id, file } = mutant
  const source = trial.sources.get(file) as string
  const start = performance.now()
  const all = stepsFor(file, trial.pointAt(file, mutant.start), trial.facts, kills)
  const steps = trial.isAgain(item) ? all : all.filter((step) => !isSeen(step, before, trial))
  const { verdict, step, message } =
    all.length === 0
      ? { verdict: 'uncovered' as const, step: 0, message: '' }
      : await worker.try(file, mutated(source, mutant), steps, trial.budget)
  const by = verdict === 'killed' ? steps[step] : undefined
  const isLeft = step < steps.length || (steps.length < all.length && before?.cut === true)
  const result: Result = {
    id,
    file,
    verdict,
    source: digest(source),
    by: by && keyOf(by).replace('\n', ' › '),
    message: message || undefined,
    ms: Math.round(performance.now() - start),
  }
  if (hasSurvived(result)) result.seen = trial.tests.state
  if (verdict === 'survived' && isLeft) result.cut = true
  return { result, by }
}

/** Whether it is known that the test does not notice the mutant. */
function isSeen(
  { testFile }: Step,
  before: Result | undefined,
  { results, tests }: Trial,
): boolean {
  const path = pathOf(testFile)
  return results.seenBy(before)[path] === tests.digests[path]
}

/** The tests that killed must still pass in the same process when nothing is changed. */
async function control(
  worker: WorkerProcess,
  file: string,
  killers: ReadonlyMap<string, Step>,
  { sources }: Trial,
): Promise<void> {
  if (killers.size === 0) return
  const steps = [...killers.values()]
  const source = sources.get(file) as string
  const { verdict, failed, message } = await worker.try(file, source, steps, 600_000, true)
  if (verdict === 'survived' && failed.length === 0) return
  const names = failed.map((i) => keyOf(steps[i]).replace('\n', ' › '))
  throw new Error(
    `tests fail without a mutant after those of ${file}: ${names.join('; ')} ${message}`,
  )
}
