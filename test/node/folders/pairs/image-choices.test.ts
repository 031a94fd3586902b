import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BitMask, evaluate } from 'vessel-reward'
import { encodePng, evaluateFolder, evaluatePairs, readResults } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plausible } from '../../../../examples/degrade.ts'
import { vesselMask } from '../../../../examples/procedural-vessels.ts'
import { choicesByRole } from '../../../../src/node/folders/pairs/image-choices.ts'
import { runTool } from '../../../cli/run-tool.ts'
import { npy } from '../../formats/written-files.ts'

const size = { width: 60, height: 50 }
const truth = vesselMask({ ...size, seed: 1 })
const pred = plausible(truth, 1)
const other = vesselMask({ ...size, seed: 2 })
const diceOf = (a: BitMask, b: BitMask) => evaluate(a, b, { metrics: ['dice'] }).values.dice

/** A softmax of background and vessels, as networks give it. */
const softmax = (mask: BitMask) =>
  npy(
    'f4',
    [50, 60, 2],
    [...mask.toUint8Array()].flatMap((value) => [0.9 - 0.8 * value, 0.1 + 0.8 * value]),
  )

/** A COCO file with vessels and another category. */
const coco = (vessels: BitMask, rest: BitMask) =>
  JSON.stringify({
    images: [
      { id: 7, file_name: 'a.png', ...size },
      { id: 8, file_name: 'b.png', ...size },
    ],
    categories: [
      { id: 1, name: 'vessel' },
      { id: 2, name: 'lesion' },
    ],
    annotations: [
      { image_id: 7, category_id: 1, segmentation: vessels.toRle() },
      { image_id: 7, category_id: 2, segmentation: rest.toRle() },
      { image_id: 8, category_id: 2, segmentation: rest.toRle() },
    ],
  })

let folder: string
const at = (...parts: string[]) => join(folder, ...parts)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-choices-'))
  for (const name of ['pred', 'truth', 'other']) await mkdir(at(name))
  await writeFile(at('pred', 'a.npy'), softmax(pred))
  await writeFile(at('other', 'a.npy'), softmax(other))
  await writeFile(at('truth', 'a.png'), encodePng(truth))
  await writeFile(at('truth.json'), coco(truth, other))
  await writeFile(at('pred.json'), JSON.stringify(pred.toRle()))
})
afterAll(() => rm(folder, { recursive: true }))

const metrics = { metrics: ['dice'] as const }

describe('page and category of an evaluation', () => {
  it('are those of the images that they name', async () => {
    const options = { evaluate: metrics, threshold: 0.5, jobs: 1 }
    const page = { pred: 1, against: 1 }
    const { cases, comparison } = await evaluateFolder(at('pred'), at('truth'), {
      ...options,
      page,
      against: at('other'),
    })
    expect(cases.map(({ values }) => values)).toEqual([{ dice: diceOf(pred, truth) }])
    const difference = comparison?.dice.difference
    expect(difference).toBeCloseTo(diceOf(pred, truth) - diceOf(other, truth), 12)
    const { failures } = await evaluateFolder(at('pred'), at('truth'), options)
    expect(failures[0].error).toContain('got 2 pages: pass page: 0 to 1')
  })

  it('are of all masks where they name none', async () => {
    const pairs = [{ name: 'a', pred: at('pred', 'a.npy'), truth: at('other', 'a.npy') }]
    const found = []
    for await (const result of evaluatePairs(pairs, {
      evaluate: metrics,
      threshold: 0.5,
      page: 1,
    })) {
      found.push(result)
    }
    expect(found).toMatchObject([{ values: { dice: diceOf(pred, other) } }])
  })

  it('are flags of evaluate, are kept with the results and serve the page', async () => {
    const json = at('results.json')
    const choice = ['--page', 'truth=a.png', '--category', 'truth=vessel']
    const pair = [at('pred.json'), at('truth.json')]
    const run = await runTool(['evaluate', ...pair, ...choice, '--metrics', 'dice', '--json', json])
    expect([run.code, run.err]).toEqual([0, ''])
    const { options, results } = await readResults(json)
    expect(options).toMatchObject({ page: { truth: 'a.png' }, category: { truth: 'vessel' } })
    expect(results).toMatchObject([{ values: { dice: diceOf(pred, truth) } }])
    const made = await runTool([
      'report',
      json,
      '--html',
      at('page.html'),
      '--json',
      at('again.json'),
    ])
    expect([made.code, made.err]).toEqual([0, ''])
    expect(await readFile(at('again.json'), 'utf8')).toBe(await readFile(json, 'utf8'))
    const html = await readFile(at('page.html'), 'utf8')
    expect(html).toContain('data:image/png')
    expect(html).not.toContain('to hold one image')
    const { code, err } = await runTool(['evaluate', ...pair])
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('got 2: pass the name or number of one as --page'),
    ])
  })

  it('are flags of score', async () => {
    const pair = [at('pred.json'), at('truth.json'), '--page', 'truth=7', '--json']
    const scored = async (...more: string[]) => runTool(['score', ...pair, ...more])
    const vessels = JSON.parse((await scored('--category', 'truth=1')).out)
    expect(vessels.metrics.dice).toBe(diceOf(pred, truth))
    const either = BitMask.fromWords(
      truth.layout,
      truth.words.map((word, i) => word | other.words[i]),
    )
    const both = JSON.parse((await scored()).out)
    expect(both.metrics.dice).toBe(diceOf(pred, either))
    const refused = await scored('--category', 'truth=artery')
    expect(refused.err).toContain('("vessel", "lesion"), got "artery"')
  })

  it('are part of what must be the same to go on', async () => {
    const options = { evaluate: metrics, threshold: 0.5, jobs: 1, cases: at('cases.jsonl') }
    const run = (page: number, resume: boolean) =>
      evaluateFolder(at('pred'), at('truth'), { ...options, page: { pred: page }, resume })
    await run(1, false)
    expect((await run(1, true)).resumed).toBe(1)
    await expect(run(0, true)).rejects.toThrow('other options (page)')
  })
})

describe('choicesByRole', () => {
  it('gives the roles in one order', () => {
    const choice = choicesByRole({ truth: 0, pred: 'a', image: undefined }, 'page')
    expect(JSON.stringify(choice)).toBe('{"pred":"a","truth":0}')
    expect(choicesByRole(3, 'page')).toEqual({ pred: 3, truth: 3, within: 3, against: 3 })
  })

  it('refuses what is none', () => {
    for (const value of [null, true, [1], () => 1]) {
      expect(() => choicesByRole(value, 'page')).toThrow(TypeError)
    }
    expect(() => choicesByRole({ pred: null }, 'page')).toThrow(/expected page.pred to be/)
    expect(() => choicesByRole({ preds: 1 }, 'page')).toThrow(RangeError)
    expect(() => choicesByRole({ preds: 1 }, 'page')).toThrow(/unknown role 'preds' of page/)
  })
})
