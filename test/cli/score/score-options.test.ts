import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BitMask, confusion, MultiObjectiveReward } from 'vessel-reward'
import { encodePng, overlay, readMask, writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plausible } from '../../../examples/degrade.ts'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { evaluate } from '../../../src/metrics/evaluate.ts'
import { METRIC_NAMES } from '../../../src/metrics/metric-directions.ts'
import { topologyErrors } from '../../../src/metrics/topology-errors/topology-errors.ts'
import { runTool } from '../run-tool.ts'

const width = 90
const height = 80
const truth = vesselMask({ width, height, seed: 5 })
const pred = plausible(truth, 5)
const none = BitMask.from({ data: new Uint8Array(width * height), width, height })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-score-'))
  await writePng(join(folder, 'truth.png'), truth)
  await writePng(join(folder, 'pred.png'), pred)
  await writePng(join(folder, 'none.png'), none)
  await writeFile(join(folder, 'cut.png'), encodePng(truth).subarray(0, 100))
  await mkdir(join(folder, 'preds'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs `score`; names of images are those in the folder. */
const score = (...args: string[]) =>
  runTool(['score', ...args.map((arg) => (/\.\w+$|^preds$/.test(arg) ? join(folder, arg) : arg))])

const report = async (...args: string[]) => JSON.parse((await score(...args, '--json')).out)

const PAIR = ['pred.png', 'truth.png']

describe('the JSON of score', () => {
  test('has all of this and nothing else', async () => {
    const reward = new MultiObjectiveReward()
    const { total, terms, metrics } = reward.explain(pred, truth)
    const { tp, fp, fn } = confusion(pred, truth)
    const names = ['dice', 'iou', 'clDice', 'recall', 'precision', 'specificity', 'accuracy', 'mcc']
    const { values } = evaluate(pred, truth)
    expect(await report(...PAIR)).toEqual({
      files: { pred: join(folder, 'pred.png'), truth: join(folder, 'truth.png') },
      warnings: [],
      width,
      height,
      reward: 'design',
      total,
      range: { min: -4.9, max: 6 },
      terms: JSON.parse(JSON.stringify(terms)),
      metrics: Object.fromEntries(names.map((name) => [name, values[name as 'dice']])),
      rules: {},
      facts: {
        pred: {
          pixels: tp + fp,
          components: metrics.componentsPred,
          junctions: metrics.junctionsPred,
          length: metrics.lengthPred,
        },
        truth: {
          pixels: tp + fn,
          components: metrics.componentsTruth,
          junctions: metrics.junctionsTruth,
          length: metrics.lengthTruth,
        },
      },
    })
  })
})

describe('score --reward', () => {
  test('scores with the robust reward', async () => {
    const { total, terms } = MultiObjectiveReward.preset('robust').explain(pred, truth)
    const found = await report(...PAIR, '--reward', 'robust')
    expect(found).toMatchObject({ reward: 'robust', total, range: { min: 0, max: 6 } })
    expect(found.terms).toEqual(JSON.parse(JSON.stringify(terms)))
    const { out } = await score(...PAIR, '--reward', 'robust')
    expect(out).toMatch(/^reward {6}robust$/m)
    expect(out).toMatch(/^balance +\d/m)
  })
})

describe('score --metrics', () => {
  test('adds metrics to the usual ones', async () => {
    const { values } = evaluate(pred, truth, { thinning: 'guo-hall', connectivity: 4 })
    const { metrics } = await report(
      ...PAIR,
      ...['--metrics', 'junctionF1, b0Error,dice,hd95', '--thinning', 'guo-hall'],
      ...['--connectivity', '4'],
    )
    expect(Object.keys(metrics).slice(8)).toEqual(['b0Error', 'junctionF1', 'hd95'])
    for (const [name, value] of Object.entries(metrics)) {
      expect(value, name).toBe(values[name as 'dice'])
    }
  })

  test('adds all of them', async () => {
    const within = BitMask.from({
      data: Uint8Array.from({ length: width * height }, (_, i) => (i % width < 60 ? 1 : 0)),
      width,
      height,
    })
    await writePng(join(folder, 'fov.png'), within)
    const { metrics } = await report(...PAIR, '--metrics', 'all', '--within', 'fov.png')
    expect(metrics).toEqual(evaluate(pred, truth, { within }).values)
    expect(Object.keys(metrics).sort()).toEqual([...METRIC_NAMES].sort())
  })

  test.each(['hd59', 'hd95,', ',', 'dice;hd95'])('does not know %j', async (names) => {
    const { code, out, err } = await score(...PAIR, '--metrics', names)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/unknown metric '.*' of --metrics: did you mean '.+'\? Known: dice, iou/)
  })
})

describe('empty masks', () => {
  const BOTH = 'both masks are empty: every metric is perfect by rule'
  const ONE =
    'the prediction is empty and the other mask is not: a metric that is 0/0 has its worst value by rule'

  test.each([
    ['none.png', 'none.png', 'both-empty', BOTH],
    ['none.png', 'truth.png', 'one-empty', ONE],
  ])('%s and %s are said aloud, and no failure', async (a, b, kind, message) => {
    const { code, out, err } = await score(a, b)
    expect([code, err]).toEqual([0, `warning: ${message}\n`])
    expect(out).toContain(`\nwarning     ${message}\n`)
    const json = await score(a, b, '--json')
    expect([json.code, json.err]).toEqual([0, `warning: ${message}\n`])
    expect(JSON.parse(json.out).warnings).toEqual([{ kind, message }])
  })

  test('are scored by the rule that is chosen', async () => {
    const args = ['none.png', 'truth.png', '--metrics', 'hd95']
    const hd95 = async (...more: string[]) => (await report(...args, ...more)).metrics.hd95
    const { values, rules } = evaluate(none, truth, { metrics: ['hd95', 'clDice'] })
    const worst = values.hd95
    expect((await report(...args)).rules).toMatchObject(rules)
    expect((await score(...args)).out).toMatch(/^hd95 +[0-9.]+ +worst$/m)
    expect(await hd95()).toBe(worst)
    expect(await hd95('--empty', 'perfect')).toBe(worst)
    expect(await hd95('--empty', 'nan')).toBeNull()
    expect((await score(...args, '--empty', 'nan')).out).toMatch(/^hd95 +NaN +left out$/m)
    const { code, out, err } = await score(...args, '--empty', 'throw')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^error: .* is undefined for these masks/)
  })
})

