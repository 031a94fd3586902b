/**
 * `npm run bench`: how fast the reward and its stages are, against other libraries in the same
 * run. `npm run bench -- --help` tells the options.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { differences, parseBaseline } from './compare.ts'
import { type Contest, compete } from './contest.ts'
import { environmentOf } from './environment.ts'
import { type MaskSet, proceduralSet, realSets } from './inputs.ts'
import { buildLibrary, loadLibrary } from './library.ts'
import { type BenchOptions, parseOptions, USAGE } from './options.ts'
import { startPeers } from './peers/all.ts'
import { findSlower } from './regressions.ts'
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
function readBaseline({
  compare,
  force,
  quick,
  measure,
  portable,
}: BenchOptions): RunResult | undefined {
  if (compare === undefined) return undefined
  const baseline = parseBaseline(readFileSync(compare, 'utf8'))
  const now = {
    environment: environmentOf('', portable ? 'portable' : 'simd', {}),
    quick,
    clock: measure.clock,
  }
  const apart = differences(now, baseline)
  if (apart.length > 0 && !force) {
    process.stderr.write(
      `${compare} was measured otherwise, and times differ for that alone (--force compares all the same):\n${apart.join('\n')}\n`,
    )
    process.exit(2)
  }
  return baseline
}

function makeSets({ sizes, data, crops, pairs }: BenchOptions): MaskSet[] {
  const procedural = sizes.map(({ width, height }) => proceduralSet(width, height, pairs))
  return data === undefined ? procedural : [...procedural, ...realSets(data, crops, pairs)]
}

function emptyResult({ name, width, height, real, hash, preds }: MaskSet): SetResult {
  return { name, width, height, real, hash, pairs: preds.length, stages: {}, ratios: {} }
}

async function main(options: BenchOptions): Promise<void> {
  const baseline = readBaseline(options)
  const notes = new Set<string>()
  progress('building the library, making the masks, starting the peers')
  const subject = await (options.library === undefined
    ? buildLibrary(options.portable)
    : loadLibrary(options.library, options.portable))
  const sets = makeSets(options)
  const peers = await startPeers(options, notes)
  const versions = Object.assign({}, ...peers.map((peer) => peer.versions))
  const environment = environmentOf(subject.hash, subject.kernel, versions)
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
    const run: RunResult = {
      format: 1,
      date: new Date().toISOString(),
      quick: options.quick,
      clock: options.measure.clock,
      environment,
      sets: results,
      targets: targetResults(results),
      agreement: [...agreement.values()],
      notes: [...notes],
    }
    write(run, options.json)
    if (baseline !== undefined) {
      const slower = await findSlower(run, baseline, options)
      for (const line of slower) process.stderr.write(`${line}\n`)
      process.stderr.write(`stages slower than before: ${slower.length}\n`)
      if (slower.length > 0) process.exitCode = 1
    }
  } finally {
    for (const peer of peers) peer.close?.()
  }
}

function write(run: RunResult, json: string | undefined): void {
  const text = `${JSON.stringify(run, null, 1)}\n`
  process.stdout.write(json === '-' ? text : report(run))
  if (json !== undefined && json !== '-') writeFileSync(json, text)
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
