import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PngImage, writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { vesselMask } from '../../examples/procedural-vessels.ts'
import { runTool } from './run-tool.ts'

const width = 60
const height = 50
const truth = vesselMask({ width, height, seed: 5 })
const bits = truth.toUint8Array()

/** 13 × 9 pixels, 13 of them white, and a row more than that in the compressed data. */
const SURPLUS =
  'iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAAAAADMEfm2AAAAGUlEQVR4nGNgIAgYIRQTuiAjjP0fr0riAQBKxQEI4MR2UQAAAABJRU5ErkJggg=='

let folder: string
const file = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-warnings-'))
  const write = (name: string, data: Uint8Array, channels: PngImage['channels'] = 1) =>
    writePng(file(name), { data, width, height, channels })
  await writePng(file('truth.png'), truth)
  // Vessels of 128 to 131 on a ground of 0 to 9.
  await write(
    'grey.png',
    bits.map((bit, i) => (bit === 1 ? 128 + (i % 4) : i % 10)),
  )
  await write(
    'labels.png',
    bits.map((bit, i) => bit * (1 + (i % 2))),
  )
  await write(
    'alpha.png',
    Uint8Array.from({ length: 4 * bits.length }, (_, i) => (i % 4 === 3 ? 255 * bits[i >> 2] : 90)),
    4,
  )
  await writeFile(file('surplus.png'), Buffer.from(SURPLUS, 'base64'))
})
afterAll(() => rm(folder, { recursive: true }))

const run = (...args: string[]) =>
  runTool(args.map((arg) => (arg.endsWith('.png') ? file(arg) : arg)))

const ground = bits.filter((bit, i) => bit === 0 && i % 10 > 0).length
const GREY = () =>
  `'${file('grey.png')}': 14 grey values; at 127 it would be ${truth.count} pixels instead of ${(truth.count + ground).toLocaleString('en-US')}: --threshold 127`
const LABELS = () =>
  new RegExp(`'${file('labels.png')}' has the labels 0, 1, 2: .*: --threshold 0 if that is meant`)

describe('score warns of', () => {
  test('grey values, once for each file, and scores', async () => {
    const { code, out, err } = await run('score', 'grey.png', 'truth.png')
    expect([code, err]).toEqual([0, `warning: ${GREY()}\n`])
    expect(out).toContain(`\nwarning     ${GREY()}\n`)
    expect(out).toMatch(new RegExp(`^pixels +${truth.count + ground} +${truth.count}$`, 'm'))
    const json = await run('score', 'truth.png', 'truth.png', '--within', 'grey.png', '--json')
    expect(json.err).toBe(`warning: ${GREY()}\n`)
    expect(JSON.parse(json.out).warnings).toEqual([
      {
        kind: 'grey-levels',
        message: GREY(),
        file: file('grey.png'),
        levels: 14,
        threshold: 0,
        foreground: truth.count + ground,
        middle: 127,
        foregroundAtMiddle: truth.count,
      },
    ])
  })

  test('labels that become one', async () => {
    const { code, out, err } = await run('score', 'labels.png', 'truth.png')
    expect(code).toBe(0)
    expect(err).toMatch(LABELS())
    expect(out).toMatch(LABELS())
    expect(out).toMatch(/^dice +1\.0000$/m)
  })

  test('pixel data that is not needed', async () => {
    for (const more of [[], ['--threshold', '0']]) {
      const { code, out, err } = await run('score', 'surplus.png', 'surplus.png', ...more)
      expect(code).toBe(0)
      const message = `'${file('surplus.png')}' has more pixel data than its 13 × 9 pixels need`
      expect(err.split('\n').filter((line) => line.startsWith(`warning: ${message}`))).toHaveLength(
        2,
      )
      expect(out).toContain(`warning     ${message}`)
      expect(out).toMatch(/^pixels +13 +13$/m)
    }
  })

  test('nothing where a threshold is given', async () => {
    for (const [name, threshold] of [
      ['grey.png', '127'],
      ['grey.png', '0'],
      ['labels.png', '0'],
    ]) {
      const { out, err } = await run('score', name, 'truth.png', '--threshold', threshold, '--json')
      expect(err).toBe('')
      expect(JSON.parse(out).warnings).toEqual([])
    }
    const { out } = await run('score', 'grey.png', 'truth.png', '--threshold', '127', '--json')
    expect(JSON.parse(out).metrics.dice).toBe(1)
  })

  test('the same of what comes by the standard input', async () => {
    const { readFile } = await import('node:fs/promises')
    const bytes = await readFile(file('grey.png'))
    const stdin = async function* () {
      yield bytes
    }
    const { out } = await runTool(['score', '-', file('truth.png'), '--json'], { in: stdin })
    expect(JSON.parse(out).warnings).toMatchObject([
      {
        kind: 'grey-levels',
        file: '-',
        message: expect.stringMatching(/^the standard input: 14 /),
      },
    ])
  })
})

