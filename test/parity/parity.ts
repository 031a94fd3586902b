/**
 * Compares the library with reference values of scikit-image and OpenCV on real masks, and prints
 * how the reward ranks predictions of the CHASE_DB1 images.
 *
 *   npm run parity -- DIR
 *
 * DIR holds `reference.csv` and one folder per data set with `pred/NAME.png` and `truth/NAME.png`.
 * Every count must be equal and every quotient agree to 1e-12, with the portable code and with the
 * SIMD kernel; exit code 1 otherwise.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BitMask,
  clDice,
  confusion,
  countComponents,
  dice,
  iou,
  precision,
  recall,
  skeletonize,
} from 'vessel-reward'
import { readMask } from 'vessel-reward/node'
import { disableSimd, enableSimd } from 'vessel-reward/simd'
import { chaseRanking } from './chase-ranking.ts'

type Row = Record<string, string>

interface Pair {
  pred: BitMask
  truth: BitMask
}

function readRows(path: string): Row[] {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  const names = head.trim().split(',')
  return lines.map((line) => {
    const values = line.trim().split(',')
    return Object.fromEntries(names.map((name, i) => [name, values[i]]))
  })
}

/** The value of every column of the reference file that the library computes. */
function measure({ pred, truth }: Pair): Record<string, number> {
  const values: Record<string, number> = {
    ...confusion(pred, truth),
    dice: dice(pred, truth),
    iou: iou(pred, truth),
    precision: precision(pred, truth),
    recall: recall(pred, truth),
  }
  for (const [side, mask] of Object.entries({ pred, truth })) {
    for (const connectivity of [4, 8] as const) {
      values[`components${connectivity}_${side}`] = countComponents(mask, { connectivity })
    }
  }
  for (const [prefix, method] of [
    ['', 'skimage'],
    ['zs_', 'zhang-suen'],
  ] as const) {
    const predSkeleton = skeletonize(pred, { method })
    const truthSkeleton = skeletonize(truth, { method })
    values[`${prefix}skel_pixels_pred`] = predSkeleton.count
    values[`${prefix}skel_pixels_truth`] = truthSkeleton.count
    values[`${prefix}skel_components8_pred`] = countComponents(predSkeleton)
    values[`${prefix}skel_components8_truth`] = countComponents(truthSkeleton)
    values[`${prefix}cldice`] = clDice(pred, truth, { thinning: method })
    values[`${prefix}tprec`] = precision(predSkeleton, truth)
    values[`${prefix}tsens`] = precision(truthSkeleton, pred)
  }
  return values
}

/** The same pixels in a mask of which nothing is known, unpacked and packed again. */
function fresh(mask: BitMask): BitMask {
  const { width, height } = mask
  return BitMask.from({ data: mask.toUint8Array(), width, height })
}

/** The columns in which a pair differs from the reference. */
function differences(row: Row, values: Record<string, number>): string[] {
  const ignored = ['dataset', 'name', 'height', 'width']
  return Object.keys(row)
    .filter((column) => !ignored.includes(column))
    .filter((column) => {
      const expected = Number(row[column])
      const actual = values[column]
      if (actual === undefined) return true
      if (Number.isInteger(expected)) return actual !== expected
      return Math.abs(actual - expected) > 1e-12 * Math.abs(expected)
    })
    .map((column) => `${column} is ${values[column]}, expected ${row[column]}`)
}

async function main(dir: string | undefined): Promise<number> {
  if (dir === undefined || !existsSync(join(dir, 'reference.csv'))) {
    console.error('usage: npm run parity -- DIR   (a folder that holds reference.csv)')
    return 2
  }
  const pairs = new Map<string, Pair>()
  const failures: string[] = []
  const rows = readRows(join(dir, 'reference.csv'))
  let compared = 0
  if (!enableSimd()) failures.push('no WebAssembly SIMD on this machine')
  for (const row of rows) {
    disableSimd()
    const [pred, truth] = await Promise.all(
      ['pred', 'truth'].map((side) => readMask(join(dir, row.dataset, side, `${row.name}.png`))),
    )
    const pair = { pred, truth }
    pairs.set(`${row.dataset}/${row.name}`, pair)
    const values = measure(pair)
    compared += Object.keys(values).length
    for (const difference of differences(row, values)) {
      failures.push(`${row.dataset}/${row.name}: ${difference}`)
    }
    enableSimd()
    const again = measure({ pred: fresh(pred), truth: fresh(truth) })
    for (const name of Object.keys(values).filter((name) => again[name] !== values[name])) {
      failures.push(`${row.dataset}/${row.name}: ${name} is ${again[name]} with SIMD`)
    }
  }
  for (const failure of failures) console.log(failure)
  console.log(
    `${rows.length} pairs, ${compared} values compared with the reference, and with SIMD: ${failures.length} differences\n`,
  )
  const wrong = chaseRanking(pairs)
  for (const line of wrong) console.log(`WRONG: ${line}`)
  return failures.length + wrong.length === 0 && rows.length > 0 ? 0 : 1
}

process.exitCode = await main(process.argv[2])
