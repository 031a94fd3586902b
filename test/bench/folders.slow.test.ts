import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BitMask, evaluate } from 'vessel-reward'
import { evaluateFolder } from 'vessel-reward/node'
import { expect, test } from 'vitest'
import { COMPARED, FOLDER_METRICS, folderOf, folderRace } from '../../bench/folders.ts'
import { proceduralSet } from '../../bench/inputs.ts'

test('times the evaluation of a folder, with the values of the masks', async () => {
  const set = proceduralSet(64, 48, 2)
  const jobs: number[] = []
  const node = {
    evaluateFolder: (pred: string, truth: string, options: { jobs: number }) => {
      jobs.push(options.jobs)
      return evaluateFolder(pred, truth, { ...options, jobs: 1 })
    },
  }
  const { stages, ratios } = await folderRace(node, set)
  expect(existsSync(join(folderOf(set), 'pred', '0001.png'))).toBe(true)
  for (const i of [0, 1]) {
    const [pred, truth] = [set.preds, set.truths].map((masks) =>
      BitMask.from({ data: masks[i], width: 64, height: 48 }),
    )
    const { values } = evaluate(pred, truth, { metrics: FOLDER_METRICS })
    const wanted = FOLDER_METRICS.slice(0, COMPARED).map((name) => values[name])
    expect(stages[0].check(i)).toEqual(wanted)
  }
  for (const stage of stages) expect(await stage.run(1, 'wall')).toBeGreaterThan(0)
  expect(jobs).toEqual([1, 1, 2])
  for (const { over, under } of ratios) {
    const names = stages.map(({ name }) => name)
    expect(names).toContain(over)
    expect(names).toContain(under)
  }
  expect((await folderRace({}, set)).stages).toEqual([])
})
