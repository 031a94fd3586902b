/**
 * `npm run scaling`: how the cost of a reward grows with pixels, vessel width and foreground, what
 * memory it takes and how long it takes to warm up. Prints tables and writes the plots of
 * docs/performance.md to docs/images. Times are medians; they compare within one run only.
 */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BitMask } from 'vessel-reward'
import { plausible } from '../../examples/degrade.ts'
import { vesselMask } from '../../examples/procedural-vessels.ts'
import { buildLibrary, type Library } from '../library.ts'
import { table } from '../report.ts'
import { linePlot } from './line-plot.ts'
import { wavyVessels } from './wavy-vessels.ts'

interface Input {
  data: Uint8Array
  width: number
  height: number
}

const raw = (mask: BitMask): Input => ({
  data: mask.toUint8Array(),
  width: mask.width,
  height: mask.height,
})

/** Median time of a call in milliseconds; the inputs take turns. */
function medianTime(inputs: number, call: (i: number) => void, budget = 1500): number {
  for (let i = 0, begin = performance.now(); performance.now() - begin < budget / 3; i++) {
    call(i % inputs)
  }
  const times: number[] = []
  for (let i = 0, begin = performance.now(); i < 9 || performance.now() - begin < budget; i++) {
    const start = performance.now()
    call(i % inputs)
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  return times[times.length >> 1]
}

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))
mkdirSync(folder, { recursive: true })
const print = (title: string, head: string[], rows: string[][]) =>
  console.log(`\n${title}\n\n${table(head, rows)}`)

/** The first calls of a process, before any other has run. */
function warmUp({ MultiObjectiveReward, BitMask: Mask }: Library): void {
  const truths = [1, 2, 3, 4].map((seed) => vesselMask({ width: 565, height: 584, seed }))
  const inputs = truths.map((truth, i) => raw(plausible(truth, i)))
  const packed = truths.map((truth) => Mask.from(raw(truth)))
  const reward = new MultiObjectiveReward()
  const times: number[] = []
  for (let i = 0; i < 400; i++) {
    const start = performance.now()
    reward.score(inputs[i % 4], packed[i % 4])
    times.push(performance.now() - start)
  }
  const settled = times.slice(-100).sort((a, b) => a - b)[50]
  print(
    'Warm-up: time of the n-th call at 584 × 565 (truth not analysed before its first call)',
    ['call', 'ms', 'of settled'],
    [1, 2, 5, 10, 20, 50, 100, 200, 400].map((n) => [
      String(n),
      times[n - 1].toFixed(2),
      (times[n - 1] / settled).toFixed(1),
    ]),
  )
}

async function byPixels({ MultiObjectiveReward, BitMask: Mask }: Library): Promise<void> {
  const reward = new MultiObjectiveReward()
  const points: { x: number; y: number; series: string }[] = []
  const rows: string[][] = []
  for (const side of [256, 512, 1024, 2048, 4096, 7071]) {
    const seeds = side > 2048 ? [1] : [1, 2, 3]
    const truths = seeds.map((seed) => vesselMask({ width: side, height: side, seed }))
    const inputs = truths.map((truth, i) => raw(plausible(truth, i)))
    const packed = truths.map((truth) => Mask.from(raw(truth)))
    const before = process.memoryUsage().arrayBuffers
    const kept = inputs.map((input) => Mask.from(input))
    const bytes = (process.memoryUsage().arrayBuffers - before) / kept.length
    const ms = medianTime(inputs.length, (i) => void reward.score(inputs[i], packed[i]))
    const copy = new Uint8Array(2 * side * side)
    const copying = medianTime(inputs.length, (i) => {
      copy.set(inputs[i].data)
      copy.set(inputs[i].data, side * side)
    })
    const megapixels = (side * side) / 1e6
    points.push({ x: megapixels, y: ms, series: 'reward' })
    points.push({ x: megapixels, y: copying, series: 'copying both masks' })
    rows.push([
      `${side}²`,
      ms.toFixed(2),
      (ms / megapixels).toFixed(2),
      (ms / copying).toFixed(1),
      (bytes / 1024 / megapixels).toFixed(0),
    ])
  }
  print(
    'Reward against pixels (synthetic vessels, truth analysed before)',
    ['size', 'ms', 'ms per megapixel', 'copies of both masks', 'KiB per megapixel of a BitMask'],
    rows,
  )
  const axes = { x: 'megapixels', y: 'milliseconds', log: true }
  await linePlot(`${folder}time-by-pixels.svg`, 'One reward against image size', axes, points)
}

