import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BitMask } from 'vessel-reward'
import { evaluatePairs, type FilePair, type FolderResults, writePng } from 'vessel-reward/node'
import { gaps, plausible, speckle } from '../../../examples/degrade.ts'
import { vesselMask } from '../../../examples/procedural-vessels.ts'

/** Names that would be markup, commands or other files if they were believed. */
export const HOSTILE = '</script><img src=x onerror=alert(1)>\u202e"\'&,::error::%\n| $_'

/** Metrics that the results have; without a truth some are 0/0. */
export const METRICS = ['dice', 'clDice', 'b0Error', 'lengthRatio', 'hd95'] as const

/** Results on disk, of which one pair is empty and one cannot be read. */
export interface MadeUpResults {
  readonly folder: string
  readonly results: FolderResults
  remove(): Promise<void>
}

/**
 * Evaluates small procedural vessels.
 *
 * @param count - how many pairs can be scored, of which the last one is empty
 * @param isDetailed - whether they are scored by caliber, and their errors listed
 */
export async function madeUpResults(count: number, isDetailed = false): Promise<MadeUpResults> {
  const folder = await mkdtemp(join(tmpdir(), 'vessel-reward-report-'))
  const size = { width: 90, height: 70 }
  const write = async (name: string, mask: BitMask) => {
    const path = join(folder, name)
    await writePng(path, mask)
    return path
  }
  const blank = BitMask.from({ data: new Uint8Array(size.width * size.height), ...size })
  const pairs: FilePair[] = []
  for (let i = 0; i < count; i++) {
    const truth = vesselMask({ ...size, seed: i + 1 })
    const isLast = i === count - 1
    const name = i === 0 ? HOSTILE : `case ${i}`
    const colors = new Uint8Array(3 * truth.width * truth.height).map((_, k) => (k * 7 + i) % 200)
    const image = join(folder, `i${i}.png`)
    await writePng(image, { data: colors, ...size, channels: 3 })
    pairs.push({
      name,
      pred: await write(`p${i}.png`, isLast ? blank : gaps(plausible(truth, i), 15, i)),
      truth: await write(`t${i}.png`, isLast ? blank : truth),
      against: await write(`a${i}.png`, isLast ? blank : speckle(truth, 0.03, i)),
      image,
    })
  }
  pairs.push({ name: `none ${HOSTILE}`, pred: join(folder, 'no.png'), truth: pairs[0].truth })
  const evaluated = async (all: readonly FilePair[]) => {
    const found = []
    const options = {
      evaluate: { metrics: METRICS, empty: 'nan' },
      byCaliber: isDetailed,
      errors: isDetailed,
    } as const
    for await (const result of evaluatePairs(all, options)) found.push(result)
    return found
  }
  const results: FolderResults = {
    version: '1.2.3',
    options: {
      metrics: METRICS,
      reward: 'design',
      empty: 'nan',
      connectivity: 8,
      byCaliber: isDetailed,
      errors: isDetailed,
      failUnder: [
        { name: 'dice', bound: 0.1 },
        { name: 'clDice', bound: 2 },
      ],
      failOver: [{ name: 'hd95', bound: -1 }],
    },
    warnings: [{ kind: 'grey-levels', message: `grey: ${HOSTILE}`, file: HOSTILE }],
    results: await evaluated(pairs),
    others: await evaluated(pairs.map((pair) => ({ ...pair, pred: pair.against ?? pair.pred }))),
  }
  return { folder, results, remove: () => rm(folder, { recursive: true }) }
}
