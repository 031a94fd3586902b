import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aggregate, BitMask, confusion, evaluate, MultiObjectiveReward } from 'vessel-reward'
import {
  type CaseFailure,
  type CaseResult,
  evaluatePairs,
  type FilePair,
  type MaskWarning,
  writePng,
} from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plausible } from '../../../examples/degrade.ts'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { casesCsv } from '../../../src/node/folders/cases-csv.ts'
import { resultsJson } from '../../../src/node/folders/results-json.ts'
import { scoredOf, summaryOf } from '../../../src/node/folders/summary.ts'
import { reportFacts } from '../../../src/node/report/facts.ts'

const size = { width: 70, height: 60 }
const truths = [1, 2].map((seed) => vesselMask({ ...size, seed }))
const preds = truths.map(plausible)
const field = BitMask.from({ data: new Uint8Array(4200).fill(1, 900), ...size })
const none = BitMask.from({ data: new Uint8Array(4200), ...size })

let folder: string
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-evaluate-'))
  const masks = { t0: truths[0], t1: truths[1], p0: preds[0], p1: preds[1], field, none }
  for (const [name, mask] of Object.entries(masks)) await writePng(at(`${name}.png`), mask)
  await writePng(at('small.png'), BitMask.from([[1, 0]]))
  await writePng(at('grey.png'), { data: new Uint8Array(4200).map((_, i) => i % 7), ...size })
  await writeFile(at('broken, "really".png'), 'no image')
})
afterAll(() => rm(folder, { recursive: true }))

const pair = (pred: string, truth: string, rest: object = {}): FilePair => ({
  name: pred,
  pred: at(`${pred}.png`),
  truth: at(`${truth}.png`),
  ...rest,
})

async function all(...args: Parameters<typeof evaluatePairs>) {
  const results: (CaseResult | CaseFailure)[] = []
  for await (const result of evaluatePairs(...args)) results.push(result)
  return results
}

describe('evaluatePairs', () => {
  it('gives what evaluate and the reward give for each pair', async () => {
    const pairs = [pair('p0', 't0'), pair('p1', 't1', { within: at('field.png') })]
    const metricOptions = { metrics: ['dice', 'hd95', 'junctionF1'], thinning: 'guo-hall' } as const
    const found = await all(pairs, { evaluate: metricOptions, reward: 'robust' })
    const expected = preds.map((pred, i) => {
      const within = i === 0 ? undefined : field
      const reward = MultiObjectiveReward.preset('robust', { within, thinning: 'guo-hall' })
      return {
        name: pairs[i].name,
        files: pairs[i],
        ...size,
        confusion: confusion(pred, truths[i], { within }),
        ...evaluate(pred, truths[i], { ...metricOptions, within }),
        reward: reward.score(pred, truths[i]),
      }
    })
    expect(found).toEqual(expected)
  })

  it('goes on after a pair that cannot be scored', async () => {
    const broken = pair('broken, "really"', 't0')
    const pairs = [pair('small', 't0'), broken, pair('missing', 't0'), pair('p0', 't0')]
    const found = await all(pairs, { evaluate: { metrics: ['dice'] } })
    expect(found.map((result) => ('error' in result ? result.error : 'scored'))).toEqual([
      'expected a prediction and a truth of equal size, got 2 × 1 and 70 × 60',
      expect.stringContaining(
        'to be an image (PNG, GIF, TIFF, PNM, BMP, JPEG, NIfTI, NPY, NPZ or COCO), got a text',
      ),
      expect.stringContaining('no such file or folder'),
      'scored',
    ])
  })

  it('reads with the threshold and tells what is doubtful', async () => {
    const warnings: MaskWarning[] = []
    const options = {
      evaluate: { metrics: ['dice'] as const },
      onWarning: warnings.push.bind(warnings),
    }
    const [plain] = await all([pair('grey', 'grey')], options as never)
    expect(warnings.map(({ kind }) => kind)).toEqual(['merged-labels', 'merged-labels'])
    const [cut] = await all([pair('grey', 'grey')], { ...options, threshold: 3 } as never)
    expect(warnings).toHaveLength(2)
    expect([plain, cut].map((result) => (result as CaseResult).confusion.tp)).toEqual([3600, 1800])
  })

  it('refuses pairs that are no list before anything is read', () => {
    for (const pairs of [undefined, 'ab', { name: 'a' }]) {
      expect(() => evaluatePairs(pairs as never)).toThrow(
        'expected the pairs to be an array or another iterable, got',
      )
    }
  })

  it('refuses wrong options before anything is read', () => {
    expect(() => evaluatePairs([], { reward: 'best' as 'robust' })).toThrow(RangeError)
    expect(() => evaluatePairs([], { evaluate: { metrics: ['dise'] as never } })).toThrow(
      "did you mean 'dice'?",
    )
    expect(() => evaluatePairs([], { evaluate: { within: [[1]] } as never })).toThrow(RangeError)
    expect(() => evaluatePairs([], { onWarning: 'no' as never })).toThrow(TypeError)
  })
})

