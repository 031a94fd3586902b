import { execFile, spawn } from 'node:child_process'
import { link, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plausible } from '../../examples/degrade.ts'
import { vesselMask } from '../../examples/procedural-vessels.ts'
import { version } from '../../package.json'
import { main } from '../../src/cli/main.ts'
import { BitMask, clDice, confusion, MultiObjectiveReward, specificity } from '../../src/index.ts'
import { encodePng, readMask, writePng } from '../../src/node/index.ts'

const width = 90
const height = 80
const truth = vesselMask({ width, height, seed: 5 })
const pred = plausible(truth, 5)
const within = BitMask.from({
  data: Uint8Array.from({ length: width * height }, (_, i) => (i % width < 60 ? 200 : 0)),
  width,
  height,
})

let folder: string
const file = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-cli-'))
  await writePng(file('truth.png'), truth)
  await writePng(file('pred.png'), pred)
  await writePng(file('fov.png'), within)
  await writePng(file('small.png'), BitMask.from([[1]]))
  await writeFile(file('cut.png'), encodePng(truth).subarray(0, 100))
  await writeFile(file('text.png'), 'no image at all')
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs the tool in this process; names of images are those in the folder. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const paths = args.map((arg) => (arg.endsWith('.png') ? file(arg) : arg))
  const code = await main(paths, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
  })
  return { code, out, err }
}

describe('score', () => {
  test('prints terms, metrics and facts', async () => {
    const { code, out, err } = await run('score', 'pred.png', 'truth.png')
    const { total, terms, metrics } = new MultiObjectiveReward().explain(pred, truth)
    expect([code, err]).toEqual([0, ''])
    const has = (...cells: unknown[]) =>
      expect(out).toMatch(new RegExp(`^${cells.map(String).join(' +')}$`, 'm'))
    has('prediction', file('pred.png'))
    has('size', '90 × 80')
    for (const [name, { value, weight, weighted }] of Object.entries(terms)) {
      has(name, value.toFixed(4), weight, weighted.toFixed(4))
    }
    has('total', total.toFixed(4))
    has('range', '-4.9 to 6')
    has('iou', metrics.iou.toFixed(4))
    has('clDice', clDice(pred, truth).toFixed(4))
    has('pixels', pred.count, truth.count)
    has('junctions', metrics.junctionsPred, metrics.junctionsTruth)
    has('length', metrics.lengthPred.toFixed(1), metrics.lengthTruth.toFixed(1))
  })

  test('prints one JSON object', async () => {
    const { code, out, err } = await run(
      ...['score', 'pred.png', 'truth.png', '--json', '--within', 'fov.png'],
      ...['--unbounded', '--thinning', 'guo-hall', '--connectivity', '4'],
    )
    expect([code, err]).toEqual([0, ''])
    const reward = new MultiObjectiveReward({
      bounded: false,
      thinning: 'guo-hall',
      connectivity: 4,
      within,
    })
    const { total, terms, metrics } = reward.explain(pred, truth)
    const { tp, fp, fn } = confusion(pred, truth, { within })
    const report = JSON.parse(out)
    expect(report).toMatchObject({
      files: { pred: file('pred.png'), truth: file('truth.png'), within: file('fov.png') },
      width,
      height,
      total,
      range: { min: null, max: 6 },
      terms: JSON.parse(JSON.stringify(terms)),
      facts: {
        pred: { pixels: tp + fp, components: metrics.componentsPred },
        truth: { pixels: tp + fn, length: metrics.lengthTruth },
      },
    })
    expect(report.metrics.specificity).toBe(specificity(pred, truth, { within }))
    expect(report.metrics.clDice).toBe(clDice(pred, truth, { within, thinning: 'guo-hall' }))
  })

  test('scores a mask against itself with the best reward', async () => {
    const { out } = await run('score', 'truth.png', 'truth.png', '--json')
    expect(JSON.parse(out)).toMatchObject({ total: 6, metrics: { dice: 1, clDice: 1, mcc: 1 } })
  })

  test('applies the threshold to all images, negative ones included', async () => {
    const total = async (threshold: string) => {
      const { out } = await run(
        'score',
        'pred.png',
        'truth.png',
        '--json',
        '--threshold',
        threshold,
      )
      return JSON.parse(out).facts.truth.pixels
    }
    expect(await total('254')).toBe(truth.count)
    expect(await total('-1')).toBe(width * height)
  })

  test('writes the overlay', async () => {
    const { code, out } = await run('score', 'pred.png', 'truth.png', '--overlay', 'out.png')
    expect(code).toBe(0)
    expect(out).toContain(`overlay written to ${file('out.png')}\n`)
    const picture = await readMask(file('out.png'))
    expect([picture.width, picture.height]).toEqual([2 * width, 2 * height])
    await run('score', 'pred.png', 'truth.png', '--overlay', 'out.png', '--scale', '1')
    expect((await readMask(file('out.png'))).width).toBe(width)
  })
})

