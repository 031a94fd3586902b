import { mkdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aggregate, compare, evaluate } from 'vessel-reward'
import { writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plausible, speckle } from '../../../examples/degrade.ts'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { METRIC_NAMES } from '../../../src/metrics/metric-directions.ts'
import { runTool } from '../run-tool.ts'

const SEEDS = [1, 2, 3, 4, 5]
const size = { width: 60, height: 50 }
const truths = SEEDS.map((seed) => vesselMask({ ...size, seed }))
const preds = truths.map(plausible)
const others = truths.map((truth, i) => speckle(truth, 0.02, i))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-folders-'))
  for (const name of ['pred', 'truth', 'other', 'broken']) await mkdir(join(folder, name))
  for (const [i] of SEEDS.entries()) {
    await writePng(join(folder, 'pred', `${i}_test.png`), preds[i])
    await writePng(join(folder, 'truth', `${i}_manual1.png`), truths[i])
    await writePng(join(folder, 'other', `${i}.png`), others[i])
    await writePng(join(folder, 'broken', `${i}.png`), preds[i])
  }
  await writeFile(join(folder, 'broken', '2.png'), 'no image')
  await writeFile(join(folder, 'other', 'notes.txt'), '')
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs `evaluate`; names of folders and files are those in the folder. */
const run = (...args: string[]) =>
  runTool([
    'evaluate',
    ...args.map((arg) =>
      /^(pred|truth|other|broken|\w+\.\w+)$/.test(arg) ? join(folder, arg) : arg,
    ),
  ])