describe('the forms of results', () => {
  const metrics = ['dice', 'junctionF1'] as const
  const results = () =>
    all([pair('p0', 't0'), pair('none', 'none'), pair('broken, "really"', 't0')], {
      evaluate: { metrics },
    })

  it('summarises what was scored', async () => {
    const found = await results()
    const cases = scoredOf(found)
    expect(cases).toHaveLength(2)
    const { dice, junctionF1, reward } = summaryOf(cases)
    expect(dice).toMatchObject(aggregate(cases.map(({ values }) => values.dice as number)))
    expect(dice.scoredPerfect).toBe(1)
    expect(junctionF1.scoredPerfect).toBe(1)
    expect(reward.mean).toBe((cases[0].reward + cases[1].reward) / 2)
    expect(summaryOf([])).toEqual({})
  })

  it('are a row a pair', async () => {
    const [header, first, empty, broken, end] = casesCsv(await results()).split('\r\n')
    expect(header).toBe(
      'name,pred,truth,within,width,height,tp,fp,fn,tn,reward,dice,junctionF1,undefined,error',
    )
    const { tp, fp, fn, tn } = confusion(preds[0], truths[0])
    const { values } = evaluate(preds[0], truths[0], { metrics })
    const reward = new MultiObjectiveReward().score(preds[0], truths[0])
    expect(first).toBe(
      `p0,${at('p0.png')},${at('t0.png')},,70,60,${tp},${fp},${fn},${tn},${reward},${values.dice},${values.junctionF1},,`,
    )
    expect(empty).toMatch(/,70,60,0,0,0,4200,6,1,1,dice: perfect; junctionF1: perfect,$/)
    expect(broken).toMatch(
      /^"broken, ""really""",".*",.*,,,,,,,,,,,"expected '.*' to be an image .*, got a text"$/,
    )
    expect(end).toBe('')
  })

  it("are nnU-Net's summary and more", async () => {
    const found = await results()
    const cases = scoredOf(found)
    const about = {
      version: '1',
      options: {
        metrics,
        reward: 'design',
        empty: 'perfect',
        connectivity: 8,
        byCaliber: false,
        errors: false,
      },
      warnings: [],
    } as const
    const all = { ...about, results: found }
    const json = JSON.parse(JSON.stringify(resultsJson(all, reportFacts(all))))
    expect(Object.keys(json)).toEqual([
      'foreground_mean',
      'mean',
      'metric_per_case',
      'vessel_reward',
    ])
    const { tp, fp, fn, tn } = cases[0].confusion
    expect(json.metric_per_case[0]).toEqual({
      metrics: {
        1: {
          Dice: cases[0].values.dice,
          IoU: tp / (tp + fp + fn),
          TP: tp,
          FP: fp,
          FN: fn,
          TN: tn,
          n_pred: tp + fp,
          n_ref: tp + fn,
          reward: cases[0].reward,
          ...cases[0].values,
        },
      },
      prediction_file: at('p0.png'),
      reference_file: at('t0.png'),
    })
    // Undefined in nnU-Net, and so not in its means.
    expect(json.metric_per_case[1].metrics[1]).toMatchObject({ Dice: null, dice: 1 })
    expect(json.mean[1]).toEqual(json.foreground_mean)
    expect(json.mean[1].Dice).toBe(cases[0].values.dice)
    expect(json.mean[1].TP).toBe(tp / 2)
    expect(json.vessel_reward).toMatchObject({ schema: 2, ...about })
    expect(json.vessel_reward.cases).toMatchObject([
      { name: 'p0', files: { pred: at('p0.png') }, width: 70, height: 60, rules: {} },
      { name: 'none', rules: { dice: 'perfect', junctionF1: 'perfect' } },
      { name: 'broken, "really"', error: expect.stringContaining('to be an image') },
    ])
    expect(json.vessel_reward.summary.dice.mean).toBe(summaryOf(cases).dice.mean)
  })
})