describe('audit warns of', () => {
  test('the same, of truths and good masks', async () => {
    const { code, out, err } = await run(
      ...['audit', 'grey.png', '--good', 'labels.png'],
      ...['--budget', '300', '--fail-on', 'never', '--json'],
    )
    expect(code).toBe(0)
    expect(err.split('\n')[0]).toBe(`warning: ${GREY()}`)
    expect(err.split('\n')[1]).toMatch(LABELS())
    const kinds = JSON.parse(out).warnings.map(({ kind }: { kind: string }) => kind)
    expect(kinds).toEqual(['grey-levels', 'merged-labels'])
  })
})

describe('a threshold that no value exceeds', () => {
  test.each(['255', '300', '65535'])('%s is an error', async (threshold) => {
    for (const args of [
      ['score', 'truth.png', 'truth.png'],
      ['audit', 'truth.png'],
    ]) {
      const { code, out, err } = await run(...args, '--threshold', threshold)
      expect([code, out]).toEqual([1, ''])
      expect(err).toMatch(/^error: expected .*threshold.*\n$/)
    }
  })
})

describe('a mask in the alpha channel', () => {
  test('is an error that names the option', async () => {
    const { code, out, err } = await run('score', 'alpha.png', 'truth.png')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^error: expected '.*alpha\.png' .* alpha channel, which --alpha reads\n$/)
  })

  test('is read of the images that are named, or of all', async () => {
    for (const args of [
      ['alpha.png', 'alpha.png', '--alpha'],
      ['alpha.png', 'alpha.png', '--within', 'alpha.png', '--alpha'],
      ['alpha.png', 'truth.png', '--alpha', 'pred'],
      ['truth.png', 'alpha.png', '--alpha', 'truth'],
      ['truth.png', 'truth.png', '--within', 'alpha.png', '--alpha', 'within'],
      ['alpha.png', 'truth.png', '--within', 'alpha.png', '--alpha', 'pred, within'],
    ]) {
      const { code, out, err } = await run('score', ...args, '--json')
      expect([code, err]).toEqual([0, ''])
      expect(JSON.parse(out)).toMatchObject({
        metrics: { dice: 1 },
        facts: { pred: { pixels: truth.count }, truth: { pixels: truth.count } },
      })
    }
    const { code, err } = await run('score', 'alpha.png', 'truth.png', '--alpha')
    expect(code).toBe(1)
    expect(err).toMatch(/^error: expected '.*truth\.png' to have an alpha channel/)
  })

  test('is read by audit, too', async () => {
    const args = ['--budget', '300', '--fail-on', 'never', '--json'] as const
    const { out } = await run('audit', 'alpha.png', '--good', 'alpha.png', '--alpha', ...args)
    expect(JSON.parse(out).truths).toEqual([{ width, height, pixels: truth.count }])
    expect((await run('audit', 'alpha.png', ...args)).err).toMatch(/which --alpha reads\n$/)
  })

  test('of an image that is none of these is wrong usage', async () => {
    const { code, err } = await run('score', '--alpha', 'alpha.png', 'truth.png')
    expect(code).toBe(2)
    expect(err).toContain('Allowed choices are pred, truth, within')
    expect(err).toContain('put --alpha last')
  })
})

test('other formats are named', async () => {
  await writeFile(file('scan.png'), 'RIFF0000WEBP')
  const { code, err } = await run('score', 'scan.png', 'truth.png')
  expect(code).toBe(1)
  expect(err).toMatch(/^error: expected '.*scan\.png' to be an image .*, got a WEBP image\n$/)
})
