import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encode } from 'fast-png'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { run } from '../support/run-command.ts'

const SIZE = 72
const example = fileURLToPath(new URL('../..', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'real-story-'))
const data = join(root, 'data')
afterAll(() => rmSync(root, { recursive: true }))

beforeAll(() => {
  const random = mulberry32(1)
  for (const folder of ['images', 'masks', 'masks2']) {
    mkdirSync(join(data, folder), { recursive: true })
  }
  for (let patient = 1; patient <= 4; patient++) {
    const truth = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => {
      const across = Math.abs((i % SIZE) + Math.floor(i / SIZE) / 2 - 20 * patient)
      return across < 6 ? 255 : 0
    })
    const image = truth.map((value) => 150 - value / 4 + 20 * random())
    const png = (values: Uint8Array) =>
      encode({ width: SIZE, height: SIZE, channels: 1, data: values })
    writeFileSync(join(data, 'images', `${patient}L.png`), png(image))
    writeFileSync(join(data, 'masks', `${patient}L.png`), png(truth))
    writeFileSync(join(data, 'masks2', `${patient}L.png`), png(truth))
  }
})

const args = (out: string, ...more: string[]) => [
  ...['--import', 'tsx', 'src/commands/train.ts'],
  ...['--data', data, '--out', out, '--backend', 'wasm', '--base-steps', '2'],
  ...['--without-controls', '--settings', '{"updates":2,"images":4}'],
  ...more,
]

test('from folders of images to a table, files and a picture; a second run takes the base', () => {
  const out = join(root, 'run')
  const text = execFileSync('node', args(out), { cwd: example, encoding: 'utf8' })
  expect(text).toMatch(/frozen model: 2 steps in 0\.\d minutes/)
  const methods = [
    'base',
    'best threshold',
    'PPO \\+ LoRA',
    'PPO.*its threshold',
    'second observer',
  ]
  for (const method of methods) {
    expect(text).toMatch(new RegExp(`^${method} +\\d\\.\\d{3} \\[`, 'm'))
  }
  const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))
  expect(summary.images).toEqual(['2L'])
  expect(text).not.toContain('test images, ')
  expect(text).toMatch(/^false vessel pixels in the outer 5 pixels/m)
  expect(Object.keys(summary.rim.falsePixels)).toEqual(Object.keys(summary.methods))
  expect(Object.keys(summary.trained)).toEqual(Object.keys(summary.base))
  expect(summary.methods['second observer'].dice).toBe(1)
  for (const file of ['before-after.png', 'curve.svg', 'adapter/adapter_config.json']) {
    expect(existsSync(join(out, file))).toBe(true)
  }

  const again = spawnSync('node', args(out), { cwd: example, encoding: 'utf8' })
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('already holds a run')])
  const base = join(out, 'base.safetensors')
  const swapped = ['--base', base, '--split', 'base:4,validation:2,reward:3,test:1']
  const seen = spawnSync('node', args(join(root, 'other'), ...swapped), {
    cwd: example,
    encoding: 'utf8',
  })
  expect([seen.status, seen.stderr]).toEqual([1, expect.stringContaining('was trained on 1:')])
  const resume = ['--import', 'tsx', 'src/commands/train.ts', '--resume', '--out', out]
  const resumed = execFileSync('node', [...resume, '--without-controls', '--backend', 'wasm'], {
    cwd: example,
    encoding: 'utf8',
  })
  expect(resumed).toContain(`frozen model: ${base}`)
  expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')).trained).toEqual(
    summary.trained,
  )
  const other = spawnSync('node', args(out, '--resume', '--reward', 'robust'), {
    cwd: example,
    encoding: 'utf8',
  })
  expect([other.status, other.stderr]).toEqual([
    1,
    expect.stringContaining('reward "design" (got "robust")'),
  ])
})

test('a run is scored on its test patients, and on images from elsewhere, by its folder alone', async () => {
  const out = join(root, 'run')
  const evaluate = (...more: string[]) =>
    run('evaluate', ['--adapter', out, '--backend', 'wasm', ...more])
  const elsewhere = join(root, 'elsewhere')
  cpSync(data, elsewhere, { recursive: true })
  const { output, errors, code } = await evaluate(
    '--elsewhere',
    elsewhere,
    '--elsewhere-every',
    '2',
  )
  expect([errors, code]).toEqual(['', 0])
  expect(output).toContain('1 test images, whole')
  expect(output).toContain(`2 images of ${elsewhere}, whole`)
  const { test: scores, ...rest } = JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8'))
  expect(scores.images).toEqual(['4L'])
  expect(rest.elsewhere[elsewhere].images).toEqual(['1L', '3L'])
  expect(Object.keys(rest.thresholds)).toEqual(['base', 'PPO + LoRA'])

  const refused = async (message: string, ...more: string[]) => {
    const { errors, code } = await evaluate(...more)
    expect(errors).toContain(message)
    expect(code).toBe(1)
  }
  await refused('whose patients it has seen', '--elsewhere', data)
  await refused('are scored with --elsewhere', '--data', elsewhere)
  await refused('may have seen the test patients', '--split', 'base:4,validation:2,reward:3,test:1')
  const shipped = join(example, 'base', 'model.safetensors')
  await refused('adapter of another model', '--base', shipped)
})
