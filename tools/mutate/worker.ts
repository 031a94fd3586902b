/** The process that runs tests on mutants; mutate.ts starts it in a copy of the project. */
import { readFileSync, writeFileSync } from 'node:fs'
import { buildSync } from 'esbuild'
import fc from 'fast-check'
import { expect, vi } from 'vitest'
import { withPoints, withTicks } from './instrument.ts'
import {
  type FileFacts,
  type Hits,
  isSimd,
  pathOf,
  type Reply,
  type Request,
  type Step,
} from './messages.ts'
import { ModuleLoader } from './module-loader.ts'
import { type CollectedTest, TestCollector, TestRun } from './test-collector.ts'

const SETUP = 'test/simd/enable.ts'

/** A test may take this much longer than without the mutant. */
const SLOWER = 20
const EXTRA_MS = 5000
const EXTRA_TICKS = 100_000

/** The files of a test are compiled once in this process. */
const FIRST_MS = 60_000
const known = new Set<string>()

class TooManyTicks extends Error {}

// Some matchers of vitest ask for the state of its own process.
Object.assign(globalThis, { __vitest_worker__: {} })

// What the build puts into the code: the workers, with the mutant where it is one of theirs.
for (const [name, path] of [
  ['WORKER_SCRIPT', 'src/node/pool/worker.ts'],
  ['SCORER_SCRIPT', 'src/serve/threads/worker.ts'],
  ['PAIR_WORKER_SCRIPT', 'src/node/folders/scoring/pair-worker.ts'],
]) {
  Object.defineProperty(globalThis, name, {
    get: () =>
      buildSync({
        entryPoints: [path],
        bundle: true,
        platform: 'node',
        target: 'es2022',
        write: false,
      }).outputFiles[0].text,
  })
}

// The same examples for every mutant; and the first one that fails is enough.
fc.configureGlobal({ seed: 20_240_229, endOnFailure: true })

const collector = new TestCollector()
const loader = new ModuleLoader(process.cwd(), { ...collector.api(), expect, vi })

let unhandled: unknown
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    unhandled ??= error ?? new Error(event)
  })
}

function send(reply: Reply): void {
  process.send?.(reply)
}

/** Evaluates a test file in new modules, or in those given. */
function collect(name: string, modules = loader.modules()): CollectedTest[] {
  return collector.collect(() => {
    if (isSimd(name)) modules.evaluate(SETUP)
    modules.evaluate(pathOf(name))
  })
}

async function loadPackagesOf(name: string): Promise<string[]> {
  const files = [...loader.filesOf(pathOf(name)), ...(isSimd(name) ? loader.filesOf(SETUP) : [])]
  await loader.loadPackages(files)
  return files
}

