import { BitMask } from 'vessel-reward'
import { expect, test } from 'vitest'
import { proceduralSet } from '../../bench/inputs.ts'
import { type MeasureOptions, measure } from '../../bench/measure.ts'
import { workerRace } from '../../bench/workers.ts'

const QUICK: MeasureOptions = {
  clock: 'wall',
  quantumMs: 1,
  warmUpMs: 1,
  rounds: 4,
  budgetMs: 60_000,
  minRounds: 2,
}

test('times pools of one and of two workers on equal batches', async () => {
  const set = proceduralSet(64, 64, 2)
  const closed: number[] = []
  const node = {
    createRewardPool: async (_: object, { threads }: { threads: number }) => ({
      scoreBatch: async (preds: readonly unknown[], truths: readonly unknown[]) => {
        expect(preds.length).toBe(256)
        expect(truths.length).toBe(256)
        await new Promise((resolve) => setTimeout(resolve, 4 / threads))
        return new Float64Array(preds.length)
      },
      [Symbol.asyncDispose]: async () => {
        closed.push(threads)
      },
    }),
  }
  const race = (await workerRace(node, { BitMask }, set))!
  const { ratios } = await measure(
    { contestants: race.stages, inputs: 2, ratios: race.ratios },
    QUICK,
  )
  await race.close()
  expect(Object.keys(ratios)).toEqual([
    '1 worker / 2 workers',
    'one thread / two threads, arithmetic',
  ])
  expect(closed).toEqual([1, 2])
  expect(await workerRace({}, { BitMask }, set)).toBeUndefined()
})
