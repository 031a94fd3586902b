import { basename, dirname } from 'node:path'
import { type FileFacts, pathOf, type Step, type TestFacts } from './messages.ts'

/** Which tests killed how many mutants of a file: those that did are asked first. */
export type Kills = ReadonlyMap<string, number>

export const keyOf = ({ testFile, test }: Step): string => `${testFile}\n${test}`

/**
 * The tests that pass a point of a file, the most promising first: quick ones, those beside the
 * file, and those that killed other mutants of it.
 *
 * @param point - -1 for what is run while the module loads
 */
export function stepsFor(
  file: string,
  point: number,
  all: readonly FileFacts[],
  kills: Kills,
): Step[] {
  const steps: { step: Step; cost: number }[] = []
  // What runs only while tests are collected is noticed by those that use what came of it, too.
  const later: typeof steps = []
  for (const facts of all) {
    if (!facts.files.includes(file)) continue
    const atLoad = point === -1 || isHit(facts.loadHits[file], point)
    for (const test of facts.tests) {
      if (test.error !== undefined) continue
      const enters = test.hits[file] !== undefined
      // Another file may use a constant of this one, so that no test enters it.
      if (!atLoad && !isHit(test.hits[file], point)) continue
      const step = stepOf(file, facts, test)
      const far = (isBeside(file, pathOf(facts.testFile)) ? 1 : 6) * (enters ? 1 : 4)
      const cost = (far * (step.ms + facts.loadMs / 2)) / (1 + (kills.get(keyOf(step)) ?? 0)) ** 2
      const isLater = point !== -1 && !enters
      ;(isLater ? later : steps).push({ step, cost })
    }
  }
  const chosen = [steps, later].flatMap((some) =>
    some.sort((a, b) => a.cost - b.cost).map(({ step }) => step),
  )
  const known = new Set(chosen.map(keyOf))
  const others = elsewhere(file, all).filter((step) => !known.has(keyOf(step)))
  return [...chosen, ...others]
}

/**
 * Tests that may run the file in a thread or a process of their own, where nothing tells of it:
 * those beside it, and the slow ones near it, as those of the tool and of the pool are. Quick ones
 * come first.
 */
function elsewhere(file: string, all: readonly FileFacts[]): Step[] {
  const [, top] = file.split('/')
  if (!/^(cli|node)$/.test(top)) return []
  const isNear = (testFile: string) =>
    isBeside(file, testFile) || (testFile.startsWith(`test/${top}/`) && /\.slow\./.test(testFile))
  return all
    .filter(({ testFile }) => isNear(pathOf(testFile)))
    .flatMap((facts) =>
      facts.tests
        .filter(({ error }) => error === undefined)
        .map((test) => stepOf(file, facts, test)),
    )
    .sort((a, b) => a.ms - b.ms)
}

function stepOf(file: string, facts: FileFacts, test: TestFacts): Step {
  return {
    testFile: facts.testFile,
    test: test.name,
    ms: test.ms,
    ticks: test.ticks[file] ?? 0,
    loadTicks: facts.loadTicks[file] ?? 0,
  }
}

function isHit(hits: string | undefined, point: number): boolean {
  if (hits === undefined || point < 0) return false
  const byte = Number.parseInt(hits.slice(2 * (point >> 3), 2 * (point >> 3) + 2), 16)
  return ((byte >> (point & 7)) & 1) === 1
}

/** Whether `test/a/b.test.ts` is the test of `src/a/b.ts`, or lies in the same folder. */
function isBeside(file: string, testFile: string): boolean {
  const folder = dirname(file).replace(/^src\/?/, '')
  const name = basename(file, '.ts')
  if (basename(testFile) === `${name}.test.ts`) return true
  return folder !== '' && dirname(testFile) === `test/${folder}`
}
