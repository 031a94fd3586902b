/**
 * Scores a good prediction and some hostile ones on synthetic vessel masks, prints the ranking and
 * writes pictures of every prediction over the truth: `npm run demo`.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BitMask, clDice, dice, MultiObjectiveReward } from 'vessel-reward'
import { overlay, writePng } from 'vessel-reward/node'
import { dilate, empty, full, gaps, plausible, shift, speckle } from './degrade.ts'
import { vesselMask } from './procedural-vessels.ts'

const WIDTH = 584
const HEIGHT = 565
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

const PREDICTIONS: Record<string, (truth: BitMask, seed: number) => BitMask> = {
  'good: borders jittered, twigs shortened': plausible,
  'dilated by two 3×3 squares': (truth) => dilate(truth, 2),
  '1 % speckle added': (truth, seed) => speckle(truth, 0.01, seed),
  'cut once per 50 px': (truth, seed) => gaps(truth, 50, seed),
  'shifted down by 4 px': (truth) => shift(truth, 0, 4),
  'all ones': full,
  empty,
}

interface Row {
  name: string
  dice: number
  clDice: number
  reward: number
  literal: number
}

/** Mean metrics and rewards of each prediction over the truths, best reward first. */
function rank(truths: readonly BitMask[]): Row[] {
  const bounded = new MultiObjectiveReward()
  const literal = new MultiObjectiveReward({ bounded: false })
  const rows = Object.entries(PREDICTIONS).map(([name, predict]) => {
    const preds = truths.map(predict)
    const mean = (score: (pred: BitMask, truth: BitMask) => number) =>
      preds.reduce((sum, pred, i) => sum + score(pred, truths[i]), 0) / preds.length
    return {
      name,
      dice: mean(dice),
      clDice: mean(clDice),
      reward: mean(bounded.score),
      literal: mean(literal.score),
    }
  })
  return rows.sort((a, b) => b.reward - a.reward)
}

function table(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(42) : cell.padStart(10))).join('')
  return [
    line(['prediction', 'reward', 'literal', 'Dice', 'clDice']),
    ...rows.map(({ name, ...row }) =>
      line([
        name,
        row.reward.toFixed(2),
        row.literal.toFixed(2),
        row.dice.toFixed(3),
        row.clDice.toFixed(3),
      ]),
    ),
  ].join('\n')
}

async function writeOverlays(truth: BitMask, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, predict] of Object.entries(PREDICTIONS)) {
    const file = `${name.replace(/\W+/g, '-')}.png`
    await writePng(join(folder, file), overlay(predict(truth, 0), truth, { scale: 2 }))
  }
}

/** Runs the demo with a mask of each seed; pictures of the first one go into `folder`. */
export async function demo(
  seeds: readonly number[],
  folder: string,
  print: (text: string) => void,
): Promise<Row[]> {
  const truths = seeds.map((seed) => vesselMask({ width: WIDTH, height: HEIGHT, seed }))
  print(`${truths.length} synthetic vessel masks of ${WIDTH} × ${HEIGHT} pixels; means, best first:
`)
  const rows = rank(truths)
  print(table(rows))
  await writeOverlays(truths[0], folder)
  print(`
What to look at:
- Dice alone puts the speckle first and cannot tell the cuts from the good prediction;
  clDice hardly minds the dilation. The reward sees all three.
- "literal" is the same formula without bounds: stray pieces cost so much that a mask which is
  right but for some speckle ranks below the empty one.

Pictures of the first mask, in ${folder}:
  light grey: in both · orange: prediction only · sky blue: truth only
  lines: skeletons (red prediction, blue truth, dark grey both)
  magenta squares: junctions of the prediction · green rings: of the truth`)
  return rows
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await demo(SEEDS, fileURLToPath(new URL('../demo-output', import.meta.url)), console.log)
}
