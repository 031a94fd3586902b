import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BitMask } from 'vessel-reward'
import { writePng } from 'vessel-reward/node'
import { afterAll, beforeAll } from 'vitest'
import { plausible, speckle } from '../../../examples/degrade.ts'
import { vesselMask } from '../../../examples/procedural-vessels.ts'

const SIZE = { width: 60, height: 50 }

/** A folder with `count` pairs: pred/0.png and so on, truth, and other for another method. */
export interface PairsFolder {
  readonly truths: readonly BitMask[]
  readonly preds: readonly BitMask[]
  readonly others: readonly BitMask[]
  at(...parts: string[]): string
}

/** Makes the folder before the tests of a file, and removes it after them. */
export function pairsFolder(count: number): PairsFolder {
  const truths = Array.from({ length: count }, (_, i) => vesselMask({ ...SIZE, seed: i + 1 }))
  const preds = truths.map(plausible)
  const others = truths.map((truth, i) => speckle(truth, 0.02, i))
  let folder = ''
  const at = (...parts: string[]) => join(folder, ...parts)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vessel-reward-pairs-'))
    for (const [name, masks] of Object.entries({ pred: preds, truth: truths, other: others })) {
      await mkdir(at(name))
      for (const [i, mask] of masks.entries()) await writePng(at(name, `${i}.png`), mask)
    }
  })
  afterAll(() => rm(folder, { recursive: true }))
  return { truths, preds, others, at }
}