describe('score --errors', () => {
  test('lists and marks topology errors', async () => {
    const args = ['score', 'pred.png', 'truth.png', '--errors'] as const
    const { code, out } = await run(...args, '--overlay', 'errors.png')
    expect(code).toBe(0)
    expect(out).toMatch(/topology error +count\n/)
    expect(out).toContain('yellow crosses: broken connections')
    expect(out).not.toContain('magenta squares')
    const { topologyErrors } = JSON.parse((await run(...args, '--json')).out)
    for (const kind of ['broken connection', 'missing branch', 'extra branch']) {
      const count = topologyErrors.filter((error: { kind: string }) => error.kind === kind).length
      expect(out).toMatch(new RegExp(`${kind} +${count}\n`))
    }
  })

  test('is silent without the option', async () => {
    const { out } = await run('score', 'pred.png', 'truth.png', '--json')
    expect(JSON.parse(out).topologyErrors).toBeUndefined()
  })
})

describe('a pair that cannot be scored: exit code 1, one line, no picture', () => {
  test.each([
    ['missing.png', 'truth.png', 'cannot read .*missing.png.: no such file or folder'],
    ['pred.png', 'missing.png', 'cannot read .*missing.png.: no such file or folder'],
    ['cut.png', 'truth.png', 'expected .*cut.png. to be a whole PNG image, got only its first 100'],
    ['text.png', 'truth.png', 'expected .*text.png. to be an image .*, got a text'],
    ['small.png', 'truth.png', '.* of equal size, got 1 × 1 and 90 × 80'],
  ])('%s %s', async (a, b, message) => {
    const { code, out, err } = await run('score', a, b, '--overlay', 'none.png')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(new RegExp(`^error: ${message}.*\n$`))
    expect(await readdir(folder)).not.toContain('none.png')
  })

  test('a field of view of another size', async () => {
    const { code, err } = await run('score', 'pred.png', 'truth.png', '--within', 'small.png')
    expect(code).toBe(1)
    expect(err).toBe(
      'error: expected a field of view and masks of equal size, got 1 × 1 and 90 × 80\n',
    )
  })

  test('an overlay that cannot be written', async () => {
    const { code, out, err } = await run('score', 'pred.png', 'truth.png', '--overlay', 'no/o.png')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^error: cannot write '.*o\.png': no such file or folder\n$/)
  })
})

describe('wrong usage: exit code 2', () => {
  test.each([
    [[], 'Usage: vessel-reward'],
    [['scor'], "unknown command 'scor'"],
    [['score', 'pred.png'], "missing required argument 'truth'"],
    [['score', 'pred.png', 'truth.png', 'fov.png'], 'got 3 images: score takes one pair'],
    [['score', 'pred.png', 'truth.png', '--jsno'], "unknown option '--jsno'"],
    [['score', 'pred.png', 'truth.png', '--within'], 'argument missing'],
    [['score', 'pred.png', 'truth.png', '--thinning', 'thin'], 'Allowed choices are skimage'],
    [['score', 'pred.png', 'truth.png', '--connectivity', '6'], 'Allowed choices are 4, 8.'],
    [['score', 'pred.png', 'truth.png', '--threshold', 'half'], 'Expected a number.'],
    [['score', 'pred.png', 'truth.png', '--threshold', ''], 'Expected a number.'],
    [['score', 'pred.png', 'truth.png', '--scale', '9'], 'Expected an integer from 1 to 8.'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await run(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })

  test('an overlay over an input, under whatever name', async () => {
    const before = await readFile(file('truth.png'))
    await symlink(file('truth.png'), file('symbolic.png'))
    await link(file('truth.png'), file('hard.png'))
    for (const name of ['truth.png', './truth.png', 'symbolic.png', 'hard.png', 'fov.png']) {
      const { code, out, err } = await run(
        ...['score', 'pred.png', 'truth.png', '--within', 'fov.png', '--overlay', name],
      )
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(/^error: --overlay '.*' would overwrite the input '.*'/)
    }
    expect(await readFile(file('truth.png'))).toEqual(before)
  })
})

describe('the tool itself', () => {
  test('tells its version', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  test.each([[['--help']], [['help']], [['score', '--help']]])('explains %j', async (args) => {
    const { code, out, err } = await run(...args)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('Usage: vessel-reward')
  })

  const root = fileURLToPath(new URL('../..', import.meta.url))
  const tool = [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'src/cli/cli.ts')]

  test('runs as a program', async () => {
    const options = { cwd: folder }
    const node = promisify(execFile)
    const good = await node(
      process.execPath,
      [...tool, 'score', 'pred.png', 'truth.png', '--json'],
      options,
    )
    expect(JSON.parse(good.stdout).total).toBe(new MultiObjectiveReward().score(pred, truth))
    const bad = node(process.execPath, [...tool, 'score', 'cut.png', 'truth.png'], options)
    await expect(bad).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: expected 'cut\.png' to be a whole PNG image.*\n$/),
    })
  })

  test('keeps quiet when nobody reads on', async () => {
    const args = [...tool, 'score', 'pred.png', 'truth.png', '--json']
    const child = spawn(process.execPath, args, { cwd: folder })
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (text) => {
      err += text
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect([code, err]).toEqual([0, ''])
  })
})
