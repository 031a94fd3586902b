/**
 * What the preset `robust` was chosen by, on real masks, next to the design formula, and the means of
 * metrics that the guides quote:
 * `npm run robust -- DIR`, where DIR holds the folders CHASE_DB1-2ndHO, CHASE_DB1-wnet_drive and
 * HRF-bigwnet, each with `pred` and `truth`. Exits with 1 if the preset misses a requirement.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  aggregate,
  BitMask,
  byCaliber,
  dilate,
  evaluate,
  hd95,
  junctionF1,
  lengthAgreement,
  MultiObjectiveReward,
  nsd,
} from 'vessel-reward'
import { LADDERS } from 'vessel-reward/audit'
import { readMask } from 'vessel-reward/node'

interface Pair {
  name: string
  pred: BitMask
  truth: BitMask
}

type Score = (pred: BitMask, truth: BitMask) => number

const presets = {
  design: MultiObjectiveReward.preset('design'),
  robust: MultiObjectiveReward.preset('robust'),
}
const names = ['design', 'robust'] as const
const failures: string[] = []

function require(holds: boolean, what: string): void {
  if (!holds) failures.push(what)
}

async function* pairsOf(folder: string): AsyncGenerator<Pair> {
  for (const name of (await readdir(join(folder, 'truth'))).sort()) {
    const [pred, truth] = await Promise.all(
      ['pred', 'truth'].map((part) => readMask(join(folder, part, name))),
    )
    yield { name, pred, truth }
  }
}

async function listOf(folder: string): Promise<Pair[]> {
  const pairs: Pair[] = []
  for await (const pair of pairsOf(folder)) pairs.push(pair)
  return pairs
}

const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Made anew from a function of the place. */
function maskBy({ width, height }: BitMask, value: (x: number, y: number) => number): BitMask {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    value(i % width, Math.floor(i / width)),
  )
  return BitMask.from({ data, width, height })
}

/** Half the width and height; a pixel is foreground if two of the four that it covers are. */
function halved(mask: BitMask): BitMask {
  const pixels = mask.toUint8Array()
  const width = mask.width >> 1
  const height = mask.height >> 1
  const at = (x: number, y: number) => pixels[y * mask.width + x]
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const x = 2 * (i % width)
    const y = 2 * Math.floor(i / width)
    return Number(at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1) >= 2)
  })
  return BitMask.from({ data, width, height })
}

const FAKES: Record<string, (truth: BitMask) => BitMask> = {
  'all-ones': (truth) => maskBy(truth, () => 1),
  empty: (truth) => maskBy(truth, () => 0),
  mirrored: (truth) => {
    const pixels = truth.toUint8Array()
    return maskBy(truth, (x, y) => pixels[y * truth.width + truth.width - 1 - x])
  },
  checkerboard: (truth) => maskBy(truth, (x, y) => (x + y) & 1),
}

