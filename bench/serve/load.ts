import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { BitMask, MultiObjectiveReward } from 'vessel-reward'
import { enableSimd } from 'vessel-reward/simd'
import { answerText } from '../../src/serve/answer-text.ts'
import { DEFAULT_LIMITS } from '../../src/serve/limits.ts'
import { readRequest, type WorkRequest } from '../../src/serve/request.ts'
import { Scorer } from '../../src/serve/scorer.ts'
import { proceduralSet } from '../inputs.ts'
import { startServe } from './serve-process.ts'

/**
 * What a server does under sustained load from this process: masks of 256 × 256 pixels as runs, in
 * groups of 8 against one truth; as a share of what is scored in this process alone, by as many
 * threads.
 *
 *     npm run build && npm run bench:load -- --seconds 5 --rounds 3
 */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '8' },
  },
})
const [seconds, rounds, connections] = [values.seconds, values.rounds, values.connections].map(
  Number,
)

const SIZE = 256
const GROUP = 8

// Built, as the server is: the threads of the pool are made by the build.
const built = new URL('../../dist/node.js', import.meta.url).href
const { createRewardPool }: typeof import('vessel-reward/node') = await import(built)

enableSimd()
const set = proceduralSet(SIZE, SIZE, GROUP)
const preds = set.preds.map((data) => BitMask.from({ data, width: SIZE, height: SIZE }))
/** As a caller has them: a BitMask would remember what it was scored by. */
const given = set.preds.map((data) => ({ data, width: SIZE, height: SIZE }))
const givenTruths = set.truths.map((data) => ({ data, width: SIZE, height: SIZE }))
const truths = set.truths.map((data) => BitMask.from({ data, width: SIZE, height: SIZE }))
const nothing = { get: () => undefined, set: () => false }

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
const figure = (value: number) => value.toFixed(value < 10 ? 1 : 0)

/** Masks a second that are scored by calls, one after the other. */
async function rateOf(call: (k: number) => unknown): Promise<number> {
  const start = performance.now()
  let groups = 0
  while (performance.now() - start < seconds * 1e3) await call(groups++ % truths.length)
  return (groups * GROUP) / ((performance.now() - start) / 1e3)
}

for (const preset of ['design', 'robust'] as const) {
  const reward = new MultiObjectiveReward({ preset })
  const bodies = truths.map((truth, id) =>
    JSON.stringify({ id, truth: truth.toRle(), predictions: preds.map((pred) => pred.toRle()) }),
  )
  const scorer = new Scorer(DEFAULT_LIMITS)
  const defaults = { limits: DEFAULT_LIMITS, reward: { preset }, metrics: undefined, settings: {} }
  const answerOf = (k: number) =>
    answerText(scorer, readRequest(JSON.parse(bodies[k]), defaults, nothing) as WorkRequest).text
  const rightAnswers = new Set(truths.map((_, k) => answerOf(k)))
  for (const jobs of [1, 2]) {
    const pool = await createRewardPool({ preset }, { threads: jobs })
    const server = await startServe('--jobs', String(jobs), '--reward', preset)
    const rates: Record<'alone' | 'asText' | 'served' | 'cpu' | 'p50' | 'p99', number[]> = {
      alone: [],
      asText: [],
      served: [],
      cpu: [],
      p50: [],
      p99: [],
    }
    for (let round = 0; round <= rounds; round++) {
      // Two groups ahead, so that no thread waits.
      const alone =
        jobs === 1
          ? await rateOf((k) => reward.scoreBatch(given, truths[k]))
          : await Promise.all(
              Array.from({ length: 2 * jobs }, () =>
                rateOf((k) => pool.scoreBatch(given, givenTruths[k])),
              ),
            ).then((all) => all.reduce((sum, rate) => sum + rate, 0))
      const asText = jobs === 1 ? await rateOf(answerOf) : Number.NaN
      const before = server.cpu()
      const load = await autocannon({
        url: server.url,
        connections,
        duration: seconds,
        requests: bodies.map((body) => ({
          method: 'POST',
          path: '/v1/score',
          headers: { 'content-type': 'application/json' },
          body,
        })),
        verifyBody: (body: unknown) => rightAnswers.has(String(body)),
      } as autocannon.Options)
      const { mismatches } = load as autocannon.Result & { mismatches: number }
      if (load.non2xx + load.errors + load.timeouts + mismatches > 0) {
        throw new Error(
          `${load.non2xx} refused, ${load.errors} failed, ${load.timeouts} late, ${mismatches} wrong`,
        )
      }
      // The first round warms up.
      if (round === 0) continue
      const masks = load.requests.total * GROUP
      rates.alone.push(alone)
      rates.asText.push(asText)
      rates.served.push(masks / load.duration)
      rates.cpu.push((server.cpu() - before) / masks)
      rates.p50.push(load.latency.p50)
      rates.p99.push(load.latency.p99)
    }
    await pool.close()
    if ((await server.end()) !== 0) throw new Error('the server did not end in order')
    const [alone, asText, served] = [rates.alone, rates.asText, rates.served].map(median)
    const share = (of: number) => `${((100 * served) / of).toFixed(0)} %`
    console.log(
      `${preset}, ${jobs} thread${jobs > 1 ? 's' : ''}: ${figure(served)} masks/s served,`,
      `${figure(alone)} scored in one process (${share(alone)})`,
      jobs === 1 ? `, ${figure(asText)} from the same text (${share(asText)})` : '',
      `; ${figure(median(rates.cpu))} µs CPU of the server a mask;`,
      `p50 ${median(rates.p50)} ms, p99 ${median(rates.p99)} ms a group, ${connections} connections`,
    )
  }
}
