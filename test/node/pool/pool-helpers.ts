import { expect } from 'vitest'
import { type MaskLike, MultiObjectiveReward, type RewardOptions } from '../../../src/index.ts'
import type { RewardPool } from '../../../src/node/index.ts'
import type { Grid } from '../../oracle/grid.ts'
import { largeMask } from '../../property/masks.ts'

/** Masks that differ. */
export const masks = (count: number, width: number, height: number, seed = 0): Grid[] =>
  Array.from({ length: count }, (_, i) => largeMask(width, height, seed + i, 1 + (i % 7)))

/** Compares bits, so that −0 is not 0. */
const bitsOf = (scores: Float64Array) => [...new BigUint64Array(scores.slice().buffer)]

/** Checks that a pool scores like a reward, bit for bit. */
export async function expectSame(
  pool: RewardPool,
  preds: MaskLike[],
  truths: MaskLike | MaskLike[],
  options?: RewardOptions,
): Promise<void> {
  const scores = await pool.scoreBatch(preds, truths)
  expect(scores.buffer).toBeInstanceOf(ArrayBuffer)
  const expected = new MultiObjectiveReward(options).scoreBatch(preds, truths)
  expect(bitsOf(scores)).toEqual(bitsOf(expected))
}

/** What a promise rejects with. */
export async function failureOf(run: Promise<unknown>): Promise<Error> {
  return run.then(
    () => expect.fail('expected an error'),
    (error) => error,
  )
}
