import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { addEquivalents, readEquivalents, reasonOf, staleEntries } from './equivalents.ts'
import { withPoints } from './instrument.ts'
import { type FileFacts, simdName } from './messages.ts'
import type { Mutant } from './mutants.ts'
import { type MutateOptions, readArguments, USAGE } from './options.ts'
import { type Judged, survivors, table } from './report.ts'
import { hasSurvived, Results, type TestState } from './results.ts'
import { makeSandbox } from './sandbox.ts'
import { allMutants, folderOf, isIn, testFiles } from './sources.ts'
import { TestFacts } from './test-facts.ts'
import { digest, tryMutants } from './try-mutants.ts'
import { WorkerProcess } from './worker-process.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const KEPT = join(ROOT, '.mutants')

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

async function main(options: MutateOptions): Promise<void> {
  const all = allMutants(ROOT)
  if (options.equivalent.length > 0) {
    noteEquivalents(all, options)
    return
  }
  const equivalents = readEquivalents()
  for (const entry of staleEntries(equivalents, all)) {
    console.log(`no mutant any more, in equivalent.json: ${entry}`)
  }
  const sources = new Map(
    [...new Set(all.map(({ file }) => file))].map((file) => [file, read(file)]),
  )
  const results = new Results(join(KEPT, 'results.jsonl'))
  const judged: Judged[] = chosen(all, options).map((mutant) => ({
    mutant,
    reason: reasonOf(mutant, equivalents),
    result: results.of(mutant.id, digest(sources.get(mutant.file) as string)),
  }))
  if (!options.report) await tryOpen(judged, options, results, sources)
  console.log(`\n${table(judged)}`)
  if (options.survivors) console.log(`\n${survivors(judged)}`)
}

function noteEquivalents(all: readonly Mutant[], { equivalent, reason }: MutateOptions): void {
  if (reason === undefined) throw new Error('--equivalent needs a --reason')
  const meant = all.filter(({ id }) => equivalent.includes(id))
  addEquivalents(meant, reason)
  console.log(`${meant.length} of ${equivalent.length} mutants found`)
}

/** The mutants that the options choose. */
function chosen(all: readonly Mutant[], options: MutateOptions): Mutant[] {
  const { folders, without, sample, seed, ids } = options
  if (ids.length > 0) return all.filter(({ id }) => ids.includes(id))
  const mutants = all.filter(
    ({ file }) => (folders.length === 0 || isIn(file, folders)) && !isIn(file, without),
  )
  if (sample === undefined) return mutants
  // By a hash of each, so that a sample stays what it is when a file changes.
  const rank = (mutant: Mutant) => digest(`${seed} ${mutant.id}`)
  const ranked = mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
  const taken = new Map<string, number>()
  const picked = new Set<Mutant>()
  for (const { mutant } of ranked) {
    const folder = folderOf(mutant.file)
    const count = (taken.get(folder) ?? 0) + 1
    taken.set(folder, count)
    if (count <= sample) picked.add(mutant)
  }
  return mutants.filter((mutant) => picked.has(mutant))
}

/** Tries the mutants of which nothing is known that still holds. */
async function tryOpen(
  judged: readonly Judged[],
  options: MutateOptions,
  results: Results,
  sources: ReadonlyMap<string, string>,
): Promise<void> {
  const digests = Object.fromEntries(testFiles(ROOT).map((file) => [file, digest(read(file))]))
  const tests: TestState = { state: digest(JSON.stringify(digests)), digests }
  const isAgain = ({ result }: Judged) =>
    options.retry || options.ids.length > 0 || (options.cut && result?.cut === true)
  const hasNewTests = ({ result }: Judged) => {
    const seen = results.seenBy(result)
    return Object.entries(digests).some(([file, own]) => seen[file] !== own)
  }
  const open = judged.filter((item) => {
    if (item.reason !== undefined) return false
    if (item.result === undefined || options.ids.length > 0) return true
    return hasSurvived(item.result) && (isAgain(item) || hasNewTests(item))
  })
  if (open.length === 0) return
  console.log(`${open.length} of ${judged.length} mutants are to be tried`)
  results.addState(tests)
  const workers = Array.from({ length: options.jobs }, (_, job) => {
    const sandbox = join(KEPT, `sandbox-${job}`)
    makeSandbox(ROOT, sandbox)
    return new WorkerProcess(ROOT, sandbox)
  })
  try {
    const files = [...new Set(open.map(({ mutant }) => mutant.file))]
    const points = new Map(
      files.map((file) => [file, withPoints(file, sources.get(file) as string)]),
    )
    await tryMutants(open, workers, {
      sources,
      pointAt: (file, place) => points.get(file)?.pointAt(place) ?? -1,
      facts: await factsOf(neededTests(files), workers),
      results,
      tests,
      budget: options.budget,
      isAgain,
    })
  } finally {
    for (const worker of workers) worker.stop()
  }
}

/** The test files whose facts are needed. */
function neededTests(files: readonly string[]): string[] {
  const needsKernel = files.some((file) => folderOf(file) === 'simd')
  const isWithKernel = (file: string) =>
    /^test\/(mask|morphology|topology|metrics|reward|property)\//.test(file)
  const needsProcesses = files.some((file) => /^(node|cli)$/.test(folderOf(file)))
  const needsAudits = files.some((file) => folderOf(file) === 'audit')
  // What is slow elsewhere runs the same sources as quicker tests, only for longer.
  const isWanted = (file: string) =>
    (needsProcesses && /^test\/(node|cli)\//.test(file)) ||
    (needsAudits && file.startsWith('test/audit/'))
  const portable = testFiles(ROOT).filter(
    (file) => isWanted(file) || !/^test\/(node\/pool|cli)|\.slow\./.test(file),
  )
  return [...portable, ...(needsKernel ? portable.filter(isWithKernel).map(simdName) : [])]
}

async function factsOf(names: readonly string[], workers: WorkerProcess[]): Promise<FileFacts[]> {
  const kept = new TestFacts(ROOT, join(KEPT, 'tests'))
  const found: FileFacts[] = []
  const queue = names[Symbol.iterator]()
  console.log(`what ${names.length} test files do without a mutant:`)
  const work = async (worker: WorkerProcess) => {
    for (const name of queue) found.push(await kept.of(name, worker, console.log))
  }
  await Promise.all(workers.map(work))
  return found.filter(({ error }) => error === undefined)
}

const options = readArguments(argv.slice(2))
if (options === undefined) console.log(USAGE)
else await main(options)
