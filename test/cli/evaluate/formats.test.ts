import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BitMask, evaluate } from 'vessel-reward'
import { encodePng } from 'vessel-reward/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { gif, npy, pnm, tiff } from '../../node/formats/written-files.ts'
import { runTool } from '../run-tool.ts'

const WIDTH = 60
const HEIGHT = 50
const maskOf = (seed: number) => vesselMask({ width: WIDTH, height: HEIGHT, seed })
const white = (mask: BitMask) => mask.toUint8Array().map((value) => 254 * value)

/** A field of view without its corners. */
const FIELD = BitMask.from(
  Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: WIDTH }, (_, x) => Number(Math.hypot(x - 30, y - 25) < 28)),
  ),
)

let folder: string
const at = (...path: string[]) => join(folder, ...path)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-formats-'))
  for (const name of ['images', '1st_manual', 'mask', 'pred', 'damaged', 'truth', 'one']) {
    await mkdir(at(name))
  }
  for (const id of ['01', '02', '03']) {
    const truth = maskOf(Number(id))
    const pred = maskOf(Number(id) + 10)
    const color = Array.from(white(truth)).flatMap((value) => [value, 90, 30])
    await writeFile(at('images', `${id}_test.tif`), tiff(WIDTH, HEIGHT, color))
    await writeFile(at('1st_manual', `${id}_manual1.gif`), gif(WIDTH, HEIGHT, white(truth)))
    await writeFile(at('mask', `${id}_test_mask.gif`), gif(WIDTH, HEIGHT, white(FIELD)))
    const image = { data: white(pred), width: WIDTH, height: HEIGHT }
    await writeFile(at('pred', `${id}_test.png`), encodePng(image))
  }
})
afterAll(() => rm(folder, { recursive: true }))

test('a folder laid out as DRIVE is evaluated', async () => {
  const json = at('results.json')
  const { code, err } = await runTool([
    ...['evaluate', at('pred'), at('1st_manual'), '--within', at('mask')],
    ...['--metrics', 'dice,clDice,hd95', '--json', json],
  ])
  expect([code, err]).toEqual([0, ''])
  const { metric_per_case: cases } = JSON.parse(await readFile(json, 'utf8'))
  expect(cases).toHaveLength(3)
  for (const [i, { metrics }] of cases.entries()) {
    const { values } = evaluate(maskOf(i + 11), maskOf(i + 1), {
      within: FIELD,
      metrics: ['dice', 'clDice', 'hd95'],
    })
    expect(metrics['1']).toMatchObject(values)
  }
})

test('every damage of a folder is told by its file, and the rest is scored', async () => {
  const truth = maskOf(1)
  const bits = [...truth.toUint8Array()]
  const whole: Record<string, Uint8Array> = {
    'a.png': encodePng(truth),
    'b.gif': gif(WIDTH, HEIGHT, white(truth)),
    'c.tif': tiff(WIDTH, HEIGHT, white(truth)),
    'd.pgm': pnm(WIDTH, HEIGHT, 255, [...white(truth)]),
    'e.npy': npy('b1', [HEIGHT, WIDTH], bits),
    'f.npy': npy('f4', [HEIGHT, WIDTH], bits),
  }
  for (const [name, bytes] of Object.entries(whole)) {
    const id = name[0]
    await writeFile(at('damaged', name), bytes)
    await writeFile(at('damaged', `${id}cut${name.slice(1)}`), bytes.subarray(0, bytes.length - 9))
    for (const stem of [id, `${id}cut`]) await writeFile(at('truth', `${stem}.png`), whole['a.png'])
  }
  const { code, out, err } = await runTool([
    ...['evaluate', at('damaged'), at('truth'), '--metrics', 'dice', '--jobs', '1'],
  ])
  expect(code).toBe(1)
  expect(out).toContain('6 of 12 pairs scored')
  const told = err.split('\n').filter((line) => line.startsWith('failed'))
  expect(told).toHaveLength(6)
  for (const [i, name] of ['PNG', 'GIF', 'TIFF', 'PGM', 'NPY', 'NPY'].entries()) {
    const id = 'abcdef'[i]
    expect(told[i]).toMatch(new RegExp(`${id}cut.*expected '.*${id}cut\\..*(intact|whole) ${name}`))
  }
})

test('score and audit take the page that is named', async () => {
  const masks = [1, 2, 3].map(maskOf)
  const stack = masks.flatMap((mask) => [...mask.toUint8Array()])
  await writeFile(at('one', 'stack.npy'), npy('u1', [3, HEIGHT, WIDTH], stack))
  await writeFile(at('one', 'truth.png'), encodePng(masks[1]))
  const score = (...args: string[]) =>
    runTool(['score', at('one', 'stack.npy'), at('one', 'truth.png'), '--json', ...args])
  const without = await score()
  expect(without.code).toBe(1)
  expect(without.err).toMatch(/hold one page, got 3 pages: pass --page 0 to 2\n$/)
  for (const [page, isSame] of [
    ['1', true],
    ['2', false],
  ] as const) {
    const { out } = await score('--page', `pred=${page}`)
    expect(JSON.parse(out).metrics.dice === 1).toBe(isSame)
  }
  expect((await score('--page', '1')).err).toMatch(/page: 0, got 1\n$/)
  const { code, out } = await runTool([
    ...['audit', at('one', 'stack.npy'), '--page', '2', '--budget', '300', '--json'],
    ...['--fail-on', 'never'],
  ])
  expect(code).toBe(0)
  expect(out).toContain('stack.npy')
})
