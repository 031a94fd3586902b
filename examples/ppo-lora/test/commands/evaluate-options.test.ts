import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { baseOf } from '../../src/commands/options/command.ts'
import { evaluateOptions } from '../../src/commands/options/evaluate-options.ts'

const root = mkdtempSync(join(tmpdir(), 'evaluate-options-'))
afterAll(() => rmSync(root, { recursive: true }))
const [data, others, split] = [join(root, 'data'), join(root, 'others'), 'base:1,validation:2']
for (const folder of [data, others]) mkdirSync(folder)

function runOf(name: string, config: object): string {
  const folder = join(root, name)
  mkdirSync(join(folder, 'last', 'adapter'), { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ settings: {}, ...config }))
  return folder
}
const base = join(root, 'real', 'base.safetensors')
const real = runOf('real', { base, data: { folder: data, split } })
const synthetic = runOf('synthetic', { base: 'own.safetensors' })

const of = (adapter: string, ...more: string[]) => evaluateOptions(['--adapter', adapter, ...more])

test('what a run was on comes from its folder, also for its last adapter', () => {
  expect(of(real)).toMatchObject({ run: real, base, real: { data, split }, elsewhere: [] })
  expect(of(join(real, 'last'))).toMatchObject({ run: real, real: { data, split } })
  expect(of(synthetic)).toMatchObject({ run: synthetic, base: 'own.safetensors', real: undefined })
  const two = of(real, '--elsewhere', others, '--elsewhere', root, '--elsewhere-every', '3')
  expect(two).toMatchObject({ elsewhere: [others, root], elsewhereEvery: 3 })
})

test('the frozen model of a run that was moved lies in its folder', () => {
  const moved = runOf('moved', { base: join(root, 'gone', 'base.safetensors') })
  writeFileSync(join(moved, 'base.safetensors'), '')
  expect(of(moved)?.base).toBe(join(moved, 'base.safetensors'))
})

test('patients that a run has seen are not scored', () => {
  expect(() => of(real, '--data', others)).toThrow('images of another source are scored with --e')
  expect(() => of(real, '--split', 'base:2,validation:1')).toThrow(
    'may have seen the test patients',
  )
  expect(() => of(synthetic, '--data', data)).toThrow('is on synthetic images')
  const link = join(root, 'link')
  symlinkSync(data, link)
  expect(() => of(real, '--elsewhere', link)).toThrow('whose patients it has seen')
  expect(of(real, '--data', link)).toMatchObject({ real: { split } })
})

test('an adapter that lies in no run is scored with what the options name', () => {
  const adapter = join(root, 'peft', 'adapter')
  expect(of(adapter)).toMatchObject({
    run: undefined,
    base: baseOf({ model: 'transformer' }),
    real: undefined,
  })
  expect(() => of(adapter, '--data', data)).toThrow('expected --base FILE')
  expect(of(adapter, '--data', data, '--base', base)).toMatchObject({ base, real: { data } })
  expect(() => of(adapter, '--elsewhere', others)).toThrow('with real images only')
  expect(() => evaluateOptions([])).toThrow('expected --adapter DIR')
})