test('score --min-size leaves short branches out, in the list and in the picture', async () => {
  const all = topologyErrors(pred, truth)
  const long = topologyErrors(pred, truth, { minSize: 6 })
  expect(long.length).toBeLessThan(all.length)
  for (const more of [[], ['--min-size', '0']]) {
    expect((await report(...PAIR, '--errors', ...more)).topologyErrors).toEqual(all)
  }
  const args = [...PAIR, '--errors', '--min-size', '6', '--overlay', 'long.png']
  expect(await report(...args)).toMatchObject({
    topologyErrors: long,
    smallErrors: all.length - long.length,
  })
  await writePng(
    join(folder, 'expected.png'),
    overlay(pred, truth, { scale: 2, errors: { minSize: 6 } }),
  )
  const [written, expected] = await Promise.all(
    ['long.png', 'expected.png'].map((name) => readFile(join(folder, name))),
  )
  expect(written.equals(expected)).toBe(true)
})

describe('wrong usage is told before any work: exit code 2', () => {
  const FOLDER =
    /^error: expected an image, got the folder '.*preds': score takes one pair; evaluate takes folders/
  test.each<[string[], RegExp]>([
    [
      ['cut.png', 'cut.png', '--overlay', 'x.jpg'],
      /^error: expected the file of --overlay to end in \.png, got '.*x\.jpg'/,
    ],
    [
      ['cut.png', 'cut.png', '--overlay', 'x'],
      /^error: expected the file of --overlay to end in \.png, got 'x'/,
    ],
    [['preds', 'truth.png'], FOLDER],
    [['truth.png', 'preds'], FOLDER],
    [
      ['cut.png', 'cut.png', 'cut.png'],
      /^error: expected a prediction and a truth, got 3 images: score takes one pair/,
    ],
    [['cut.png', 'cut.png', '--min-size', '3'], /^error: --min-size does nothing without --errors/],
    [['cut.png', 'cut.png', '--scale', '3'], /^error: --scale does nothing without --overlay/],
    [
      ['cut.png', 'cut.png', '--unbounded', '--reward', 'robust'],
      /^error: --unbounded does nothing without --reward design/,
    ],
    [['cut.png', 'cut.png', '--min-size', '-1', '--errors'], /Expected a number of at least 0\./],
    [['cut.png', 'cut.png', '--reward', 'best'], /Allowed choices are design, robust\./],
    [['cut.png', 'cut.png', '--empty', 'zero'], /Allowed choices are perfect, nan, throw\./],
    [
      ['cut.png', 'cut.png', '--witin', 'fov.png'],
      /^error: unknown option '--witin'\n\(Did you mean --within\?\)\n/,
    ],
    [
      ['cut.png', 'cut.png', '-json'],
      /^error: unknown option '-json'\n\(Did you mean --json\?\)\n/,
    ],
  ])('%j', async (args, message) => {
    const before = await readdir(folder)
    const { code, out, err } = await score(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
    expect(await readdir(folder)).toEqual(before)
  })

  test('an overlay that has no place is told of before the images are read', async () => {
    const { code, err } = await score('cut.png', 'cut.png', '--overlay', 'no/o.png')
    expect(code).toBe(1)
    expect(err).toMatch(/^error: cannot write '.*o\.png': no such file or folder\n$/)
  })

  test('an overlay has marks only with --errors', async () => {
    expect((await score(...PAIR, '--overlay', 'plain.png')).code).toBe(0)
    const plain = encodePng(overlay(pred, truth, { scale: 2 }))
    expect(plain).not.toEqual(encodePng(overlay(pred, truth, { scale: 2, errors: true })))
    expect(new Uint8Array(await readFile(join(folder, 'plain.png')))).toEqual(new Uint8Array(plain))
  })

  test('an overlay may end in .PNG', async () => {
    expect((await score(...PAIR, '--overlay', 'large.PNG', '--scale', '1')).code).toBe(0)
    expect((await readMask(join(folder, 'large.PNG'))).width).toBe(width)
  })
})

describe('a command that is none says what to use', () => {
  test.each([
    ['eval', 'Did you mean vessel-reward evaluate'],
    ['metrics', 'Did you mean vessel-reward evaluate'],
    ['pred.png', 'Did you mean vessel-reward score pred.png …?'],
    ['scor', 'Did you mean score?'],
    ['train', 'Commands: score, evaluate, report, merge, sweep, audit, stream, serve, completion'],
  ])('%s', async (name, message) => {
    const { code, out, err } = await runTool([name, 'pred.png', 'truth.png'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(new RegExp(`^error: unknown command '${name}'\n`))
    expect(err).toContain(message)
  })
})

describe('help', () => {
  test.each([
    [['--help'], ['score pred.png truth.png']],
    [
      ['score', '--help'],
      ['--metrics hd95,junctionF1', 'bettiMatchingError', '(choices: "design", "robust"'],
    ],
    [
      ['audit', '--help'],
      ['--module reward.mjs', 'runs the code', 'is called a.png too', '143'],
    ],
    [
      ['stream', '--help'],
      ['--truth-cache <bytes>', '(default: 256M)', 'numpy.packbits(mask)', '143'],
    ],
  ])('of %j has examples, exit codes and where the documents are', async (args, more) => {
    const { code, out, err } = await runTool(args)
    expect([code, err]).toEqual([0, ''])
    for (const text of [
      '\nExamples:\n  vessel-reward ',
      '\nExit codes: 0 ',
      '\nDocumentation: ',
      ...more,
    ]) {
      expect(out).toContain(text)
    }
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
    const named = out.match(/docs\/[a-z-]+\.md/g) ?? []
    expect(named.length).toBeGreaterThan(0)
    for (const file of named) {
      const path = new URL(`../../../${file}`, import.meta.url)
      await expect(readFile(path, 'utf8')).resolves.toContain('# ')
    }
  })
})
