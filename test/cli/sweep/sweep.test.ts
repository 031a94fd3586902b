import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BitMask,
  dice,
  evaluate,
  MultiObjectiveReward,
  type SweepCase,
  type SweepSummary,
  sweepAll,
} from 'vessel-reward'
import { writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { seededRandom } from '../../../src/mask/seeded-random.ts'
import { strictMarkup } from '../../page/strict-markup.ts'
import { runTool } from '../run-tool.ts'

const size = { width: 50, height: 40 }

/** A map of 8 bits that knows a truth roughly. */
function mapOf(truth: BitMask, seed: number) {
  const random = seededRandom(seed)
  const data = truth
    .toUint8Array()
    .map((set) => Math.floor((set ? 90 : 20) + 130 * random() * random()))
  return { data, ...size }
}

const seeds = (count: number, first: number) => Array.from({ length: count }, (_, i) => first + i)
const made = (list: readonly number[]) =>
  list.map((seed) => {
    const truth = vesselMask({ ...size, seed })
    return { truth, map: mapOf(truth, seed) }
  })
const validation = made(seeds(4, 1))
const tests = made(seeds(3, 11))
const within = BitMask.from({
  data: Uint8Array.from({ length: 2000 }, (_, i) => (i % 50 > 9 ? 1 : 0)),
  ...size,
})
const casesOf = (list: typeof validation, field?: BitMask): SweepCase[] =>
  list.map(({ truth, map }) => ({
    probabilities: { data: Float32Array.from(map.data, (level) => level / 255), ...size },
    truth,
    ...(field && { within: field }),
  }))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-sweep-'))
  const put = async (prefix: string, list: typeof validation) => {
    await mkdir(join(folder, `${prefix}prob`))
    await mkdir(join(folder, `${prefix}truth`))
    for (const [i, { truth, map }] of list.entries()) {
      await writePng(join(folder, `${prefix}prob`, `${i}.png`), map)
      await writePng(join(folder, `${prefix}truth`, `${i}_manual1.png`), truth)
    }
  }
  await put('', validation)
  await put('test', tests)
  await writePng(join(folder, 'fov.png'), within)
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs `sweep`; names of folders and files are those in the folder. */
const run = (...args: string[]) =>
  runTool([
    'sweep',
    ...args.map((arg) =>
      /^((test|other)?(prob|truth)|\w+\.\w{3,4})$/.test(arg) ? join(folder, arg) : arg,
    ),
  ])

const read = (name: string) => readFile(join(folder, name), 'utf8')

describe('sweep', () => {
  test('prints means at 0.5 and at the best threshold', async () => {
    const { code, out, err } = await run('prob', 'truth', '--within', 'fov.png')
    expect([code, err]).toEqual([0, ''])
    const { mean, pooled } = sweepAll(casesOf(validation, within))
    const { threshold, value, atHalf } = mean.best
    expect(value).toBeGreaterThan(atHalf + 0.1)
    const title = String(Number(threshold.toFixed(4)))
    expect(out).toMatch(new RegExp(`^4 of 4 maps swept\n\nmean +at 0.5 +at ${title} +change\n`))
    const change = `\\+${(value - atHalf).toFixed(4)}`
    const row = `^dice ↑ +${atHalf.toFixed(4)} +${value.toFixed(4)} +${change}$`
    expect(out).toMatch(new RegExp(row, 'm'))
    const areas = [mean.averagePrecision, pooled.averagePrecision].map((area) => area.toFixed(4))
    expect(out).toMatch(new RegExp(`^precision by recall +${areas.join(' +')}$`, 'm'))
    expect(out).toContain(`best threshold of 255 by dice: ${title}\n`)
    expect(out).toContain(
      `${value.toFixed(4)} is too good to be expected of others; with each image at`,
    )
    expect(out).toContain(
      `best for the others it is ${mean.leaveOneOut.toFixed(4)}; --test reports on other`,
    )
  })

  test('reports the chosen threshold on other images', async () => {
    const args = ['prob', 'truth', '--metric', 'mcc', '--test', 'testprob', 'testtruth', '--json']
    const { code, out } = await run(...args)
    expect(code).toBe(0)
    const { mean, test: tested } = JSON.parse(out) as SweepSummary & { test: SweepSummary }
    const expected = sweepAll(casesOf(validation), { metrics: ['mcc'] })
    expect(mean.best).toEqual(expected.mean.best)
    const thresholds = [0.5, mean.best.threshold].sort()
    expect(tested.thresholds).toEqual(thresholds)
    for (const [k, threshold] of thresholds.entries()) {
      const values = casesOf(tests).map(({ probabilities, truth }) =>
        dice(BitMask.from(probabilities, { threshold }), truth),
      )
      const sum = values.reduce((total, each) => total + each, 0)
      expect(tested.mean.values.dice[k]).toBe(sum / 3)
    }
    const text = (await run(...args.slice(0, -1))).out
    expect(text).toMatch(
      /\n3 of 3 maps of the test swept\n\nmean +at 0.5 +at 0.\d+ +change\nmcc ↑ /,
    )
    expect(text).not.toContain('--test reports')
  })

  test('takes any metric and the reward, at fewer thresholds', async () => {
    const { out } = await run(
      'prob',
      'truth',
      '--metric',
      'reward',
      '--metrics',
      'b0Error',
      '--json',
    )
    const { mean, thresholds } = JSON.parse(out) as SweepSummary
    expect(thresholds).toHaveLength(19)
    const reward = new MultiObjectiveReward()
    const best = thresholds.indexOf(mean.best.threshold)
    const each = casesOf(validation).map(({ probabilities, truth }) => {
      const mask = BitMask.from(probabilities, { threshold: mean.best.threshold })
      return [reward.score(mask, truth), evaluate(mask, truth).values.b0Error]
    })
    for (const [i, name] of ['reward', 'b0Error'].entries()) {
      const sum = each.reduce((total, values) => total + values[i], 0)
      expect(mean.values[name][best]).toBe(sum / 4)
    }
    const given = await run('prob', 'truth', '--reward', 'robust', '--thresholds', '.2,.3')
    expect(given.out).toContain('best threshold of 3 by dice')
    expect(given.out).toMatch(/^reward ↑ /m)
  })

  test('writes a row a threshold, all results and a plot', async () => {
    const files = ['--csv', 'a.csv', '--json', 'a.json', '--plot', 'a.svg']
    const { code, out } = await run('prob', 'truth', ...files, '--metrics', 'recall')
    expect(code).toBe(0)
    for (const file of ['a.csv', 'a.json', 'a.svg']) expect(out).toContain(join(folder, file))
    const [header, ...rows] = (await read('a.csv')).trim().split('\r\n')
    expect(header).toBe('threshold,dice,recall,pooled_dice,pooled_recall,tp,fp,fn,tn')
    expect(rows).toHaveLength(255)
    const { thresholds, mean, pooled } = sweepAll(casesOf(validation))
    const { tp, fp, fn, tn, values } = pooled
    const both = [mean.values.dice, mean.values.recall, values.dice, values.recall]
    const row = [thresholds, ...both, tp, fp, fn, tn].map((column) => (column as Float64Array)[100])
    expect(rows[100]).toBe(row.join(','))
    const json = JSON.parse(await read('a.json'))
    expect(json).toMatchObject({ pairs: 4, failures: [], warnings: [], isBinary: false })
    expect(json.pooled.tp[100]).toBe(tp[100])
    const svg = await read('a.svg')
    expect(strictMarkup(svg).name).toBe('svg')
    expect(svg).toContain('aria-label="Mean dice by threshold"')
    expect(svg).toContain('>best, 0.')
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    const { length } = svg.match(/<path class="main" d="M[^"]*/)?.[0].split('L') ?? []
    expect(length).toBe(255)
  })

  test('says where no threshold makes a difference', async () => {
    const { code, out, err } = await run('truth', 'truth')
    expect(code).toBe(0)
    expect(err).toMatch(
      /^warning: '.*' is the map and the truth at once, and so in 3 more pairs\nwarning: the maps are masks already: only 0\.0 % of their pixels/,
    )
    expect(out).toContain('the maps are masks already: none makes a difference')
    expect(out).not.toContain('too good')
    expect(out).toMatch(/^mean +at 0.5\n/m)
  })

  test('names what cannot be read, and goes on', async () => {
    await mkdir(join(folder, 'otherprob'))
    for (const [i, { map }] of validation.entries()) {
      await writePng(join(folder, 'otherprob', `${i}.png`), map)
    }
    await writeFile(join(folder, 'otherprob', '1.png'), 'no image')
    const colors = Uint8Array.from({ length: 6000 }, (_, i) => i % 256)
    await writePng(join(folder, 'otherprob', '2.png'), { data: colors, ...size, channels: 3 })
    const { code, out, err } = await run('otherprob', 'truth')
    expect(code).toBe(1)
    expect(out).toMatch(/^2 of 4 maps swept\n/)
    expect(err).toMatch(/^failed {2}1: .*1\.png/m)
    expect(err).toMatch(/^failed {2}2: expected .*2\.png' to hold one probability a pixel/m)
    const none = await run(
      join(folder, 'otherprob', '1.png'),
      join(folder, 'truth', '1_manual1.png'),
    )
    expect(none.code).toBe(1)
    expect(none.out).toBe('0 of 1 maps swept\n')
  })

  test('of one image says that it is one', async () => {
    const { out } = await run(join(folder, 'prob', '0.png'), join(folder, 'truth', '0_manual1.png'))
    expect(out).toContain('chosen on the same image, so')
    expect(out).not.toContain('NaN')
    expect(out).not.toContain('pooled')
  })

  test('leaves out of a mean what is undefined, and says how often', async () => {
    const args = [
      '--empty',
      'nan',
      '--thresholds',
      '1',
      '--metric',
      'precision',
      '--metrics',
      'dice',
    ]
    const { out, code } = await run('prob', 'truth', ...args, '--json')
    expect(code).toBe(0)
    const { mean, thresholds } = JSON.parse(out)
    expect(thresholds).toEqual([0.5, 1])
    expect(mean.undefined.precision).toEqual([0, 4])
    expect(mean.values.precision[1]).toBeNull()
  })
})

test.each<[string[], string]>([
  [['prob'], 'as sweep PROB TRUTH, or --pairs'],
  [['prob', 'truth', '--metric', 'dise'], "unknown metric 'dise' of --metric: did you mean 'dice'"],
  [['prob', 'truth', '--thresholds', '0.5,2'], 'numbers from 0 to 1'],
  [['prob', 'truth', '--thresholds', '0.5,'], 'numbers from 0 to 1'],
  [
    ['prob', 'truth', '--test', 'testprob'],
    'expected --test with a folder of maps and one of truths',
  ],
  [['--test', 'testprob', 'testtruth', 'prob', 'truth'], 'got 4: put it after the other folders'],
  [['prob', 'truth', '--test-within', 'fov.png'], '--test-within is for --test'],
  [['prob', 'truth', '--plot', 'a.png'], 'end in .svg'],
  [['prob', 'truth', '--json', 'a.txt'], 'end in .json'],
  [
    ['prob', 'truth', '--csv', 'prob.csv', '--reward', 'best'],
    'Allowed choices are design, robust',
  ],
])('%j is wrong usage', async (args, message) => {
  const { code, err } = await run(...args)
  expect(code).toBe(2)
  expect(err).toContain(message)
})

test('what does not pair is told in the words of the command line', async () => {
  const { code, err } = await run('prob', 'testtruth')
  expect(code).toBe(1)
  expect(err).toMatch(
    /^error: images do not pair: 1 prediction has no truth: '3.png'.*--allow-missing/,
  )
  const left = await run('prob', 'testtruth', '--allow-missing')
  expect(left.code).toBe(0)
  expect(left.err).toMatch(/^warning: '.*3\.png' \(map\) has no partner\n/)
})

describe('a list of pairs', () => {
  test('stands in the place of the folders', async () => {
    const rows = validation.map((_, i) => `prob/${i}.png,truth/${i}_manual1.png,fov.png\n`)
    await writeFile(join(folder, 'list.csv'), `pred,truth,within\n${rows.join('')}`)
    const listed = await run('--pairs', 'list.csv')
    expect(listed).toEqual(await run('prob', 'truth', '--within', 'fov.png'))
    expect(listed.code).toBe(0)
  })

  test.each<[string[], string]>([
    [['--pairs', 'list.csv', 'prob', 'truth'], 'got both'],
    [['--pairs', 'list.csv', '--match', 'x'], 'got both'],
    [['--pairs', 'list.txt'], 'to end in .csv'],
    [['prob'], 'as sweep PROB TRUTH, or --pairs'],
  ])('is refused: %s', async (args, message) => {
    const { code, err } = await run(...args)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})