describe('evaluate', () => {
  test('prints means of all metrics, which are those of evaluate and aggregate', async () => {
    const { code, out, err } = await run('pred', 'truth')
    expect([code, err]).toEqual([0, ''])
    const expected = aggregate(preds.map((pred, i) => evaluate(pred, truths[i])))
    expect(out).toMatch(/^5 of 5 pairs scored\n\nmetric +mean ± sd +95 % interval +n/)
    for (const name of METRIC_NAMES) {
      const { mean, sd, low, high } = expected[name]
      const numbers = `${mean.toFixed(4)} ± ${sd.toFixed(4)} +${low.toFixed(4)} to ${high.toFixed(4)} +5`
      expect(out).toMatch(new RegExp(`^${name} (↑|↓|=1) +${numbers}`, 'm'))
    }
    expect(out).toMatch(/^reward ↑ /m)
  })

  test('writes a row a pair and the results', async () => {
    const args = [
      '--metrics',
      'dice,b0Error',
      '--csv',
      'cases.csv',
      '--json',
      'results.json',
      '--markdown',
      'table.md',
      '--latex',
      'table.tex',
    ]
    const { code, out } = await run('--truth', 'truth', '--pred', 'pred', ...args)
    expect(code).toBe(0)
    expect(out).toMatch(
      /\nrows written to .*cases\.csv\n\ntable written to .*\n\nLaTeX .*\n\nresults written to .*results\.json\n$/,
    )
    expect(await readFile(join(folder, 'table.md'), 'utf8')).toMatch(
      /^\| metric \|.*\n.*\n\| reward ↑ \|/,
    )
    expect(await readFile(join(folder, 'table.tex'), 'utf8')).toMatch(/^% .*\n\\begin\{tabular\}/)
    const rows = (await readFile(join(folder, 'cases.csv'), 'utf8')).split('\r\n')
    expect(rows).toHaveLength(7)
    const json = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'))
    expect(json.metric_per_case).toHaveLength(5)
    expect(json.vessel_reward.options).toMatchObject({ metrics: ['dice', 'b0Error'] })
    const printed = await run('pred', 'truth', '--metrics', 'dice,b0Error', '--json')
    expect(JSON.parse(printed.out).mean).toEqual(json.mean)
  })

  test('compares with another method, pair by pair', async () => {
    const { code, out, err } = await run(
      'pred',
      'truth',
      '--against',
      'other',
      '--metrics',
      'dice,b0Error',
    )
    expect(code).toBe(0)
    expect(err).toMatch(
      /^warning: 1 file is not an image by the ending and was left out: .*notes\.txt'\n$/,
    )
    const [ours, theirs] = [preds, others].map((masks) =>
      masks.map((mask, i) => evaluate(mask, truths[i], { metrics: ['dice', 'b0Error'] })),
    )
    const { dice } = compare(ours, theirs)
    const [table] = out.match(/^metric +mean +other[\s\S]*/m) ?? ['']
    expect(table).toMatch(
      new RegExp(
        `^dice ↑ .* ${dice.difference.toFixed(4)} \\[.*\\] +${dice.wins}/0/${dice.losses} +${dice.p.toPrecision(2)}`,
        'm',
      ),
    )
    expect(table).toMatch(/^b0Error ↓ .* 5\/0\/0 /m)
  })

  test('scores the others where one fails, and ends with 1', async () => {
    const { code, out, err } = await run('broken', 'truth', '--metrics', 'dice')
    expect(code).toBe(1)
    expect(out).toMatch(/^4 of 5 pairs scored\n/)
    expect(err).toMatch(/^failed {2}2: expected '.*2\.png' to be an image .*, got a text\n$/)
  })

  test.each([
    [['--fail-under', 'dice=0.5,b0Error=0'], 0],
    [['--fail-under', 'dice=0.99'], 3],
    [['--fail-over', 'b0Error=1000'], 0],
    [['--fail-over', 'dice=0.1'], 3],
    [['--fail-under', 'reward=6.1'], 3],
  ])('ends with 3 where a mean is out of bounds: %j gives %i', async (bound, expected) => {
    const { code, err } = await run('pred', 'truth', '--metrics', 'dice,b0Error', ...bound)
    expect(code).toBe(expected)
    expect(err).toMatch(expected === 3 ? /^out of bounds {2}the mean / : /^$/)
  })

  test('tells few warnings of a kind, and how many more there are', async () => {
    const grey = join(folder, 'grey')
    await mkdir(grey)
    const data = new Uint8Array(3000).map((_, i) => i % 9)
    for (const i of SEEDS.keys()) await writePng(join(grey, `${i}.png`), { data, ...size })
    const { err } = await run(grey, 'truth', '--metrics', 'dice')
    expect(err.match(/^warning: .* --threshold 4$/gm)).toHaveLength(3)
    expect(err).toMatch(/^warning: 2 more of this kind \(grey-levels\)$/m)
    expect((await run(grey, 'truth', '--metrics', 'dice', '--threshold', '4')).err).toBe('')
  })

  test.each<[string[], RegExp]>([
    [['pred'], /expected a folder of predictions and a folder of truths/],
    [['pred', 'truth', '--pred', 'other'], /expected a folder of predictions/],
    [['pred', 'truth', 'other'], /too many arguments/],
    [['pred', 'truth', '--metrics', 'dise'], /did you mean 'dice'/],
    [['pred', 'truth', '--fail-under', 'dice'], /Expected names with numbers/],
    [['pred', 'truth', '--fail-under', 'dise=1'], /did you mean 'dice'/],
    [['pred', 'truth', '--metrics', 'dice', '--fail-under', 'iou=1'], /a metric that is computed/],
    [['pred', 'truth', '--csv', 'cases.txt'], /to end in \.csv/],
    [['pred', 'truth', '--latex', 'table.md'], /to end in \.tex/],
    [['--json', 'pred', 'truth'], /expected a folder of predictions/],
    [['pred', 'truth', '--json', 'results.txt'], /to end in \.json/],
  ])('is used wrongly: %j', async (args, message) => {
    const { code, err, out } = await run(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })

  test('says what does not pair in the words of the command line', async () => {
    const { code, err } = await run('pred', 'truth', '--match', 'x')
    expect(code).toBe(1)
    expect(err).toMatch(/--match says which part of a name counts, --allow-missing leaves them out/)
  })
})

describe('wrong usage', () => {
  test.each<[string[], string]>([
    [['pred', 'truth', '--match', '('], "'--match <pattern>' argument '(' is invalid"],
    [['list.csv'], 'for a list of pairs, --pairs '],
  ])('%s', async (args, message) => {
    const { code, err } = await run(...args)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})

test('the tables are printed though a file cannot be written', async () => {
  const late = join(folder, 'late.csv')
  let told = ''
  const { code, out } = await runTool(
    ['evaluate', join(folder, 'pred'), join(folder, 'other'), '--metrics', 'dice', '--csv', late],
    {
      // The first line is the warning of a file that is not an image, before anything is scored.
      err: (text) => {
        if (told === '') mkdirSync(late)
        told += text
      },
    },
  )
  expect([code, told]).toEqual([
    1,
    expect.stringMatching(/cannot write '.*late\.csv': it is a folder/),
  ])
  expect(out).toMatch(/^5 of 5 pairs scored\n\nmetric/)
})

describe('what cannot be written is told before anything is scored', () => {
  test('a folder for the platform that cannot be made', async () => {
    const blocked = join(folder, 'other', 'notes.txt')
    const { code, out, err } = await run('pred', 'truth', '--grand-challenge', blocked)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^error: cannot write '.*notes\.txt'/)
  })

  test('two outputs that are one file', async () => {
    const place = join(folder, 'platform')
    const more = ['--grand-challenge', place, '--json', join(place, 'metrics.json')]
    const { code, err } = await run('pred', 'truth', ...more)
    expect([code, err]).toEqual([2, expect.stringContaining('to name two files')])
  })

  test.each(['--within', '--against', '--image'])(
    'an output that is the file of %s',
    async (name) => {
      const input = join(folder, 'input.json')
      await writeFile(input, '{}')
      const { code, err } = await run('pred', 'truth', name, input, '--json', input)
      expect([code, err]).toEqual([2, expect.stringContaining('would overwrite the input')])
      expect(await readFile(input, 'utf8')).toBe('{}')
    },
  )
})

test('a pair that wants a threshold fails in the words of the command line', async () => {
  const head = "{'descr': '<f4', 'fortran_order': False, 'shape': (50, 60), }".padEnd(117)
  const floats = Buffer.from(new Float32Array(3000).fill(0.25).buffer)
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0])
  await writeFile(join(folder, 'map.npy'), Buffer.concat([start, Buffer.from(`${head}\n`), floats]))
  const { code, err } = await run('map.npy', join(folder, 'truth', '0_manual1.png'))
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('--threshold 0.5 makes masks of probabilities; --threshold 0 takes'),
  ])
})
