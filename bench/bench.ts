/**
 * `npm run bench`: how fast the reward and its stages are, against other libraries in the same
 * run. `npm run bench -- --help` tells the options.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { changes, differences, isSlower, parseBaseline } from './compare.ts'
import { type Contest, compete } from './contest.ts'
import { environmentOf } from './environment.ts'
import { type MaskSet, proceduralSet, realSets } from './inputs.ts'
import { buildLibrary, loadLibrary } from './library.ts'
import { type BenchOptions, parseOptions, USAGE } from './options.ts'
import { startPeers } from './peers/all.ts'
import { report } from './report.ts'
import type { RunResult, SetResult } from './results.ts'
import { targetResults } from './targets.ts'

const begin = performance.now()

function progress(text: string): void {
  const seconds = ((performance.now() - begin) / 1000).toFixed(0)
  process.stderr.write(`[${seconds.padStart(4)} s] ${text}\n`)
}

function readOptions(): BenchOptions | undefined {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
    process.exit(2)
  }
}

/** The stored run to compare with, if it can be compared with. */
function readBaseline({ compare, force, quick, measure }: BenchOptions): RunResult | undefined {
  if (compare === undefined) return undefined
  const baseline = parseBaseline(readFileSync(compare, 'utf8'))
  const now = { environment: environmentOf('', {}), quick, clock: measure.clock }
  const apart = differences(now, baseline)
  if (apart.length > 0 && !force) {
    process.stderr.write(
      `${compare} was measured otherwise, and times differ for that alone (--force compares all the same):\n${apart.join('\n')}\n`,
    )
    process.exit(2)
  }
  return baseline
}

function makeSets({ sizes, data, pairs }: BenchOptions): MaskSet[] {
  const procedural = sizes.map(({ width, height }) => proceduralSet(width, height, pairs))
  return data === undefined ? procedural : [...procedural, ...realSets(data, pairs)]
}

function emptyResult({ name, width, height, real, hash, preds }: MaskSet): SetResult {
  return { name, width, height, real, hash, pairs: preds.length, stages: {}, ratios: {} }
}

/** Prints what became slower; whether anything did. */
async function compareWith(
  baseline: RunResult,
  run: RunResult,
  { tolerance }: BenchOptions,
  again: (set: string, group: string) => Promise<void>,
): Promise<boolean> {
  const suspects = changes(run, baseline, tolerance).filter(isSlower)
  // What is slower by accident is hardly so twice.
  for (const race of new Set(suspects.map(({ set, group }) => `${group} on ${set}`))) {
    progress(`${race} seems slower: once more`)
    const { set, group } = suspects.find((one) => `${one.group} on ${one.set}` === race)!
    await again(set, group)
  }
  const compared = changes(run, baseline, tolerance)
  const slower = compared.filter(
    (one) =>
      isSlower(one) && suspects.some(({ set, stage }) => set === one.set && stage === one.stage),
  )
  for (const { set, stage, factor, noise } of slower) {
    process.stderr.write(
      `slower: ${stage} on ${set} takes ${factor.toFixed(2)} times as long as before (noise ${(100 * noise).toFixed(0)} %)\n`,
    )
  }
  process.stderr.write(`${slower.length} of ${compared.length} stages are slower than before\n`)
  return slower.length > 0
}

async function main(options: BenchOptions): Promise<void> {
  const baseline = readBaseline(options)
  const notes = new Set<string>()
  progress('building the library, making the masks, starting the peers')
  const subject = await (options.library === undefined
    ? buildLibrary()
    : loadLibrary(options.library))
  const sets = makeSets(options)
  const peers = await startPeers(options, notes)
  const versions = Object.assign({}, ...peers.map((peer) => peer.versions))
  const environment = environmentOf(subject.hash, versions)
  const agreement: Contest['agreement'] = new Map()
  const contest: Contest = { subject, peers, options: options.measure, agreement, notes }
  const results = sets.map(emptyResult)
  const race = async (set: MaskSet, group: BenchOptions['groups'][number]) => {
    progress(`${group} on ${set.name}`)
    await compete(contest, group, set, results[sets.indexOf(set)])
  }
  try {
    // Groups outside: packing from every form, last, makes the compiled code of packing general.
    for (const group of options.groups) for (const set of sets) await race(set, group)
    const run = (): RunResult => ({
      format: 1,
      date: new Date().toISOString(),
      quick: options.quick,
      clock: options.measure.clock,
      environment,
      sets: results,
      targets: targetResults(results),
      agreement: [...agreement.values()],
      notes: [...notes],
    })
    if (baseline !== undefined) {
      const isAnySlower = await compareWith(baseline, run(), options, (name, group) =>
        race(sets.find((set) => set.name === name)!, options.groups.find((one) => one === group)!),
      )
      if (isAnySlower) process.exitCode = 1
    }
    write(run(), options.json)
  } finally {
    for (const peer of peers) peer.close?.()
  }
}

function write(run: RunResult, json: string | undefined): void {
  const text = `${JSON.stringify(run, null, 1)}\n`
  if (json === '-') {
    process.stderr.write(`\n${report(run)}`)
    process.stdout.write(text)
    return
  }
  process.stdout.write(report(run))
  if (json !== undefined) writeFileSync(json, text)
}

const options = readOptions()
try {
  if (options === undefined) process.stdout.write(USAGE)
  else await main(options)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
  // At once: a peer may hold the process open.
  process.exit(3)
}