/** Largest rise from one step of a ladder to the next, over all truths. */
function largestRises(truths: readonly BitMask[], scores: Record<string, Score>): void {
  const rises = new Map<string, number[]>()
  truths.forEach((truth, i) => {
    for (const ladder of LADDERS) {
      const steps = [truth, ...ladder.masks(truth, i)]
      const most = names.map((name) => {
        const rewards = steps.map((step) => scores[name](step, truth))
        return Math.max(...rewards.slice(1).map((reward, k) => reward - rewards[k]))
      })
      const sofar = rises.get(ladder.name) ?? [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
      rises.set(
        ladder.name,
        most.map((rise, k) => Math.max(rise, sofar[k])),
      )
    }
    process.stderr.write(`\rladders: truth ${i + 1} of ${truths.length} `)
  })
  process.stderr.write('\n')
  console.log(`\nLargest rise from a step to the next, ${truths.length} truths`)
  console.log(`${'ladder'.padEnd(20)}  design  robust`)
  for (const [ladder, [design, robust]] of rises) {
    console.log(
      `${ladder.padEnd(20)} ${design.toFixed(3).padStart(7)} ${robust.toFixed(3).padStart(7)}`,
    )
    require(robust <= 0.01, `the ladder '${ladder}' rises by ${robust.toFixed(3)}`)
  }
}

/** On how many whole images each term says nothing, because it is at a bound. */
function termsAtBounds(pairs: readonly Pair[]): void {
  console.log(`\nTerms at a bound on ${pairs.length} predictions of networks`)
  const ranges: Record<string, readonly [number, number]> = {
    dice: [0, 10],
    recall: [-17, 0],
    topology: [-5, 5],
    length: [-5, 0],
    balance: [0, 10],
    clDice: [0, 10],
    surface: [0, 10],
    junctions: [0, 10],
    components: [0, 10],
    holes: [0, 10],
  }
  for (const name of names) {
    const counts = new Map<string, number>()
    for (const { pred, truth } of pairs) {
      for (const [term, { value, weight }] of Object.entries(
        presets[name].explain(pred, truth).terms,
      )) {
        if (weight === 0) continue
        const [min, max] = ranges[term]
        const isInside = value >= min && value <= max
        if (name === 'robust') require(isInside, `'${term}' leaves its range: ${value}`)
        counts.set(term, (counts.get(term) ?? 0) + Number(value === min || value === max))
      }
    }
    const text = [...counts].map(([term, count]) => `${term} ${count}`).join(', ')
    console.log(`${name}: ${text}`)
    if (name !== 'robust') continue
    for (const [term, count] of counts)
      require(count <= 3, `'${term}' is at a bound ${count} times`)
  }
}

function rankings(second: readonly Pair[], network: readonly Pair[]): void {
  const fat = second.map(({ truth }) => dilate(truth, { radius: 2 }))
  console.log('\nMean reward                         design  robust')
  const row = (what: string, scoring: (score: Score) => number, digits = 2) => {
    const values = names.map((name) => scoring(presets[name].score))
    console.log(`${what.padEnd(34)} ${values.map((v) => v.toFixed(digits).padStart(7)).join(' ')}`)
    return values
  }
  const mean = (pairs: readonly Pair[]) => (score: Score) =>
    meanOf(pairs.map(({ pred, truth }) => score(pred, truth)))
  const full = row('second observer', mean(second))
  const small = second.map(({ name, pred, truth }) => ({
    name,
    pred: halved(pred),
    truth: halved(truth),
  }))
  const half = row('second observer, half size', mean(small))
  require(Math.abs(full[1] - half[1]) <=
    0.5, `half size differs by ${(half[1] - full[1]).toFixed(2)}`)
  row('W-Net', mean(network))
  row('truth dilated by two 3×3 squares', (score) =>
    meanOf(second.map(({ truth }, i) => score(fat[i], truth))),
  )
  const wins = row(
    `second observer above it, of ${second.length}`,
    (score) =>
      second.filter(({ pred, truth }, i) => score(pred, truth) > score(fat[i], truth)).length,
    0,
  )
  require(wins[1] >= 26, `the second observer is above the dilated truth on ${wins[1]} only`)
  for (const [fake, make] of Object.entries(FAKES)) {
    row(fake, (score) => meanOf(second.map(({ truth }) => score(make(truth), truth))))
  }
  const margins = row('least margin above these, % of range', (score) => {
    const { min, max } =
      score === presets.robust.score ? presets.robust.range : presets.design.range
    const least = second.map(({ pred, truth }, i) => {
      const real = Math.min(score(pred, truth), score(network[i].pred, truth))
      return real - Math.max(...Object.values(FAKES).map((make) => score(make(truth), truth)))
    })
    return (100 * Math.min(...least)) / (max - min)
  })
  require(margins[1] >= 15, `the margin above fakes is ${margins[1].toFixed(1)} % of the range`)
}

/** Means of the metrics that docs/metrics.md quotes. */
function metricMeans(name: string, pairs: readonly Pair[]): void {
  const rows = pairs.map(({ pred, truth }) => ({
    ...evaluate(pred, truth, {
      metrics: ['cal', 'rSe', 'rSp', 'rAcc', 'completeness', 'correctness', 'quality'],
    }).values,
    ...evaluate(pred, truth, { metrics: ['lengthRatio', 'hausdorff', 'hd95', 'assd', 'masd'] })
      .values,
    'hd95 pooled': hd95(pred, truth, { convention: 'pooled' }),
    'junction F1, 3 px': junctionF1(pred, truth, { radius: 3 }),
    'junction F1, 5 px': junctionF1(pred, truth, { radius: 5 }),
    'junction F1, 8 px': junctionF1(pred, truth, { radius: 8 }),
    'length agreement': lengthAgreement(pred, truth),
    'nsd, 1 px': nsd(pred, truth, { tolerance: 1 }),
    'nsd, 2 px': nsd(pred, truth, { tolerance: 2 }),
    ...Object.fromEntries(
      byCaliber(pred, truth).flatMap(({ from, dice, recall, clDice }) => [
        [`dice from ${from} px`, dice],
        [`recall from ${from} px`, recall],
        [`clDice from ${from} px`, clDice],
      ]),
    ),
  }))
  console.log(`\nMeans of metrics, ${name}`)
  for (const [metric, { mean }] of Object.entries(aggregate(rows, { resamples: 1 }))) {
    console.log(`${metric.padEnd(20)} ${mean.toFixed(3)}`)
  }
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  process.stderr.write('usage: npm run robust -- DIR\n')
  process.exit(2)
}
const second = await listOf(join(folder, 'CHASE_DB1-2ndHO'))
const network = await listOf(join(folder, 'CHASE_DB1-wnet_drive'))
const large = await listOf(join(folder, 'HRF-bigwnet'))
rankings(second, network)
metricMeans('second observer', second)
metricMeans('W-Net', network)
termsAtBounds([...network, ...large])
largestRises(
  second.map(({ truth }) => truth),
  { design: presets.design.score, robust: presets.robust.score },
)
for (const failure of failures) console.log(`missed: ${failure}`)
console.log(failures.length === 0 ? '\nevery requirement of robust is met' : '')
process.exitCode = failures.length === 0 ? 0 : 1
