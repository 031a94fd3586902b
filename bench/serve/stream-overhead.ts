import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { BitMask, MultiObjectiveReward } from 'vessel-reward'
import { encodePng } from 'vessel-reward/node'
import { enableSimd } from 'vessel-reward/simd'
import { answerText } from '../../src/serve/answer-text.ts'
import { DEFAULT_LIMITS } from '../../src/serve/limits.ts'
import { maskOf as maskOfValue } from '../../src/serve/mask-value.ts'
import { readRequest, type WorkRequest } from '../../src/serve/request.ts'
import { Scorer } from '../../src/serve/scorer.ts'
import { TruthStore } from '../../src/serve/truth-store.ts'
import { proceduralSet } from '../inputs.ts'

/**
 * What a score costs by `vessel-reward stream` beyond the score itself: masks of 256 × 256 pixels in
 * groups of 8 against one truth, sustained, from this process to the built command in another.
 *
 *     npm run build && npm run bench:stream
 */

const SIZE = 256
const GROUP = 8
const ROUNDS = 9
/** Groups of a round, and how many are sent before their answers are awaited. */
const GROUPS = 150
const IN_FLIGHT = 4
/** Ticks of a process's clock a second, on every Linux. */
const TICKS = 100

type Wire = (mask: BitMask) => object

const WIRES: Record<string, Wire> = {
  'RLE string': (mask) => mask.toRle(),
  'RLE array': (mask) => mask.toRle({ compressed: false }),
  bits: (mask) => {
    const { width, height } = mask
    const bytes = new Uint8Array((width * height) / 8)
    mask.toUint8Array().forEach((value, i) => {
      bytes[i >> 3] |= value << (7 - (i & 7))
    })
    return { bits: Buffer.from(bytes).toString('base64'), width, height }
  },
  PNG: (mask) => ({ png: Buffer.from(encodePng(mask)).toString('base64') }),
}

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
if (!existsSync(cli)) throw new Error('build the package first: npm run build')
enableSimd()

const set = proceduralSet(SIZE, SIZE, GROUP)
const maskOf = (data: Uint8Array) => BitMask.from({ data, width: SIZE, height: SIZE })
const truths = set.truths.map(maskOf)
const preds = set.preds.map((data) => ({ data, width: SIZE, height: SIZE }))

interface Cost {
  wall: number
  cpu: number
}

/** Microseconds a mask. */
async function costOf(groups: number, cpu: () => number, run: () => unknown): Promise<Cost> {
  const [wallStart, cpuStart] = [performance.now(), cpu()]
  await run()
  const masks = groups * GROUP
  return { wall: ((performance.now() - wallStart) * 1e3) / masks, cpu: (cpu() - cpuStart) / masks }
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Microseconds that another process has computed, in steps of 10 ms; NaN where it is not told. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6
  } catch {
    return Number.NaN
  }
}

/** The same work in this process, in parts: microseconds of computing a mask. */
async function partsOf(lines: readonly string[], reward: object): Promise<string> {
  const defaults = { limits: DEFAULT_LIMITS, reward, metrics: undefined, settings: {} }
  const scorer = new Scorer(DEFAULT_LIMITS)
  const truths = new TruthStore(DEFAULT_LIMITS.truthBytes)
  const requests = lines.map((line) => readRequest(JSON.parse(line), defaults, truths))
  const scored = requests as WorkRequest[]
  const parts: Record<string, (k: number) => unknown> = {
    'read the line': (k) => readRequest(JSON.parse(lines[k]), defaults, truths),
    'decode masks': (k) =>
      scored[k].masks.map((mask) => maskOfValue(mask, 'prediction', DEFAULT_LIMITS)),
    'decode, score and write': (k) => answerText(scorer, scored[k]),
  }
  const told: string[] = []
  for (const [name, part] of Object.entries(parts)) {
    const costs: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const { cpu } = await costOf(GROUPS, ownCpu, () => {
        for (let k = 0; k < GROUPS; k++) part(k % lines.length)
      })
      if (round > 0) costs.push(cpu)
    }
    told.push(`${name} ${median(costs).toFixed(0)}`)
  }
  return told.join(', ')
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]

class Stream {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface

  constructor(reward: string) {
    const args = [cli, 'stream', '--reward', reward]
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#reader = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })
    this.#lines = this.#reader[Symbol.asyncIterator]()
  }

  get pid(): number {
    return this.#child.pid as number
  }

  /** Sends lines, some ahead of their answers. */
  async ask(lines: readonly string[], count: number, onAnswer: (line: string) => void) {
    for (let sent = 0, got = 0; got < count; ) {
      if (sent < count && sent - got < IN_FLIGHT) {
        this.#child.stdin?.write(lines[sent++ % lines.length])
        continue
      }
      onAnswer((await this.#lines.next()).value)
      got++
    }
  }

  async end(): Promise<void> {
    this.#child.stdin?.end()
    await once(this.#child, 'close')
  }
}

for (const reward of ['design', 'robust'] as const) {
  const { scoreBatch } = new MultiObjectiveReward({ preset: reward })
  const expected = truths.map((truth) => scoreBatch(preds, truth))
  const streams = Object.entries(WIRES).map(([name, wire]) => {
    const packed = preds.map((pred) => wire(BitMask.from(pred)))
    const lines = truths.map(
      (truth, id) => `${JSON.stringify({ id, truth: wire(truth), predictions: packed })}\n`,
    )
    return { name, lines, stream: new Stream(reward), costs: [] as Cost[] }
  })
  const own: Cost[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const inProcess = await costOf(GROUPS, ownCpu, () => {
      for (let k = 0; k < GROUPS; k++) scoreBatch(preds, truths[k % truths.length])
    })
    // The first round warms up, and compares every answer.
    if (round > 0) own.push(inProcess)
    for (const { lines, stream, costs } of streams) {
      const check = (line: string) => {
        const { id, rewards } = JSON.parse(line)
        if (rewards.some((value: number, i: number) => value !== expected[id][i])) {
          throw new Error(`a wrong answer: ${line}`)
        }
      }
      const cost = await costOf(
        GROUPS,
        () => cpuOf(stream.pid),
        () => stream.ask(lines, GROUPS, round === 0 ? check : () => undefined),
      )
      if (round > 0) costs.push(cost)
    }
  }
  for (const { stream } of streams) await stream.end()
  const score = { wall: median(own.map((c) => c.wall)), cpu: median(own.map((c) => c.cpu)) }
  const us = (value: number) => `${value.toFixed(0).padStart(6)} µs`
  console.log(`${reward}: score itself ${us(score.wall)} wall, ${us(score.cpu)} CPU a mask`)
  for (const { name, lines, costs } of streams) {
    const over = (of: (cost: Cost) => number, base: number) =>
      median(costs.map((cost) => of(cost) - base))
    console.log(
      `  ${name.padEnd(10)} ${String(lines[0].length).padStart(7)} bytes a group:`,
      `over the score ${us(over((c) => c.wall, score.wall))} wall,`,
      `${us(over((c) => c.cpu, score.cpu))} CPU a mask`,
    )
    console.log(`    in this process, µs CPU a mask: ${await partsOf(lines, { preset: reward })}`)
  }
}
