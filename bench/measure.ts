import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ratios, type Summary, summarise } from './statistics.ts'

/** Time that passes, or time that the process computes: what other processes do not lengthen. */
export type Clock = 'wall' | 'cpu'

/** Something that is timed. */
export interface Contestant {
  readonly name: string
  /** Goes `passes` times through all inputs of its set; returns the nanoseconds that took. */
  run(passes: number, clock: Clock): number | Promise<number>
}

/** Contestants whose quanta alternate. */
export interface Race {
  readonly contestants: readonly Contestant[]
  /** Inputs per pass: a time per call is the time of a pass divided by this. */
  readonly inputs: number
  /** Quotients of interest: the time of `over` divided by that of `under`. */
  readonly ratios: readonly { name: string; over: string; under: string }[]
}

/** Times per call in nanoseconds, and quotients of them, over the rounds. */
export interface RaceResult {
  times: Record<string, Summary>
  /** The same in units of the yardstick of the same round; comparable from run to run. */
  units: Record<string, Summary>
  ratios: Record<string, Summary>
}

export interface MeasureOptions {
  clock: Clock
  /** A quantum is at least this long, and at least one pass. */
  quantumMs: number
  /** Each contestant runs at least this long before it counts. */
  warmUpMs: number
  rounds: number
  /** After this time a race stops early, but not before `minRounds`. */
  budgetMs: number
  minRounds: number
}

/** @public Results end up here, so that no call can be optimised away. */
export const sink: { value: unknown } = { value: undefined }

/** Both in nanoseconds since some moment. */
export const NOW: Record<Clock, () => number> = {
  wall: () => Number(process.hrtime.bigint()),
  cpu() {
    const { user, system } = process.cpuUsage()
    return 1000 * (user + system)
  },
}

/** Times a call inside this process, on each of `inputs` inputs in turn. */
export function inProcess(name: string, inputs: number, call: (i: number) => unknown): Contestant {
  const run = (passes: number, clock: Clock) => {
    const now = NOW[clock]
    const begin = now()
    for (let pass = 0; pass < passes; pass++) {
      for (let i = 0; i < inputs; i++) sink.value = call(i)
    }
    return now() - begin
  }
  return { name, run }
}

const YARDSTICK_WORDS = Int32Array.from({ length: 4096 }, (_, i) => Math.imul(i, 0x9e3779b1))

/** Work that never changes: word logic and a bit count, as masks need them, in the first cache. */
function yardstickWork(): number {
  const words = YARDSTICK_WORDS
  let count = 0
  for (let i = 1; i < words.length; i++) {
    const word = (words[i] & (words[i - 1] >>> 1)) ^ (words[i] << 3)
    let v = word - ((word >>> 1) & 0x55555555)
    v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
    count += Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return count
}

const yardstick = (inputs: number) => inProcess('yardstick', inputs, yardstickWork)

/**
 * Runs a contestant until it no longer gets faster: compiled code, filled caches, grown heaps.
 *
 * @returns nanoseconds per pass
 */
async function warmUp(
  contestant: Contestant,
  { warmUpMs, clock }: MeasureOptions,
): Promise<number> {
  let spent = 0
  let previous = Number.POSITIVE_INFINITY
  for (let passes = 1; ; passes *= 2) {
    const ns = await contestant.run(passes, clock)
    spent += ns
    const settled = ns / passes > 0.93 * previous
    if (spent >= 1e7 * warmUpMs || (spent >= 1e6 * warmUpMs && settled)) return ns / passes
    previous = ns / passes
  }
}

/** Collects garbage, so that what one contestant has left is not charged to the next. */
const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
})()

/** A pass of at most this many nanoseconds is made untimed before each quantum. */
const LEAD_IN_NS = 5e7

/**
 * Times contestants in alternating quanta: A, B, C, A, B, C, … A quantum is a whole number of
 * passes, so that all contestants see the same inputs equally often. An untimed pass before it
 * brings back into the caches what the others have driven out, and garbage is collected.
 */
export async function measure(race: Race, options: MeasureOptions): Promise<RaceResult> {
  const contestants = [yardstick(race.inputs), ...race.contestants]
  const { clock } = options
  const perPass: number[] = []
  for (const contestant of contestants) perPass.push(await warmUp(contestant, options))
  const times: number[][] = contestants.map(() => [])
  const begin = performance.now()
  for (let round = 0; round < options.rounds; round++) {
    if (round >= options.minRounds && performance.now() - begin > options.budgetMs) break
    for (let c = 0; c < contestants.length; c++) {
      collectGarbage()
      if (perPass[c] <= LEAD_IN_NS) await contestants[c].run(1, clock)
      const passes = Math.max(1, Math.round((1e6 * options.quantumMs) / perPass[c]))
      times[c].push((await contestants[c].run(passes, clock)) / (passes * race.inputs))
    }
  }
  const timesOf = (name: string) => times[contestants.findIndex((one) => one.name === name)]
  const summaries = (values: (name: string) => number[]) =>
    Object.fromEntries(race.contestants.map(({ name }) => [name, summarise(values(name))]))
  return {
    times: summaries(timesOf),
    units: summaries((name) => ratios(timesOf(name), times[0])),
    ratios: Object.fromEntries(
      race.ratios.map(({ name, over, under }) => [
        name,
        summarise(ratios(timesOf(over), timesOf(under))),
      ]),
    ),
  }
}