async function byWidth({ skeletonize, BitMask: Mask }: Library): Promise<void> {
  const points: { x: number; y: number; series: string }[] = []
  const rows: string[][] = []
  for (const width of [1, 3, 5, 7, 11, 15, 21, 31, 41]) {
    const row = [String(width)]
    const inputs = [1, 2, 3].map((seed) => wavyVessels({ side: 1024, width, share: 0.15, seed }))
    const masks = inputs.map((input) => Mask.from(input))
    const pixels = masks.reduce((sum, mask) => sum + mask.count, 0) / masks.length
    for (const method of ['skimage', 'zhang-suen', 'guo-hall'] as const) {
      const ms = medianTime(masks.length, (i) => void skeletonize(masks[i], { method }), 500)
      points.push({ x: width, y: (1e6 * ms) / pixels, series: method })
      row.push(ms.toFixed(2), ((1e6 * ms) / pixels).toFixed(1))
    }
    rows.push(row)
  }
  print(
    'Thinning against vessel width, 1024², 15 % foreground: ms, and ns per foreground pixel',
    ['width in px', 'skimage', 'ns', 'zhang-suen', 'ns', 'guo-hall', 'ns'],
    rows,
  )
  const axes = { x: 'vessel width in pixels', y: 'ns per foreground pixel' }
  await linePlot(`${folder}time-by-width.svg`, 'Thinning against vessel width', axes, points)
}

async function byForeground({ MultiObjectiveReward, BitMask: Mask }: Library): Promise<void> {
  const reward = new MultiObjectiveReward()
  const points: { x: number; y: number; series: string }[] = []
  const rows: string[][] = []
  for (const share of [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5]) {
    const row = [`${100 * share} %`]
    for (const width of [3, 9]) {
      const inputs = [1, 2, 3].map((seed) => wavyVessels({ side: 1024, width, share, seed }))
      const truth = Mask.from(inputs[0])
      const ms = medianTime(inputs.length, (i) => void reward.score(inputs[i], truth), 500)
      points.push({ x: 100 * share, y: ms, series: `${width} px wide` })
      row.push(ms.toFixed(2))
    }
    rows.push(row)
  }
  print('Reward against foreground, 1024²', ['foreground', '3 px wide, ms', '9 px wide, ms'], rows)
  const axes = { x: 'foreground in %', y: 'milliseconds' }
  await linePlot(`${folder}time-by-foreground.svg`, 'One reward against foreground', axes, points)
}

/** Scores many distinct pairs in batches: the heap must not grow. */
function heap({ MultiObjectiveReward, BitMask: Mask }: Library): void {
  const reward = new MultiObjectiveReward()
  const truth = Mask.from(raw(vesselMask({ width: 128, height: 128, seed: 1 })))
  const preds = Array.from({ length: 100 }, (_, seed) =>
    raw(vesselMask({ width: 128, height: 128, seed })),
  )
  const rows: string[][] = []
  for (let done = 0; done <= 100_000; done += 100) {
    if (done === 1000 || (done > 0 && done % 20_000 === 0)) {
      globalThis.gc?.()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      rows.push([
        String(done),
        (heapUsed / 2 ** 20).toFixed(2),
        (arrayBuffers / 2 ** 20).toFixed(2),
      ])
    }
    reward.scoreBatch(preds, truth)
  }
  print('Memory while scoring batches, MiB', ['pairs of 128²', 'heap', 'array buffers'], rows)
}

const { library } = await buildLibrary(process.argv.includes('--portable'))
warmUp(library)
heap(library)
await byPixels(library)
await byWidth(library)
await byForeground(library)
console.log(`\nPlots: docs/images (Node ${process.version})`)