/** Lets what a test left behind happen, such as a rejected promise. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

async function failureOf(test: CollectedTest, run: TestRun): Promise<unknown> {
  unhandled = undefined
  try {
    await run.run(test)
  } catch (error) {
    return error ?? new Error('the test threw nothing')
  }
  await settle()
  return unhandled
}

function firstLine(error: unknown): string {
  // The error of fast-check has that of the property as its cause.
  const { message, cause } = (error ?? {}) as Error
  return String((cause as Error | undefined)?.message ?? message ?? error).slice(0, 200)
}

/** The time that this process computed, in ms: others on the machine do not count. */
function clock(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

// What tests do without a mutant ----------------------------------------------------------------

async function cover(testFile: string): Promise<FileFacts> {
  let files: string[]
  try {
    files = await loadPackagesOf(testFile)
  } catch (error) {
    const none = { files: [], loadMs: 0, loadHits: {}, loadTicks: {}, tests: [] }
    return { testFile, ...none, error: firstLine(error) }
  }
  const sources = files.filter((file) => file.startsWith('src/'))
  const hits = new Map<string, Uint8Array>()
  const ticks = new Map<string, number>()
  for (const file of sources) {
    const { code, count } = withPoints(file, readFileSync(file, 'utf8'))
    loader.replace(file, code)
    hits.set(file, new Uint8Array(count))
  }
  const modules = loader.modules((file) => {
    const passed = hits.get(file) ?? new Uint8Array(0)
    return {
      hit: (point) => {
        passed[point] = 1
      },
      tick: () => {
        ticks.set(file, (ticks.get(file) ?? 0) + 1)
      },
    }
  })
  const taken = () => {
    const facts = { hits: hexOf(hits), ticks: Object.fromEntries(ticks) }
    for (const passed of hits.values()) passed.fill(0)
    ticks.clear()
    return facts
  }
  const facts: FileFacts = { testFile, files, loadMs: 0, loadHits: {}, loadTicks: {}, tests: [] }
  try {
    let start = clock()
    const tests = collect(testFile, modules)
    facts.loadMs = clock() - start
    ;({ hits: facts.loadHits, ticks: facts.loadTicks } = taken())
    const run = new TestRun()
    for (const test of tests) {
      start = clock()
      const failure = await failureOf(test, run)
      const ms = clock() - start
      const error = failure === undefined ? undefined : firstLine(failure)
      facts.tests.push({ name: test.name, ms, error, ...taken() })
    }
    await run.end()
  } catch (error) {
    facts.error = firstLine(error)
  }
  for (const file of sources) loader.replace(file)
  return facts
}

function hexOf(hits: ReadonlyMap<string, Uint8Array>): Hits {
  const result: Hits = {}
  for (const [file, passed] of hits) {
    if (!passed.includes(1)) continue
    const bytes = new Uint8Array((passed.length + 7) >> 3)
    passed.forEach((bit, point) => {
      bytes[point >> 3] |= bit << (point & 7)
    })
    result[file] = Buffer.from(bytes).toString('hex')
  }
  return result
}

// Tests on a mutant -----------------------------------------------------------------------------

async function attempt(request: Request & { kind: 'try' }): Promise<Reply> {
  const { file, code, steps, budget, toTheEnd } = request
  const done = (
    verdict: 'killed' | 'timeout' | 'survived',
    step: number,
    error?: unknown,
  ): Reply => ({
    kind: 'tried',
    verdict,
    step,
    message: error === undefined ? '' : firstLine(error),
    failed,
  })
  const failed: number[] = []
  let left = Number.POSITIVE_INFINITY
  const tick = () => {
    if (--left < 0) throw new TooManyTicks('a loop goes on and on')
  }
  const own = { hit: () => {}, tick }
  const other = { hit: () => {}, tick: () => {} }
  const original = readFileSync(file, 'utf8')
  try {
    loader.replace(file, withTicks(file, code))
  } catch (error) {
    return { kind: 'tried', verdict: 'invalid', step: 0, message: firstLine(error), failed }
  }
  writeFileSync(file, code)
  const loaded = new Map<string, { tests: Map<string, CollectedTest>; run: TestRun }>()
  const load = async (step: Step) => {
    let here = loaded.get(step.testFile)
    if (here === undefined) {
      await loadPackagesOf(step.testFile)
      left = SLOWER * step.loadTicks + EXTRA_TICKS
      const tests = collect(
        step.testFile,
        loader.modules((name) => (name === file ? own : other)),
      )
      here = { tests: new Map(tests.map((test) => [test.name, test])), run: new TestRun() }
      loaded.set(step.testFile, here)
    }
    return here
  }
  let used = 0
  try {
    for (const [i, step] of steps.entries()) {
      const limit = known.has(step.testFile) ? EXTRA_MS : FIRST_MS
      known.add(step.testFile)
      send({ kind: 'begin', limit: limit + SLOWER * step.ms })
      const start = clock()
      let failure: unknown
      try {
        const { tests, run } = await load(step)
        left = SLOWER * step.ticks + EXTRA_TICKS
        const test = tests.get(step.test)
        failure = test ? await failureOf(test, run) : new Error('the test is not there any more')
      } catch (error) {
        failure = error ?? new Error('nothing was thrown')
      }
      if (left < 0) return done('timeout', i, failure)
      if (failure !== undefined) {
        if (!toTheEnd) return done('killed', i, failure)
        failed.push(i)
      }
      used += clock() - start
      if (used > budget) return done('survived', i + 1)
    }
    return done('survived', steps.length)
  } finally {
    left = Number.POSITIVE_INFINITY
    send({ kind: 'begin', limit: 20_000 })
    for (const { run } of loaded.values()) await run.end().catch(() => {})
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    loader.replace(file)
    writeFileSync(file, original)
  }
}

process.on('message', async (request: Request) => {
  if (request.kind === 'cover') send({ kind: 'covered', facts: await cover(request.testFile) })
  else send(await attempt(request))
})
send({ kind: 'ready' })
