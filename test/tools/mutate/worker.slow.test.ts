import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileFacts, Step } from '../../../tools/mutate/messages.ts'
import { stepsFor } from '../../../tools/mutate/steps.ts'
import { WorkerProcess } from '../../../tools/mutate/worker-process.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

const SUM = `import { step } from './step.ts'
let calls = 0
export const callCount = (): number => calls
export function sum(n: number): number {
  calls++
  let total = 0
  for (let i = 0; i < n; i += step()) total += i
  return total
}
`

const FILES = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': '{}',
  'src/step.ts': "import { one } from './one.json'\nexport const step = (): number => one\n",
  'src/one.json': '{ "one": 1 }',
  'src/sum.ts': SUM,
  'src/other.ts': 'export const other = 1\n',
  'test/sum.test.ts': `
    import { beforeEach, describe, expect, it } from 'vitest'
    import { callCount, sum } from '../src/sum.ts'
    let prepared = 0
    beforeEach(() => { prepared++ })
    describe('sum', () => {
      it.each([[3, 3], [5, 10]])('of %s', (n, expected) => expect(sum(n)).toBe(expected))
      it('counts calls in new modules', () => expect(callCount()).toBe(prepared - 1))
      it('fails always', () => expect(1).toBe(2))
      it('rejects later', async () => { if (sum(2) !== 1) void Promise.reject(new Error('late')) })
    })`,
}

let folder: string
let worker: WorkerProcess
let facts: FileFacts

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vessel-reward-mutants-'))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  worker = new WorkerProcess(ROOT.replace(/\/$/, ''), folder)
  facts = await worker.cover('test/sum.test.ts')
}, 120_000)
afterAll(() => {
  worker.stop()
  rmSync(folder, { recursive: true })
})

const trial = (code: string, steps: Step[], file = 'src/sum.ts') =>
  worker.try(file, code, steps, 60_000)
const steps = (test?: string) =>
  stepsFor('src/sum.ts', -1, [facts], new Map()).filter(
    (step) => test === undefined || step.test === test,
  )

describe('the process for the tests of mutants', () => {
  it('says of each test what it passes, and which fail without a mutant', () => {
    expect(facts.error).toBeUndefined()
    expect(facts.tests.map(({ name }) => name)).toEqual([
      'sum › of %s #1',
      'sum › of %s #2',
      'sum › counts calls in new modules',
      'sum › fails always',
      'sum › rejects later',
    ])
    expect(facts.tests.map(({ error }) => error !== undefined)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ])
    expect(facts.tests.map(({ ticks }) => ticks['src/sum.ts'] ?? 0)).toEqual([3, 5, 0, 0, 2])
    expect(facts.files).not.toContain('src/other.ts')
  })

  it('asks no test that fails anyway or does not come past', () => {
    const names = (point: number, file = 'src/sum.ts') =>
      stepsFor(file, point, [facts], new Map()).map(({ test }) => test)
    expect(names(-1)).not.toContain('sum › fails always')
    expect(names(-1)).toContain('sum › counts calls in new modules')
    expect(names(2)).not.toContain('sum › counts calls in new modules')
    expect(names(-1, 'src/other.ts')).toEqual([])
  })

  it('passes what is no change', async () => {
    expect(await trial(SUM, steps())).toMatchObject({ verdict: 'survived', step: 4 })
  })

  it('kills by a failing test, by an error while the module loads, and by one that comes later', async () => {
    const wrong = SUM.replace('total += i', 'total -= i')
    // The quickest test comes first, which may be any of those that notice.
    const killed = await trial(wrong, steps())
    expect(killed).toMatchObject({ verdict: 'killed' })
    expect(killed).toHaveProperty(
      'step',
      expect.toSatisfy((step) => step < 4),
    )
    expect(await trial(`${SUM}\nthrow new Error('no')`, steps())).toMatchObject({
      verdict: 'killed',
      message: 'no',
    })
    expect(await trial(wrong, steps('sum › rejects later'))).toMatchObject({
      verdict: 'killed',
      message: 'late',
    })
  })

  it('ends loops without end in the file and in others, and starts again', async () => {
    const endless = SUM.replace('i += step()', 'i += 0')
    expect(await trial(endless, steps())).toMatchObject({ verdict: 'timeout' })
    const still = 'export const step = (): number => 0\n'
    expect(await trial(still, steps(), 'src/step.ts')).toMatchObject({ verdict: 'timeout' })
    expect(readFileSync(join(folder, 'src/step.ts'), 'utf8')).toBe(FILES['src/step.ts'])
    expect(await trial(SUM, steps())).toMatchObject({ verdict: 'survived' })
  })

  it('calls a mutant that is no program invalid', async () => {
    expect(await trial(`${SUM}\n(`, steps())).toMatchObject({ verdict: 'invalid' })
  })
})
