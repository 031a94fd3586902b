import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { checkSettings, shuffledControl } from '../../src/check-settings.ts'
import { type TrainOptions, trainOptions } from '../../src/commands/options/train-options.ts'
import type { RealImage } from '../../src/data/real/real-images.ts'
import { REAL_MODEL, REAL_SETTINGS, UNET_QUICK, UNET_SETTINGS } from '../../src/settings.ts'
import { assertUnseen, notePatients } from '../../src/sources/real-base.ts'

test('the run’s folder holds its base, the seed names the folder', () => {
  vi.stubEnv('INIT_CWD', '/home/user')
  const options = trainOptions(['--data', 'images', '--seed', '7'])
  vi.unstubAllEnvs()
  expect(options).toMatchObject({
    // Where the command was typed, which npm runs elsewhere.
    real: { data: resolve('/home/user/images') },
    out: 'runs/real-seed-7',
    base: 'runs/real-seed-7/base.safetensors',
    hasControls: true,
    resume: false,
  })
  expect(options?.settings.seed).toBe(7)
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  expect(trainOptions(['--data', 'x', '--help'])).toBeUndefined()
  expect(write).toHaveBeenCalledWith(expect.stringContaining('--split'))
  write.mockRestore()
})

test('a model brings its frozen weights, its settings and its own folder', () => {
  const options = trainOptions(['--model', 'unet', '--quick', '--settings', '{"lora":{"r":4}}'])
  expect(options).toMatchObject({ out: 'runs/unet-seed-1-quick', settings: UNET_QUICK })
  expect(options?.base).toMatch(/unet\.safetensors$/)
  expect(options?.settings.lora).toEqual({ ...UNET_SETTINGS.lora, r: 4 })
  expect(trainOptions([])?.base).toMatch(/model\.safetensors$/)
  expect(trainOptions(['--model', 'unet', '--base', 'own'])?.base).toBe('own')
  expect(() => trainOptions(['--model', 'u-net'])).toThrow(
    "there is no model 'u-net': did you mean 'unet'?",
  )
})

test('settings are checked and merged into those of real images', () => {
  const settings = trainOptions(['--data', 'x', '--settings', '{"lora":{"r":4}}'])?.settings
  const robust = trainOptions(['--data', 'x', '--reward', 'robust'])?.settings
  expect(robust).toMatchObject({ reward: 'robust', precisionHinge: { weight: 0 } })
  expect(settings).toEqual({ ...REAL_SETTINGS, seed: 1, lora: { ...REAL_SETTINGS.lora, r: 4 } })
  expect(() => trainOptions(['--data', 'x', '--settings', '{'])).toThrow('to be JSON')
  expect(() => trainOptions(['--data', 'x', '--settings', '{"images":6}'])).toThrow('remainder 2')
  expect(() => trainOptions(['--data', 'x', '--base-steps', '0'])).toThrow('at least 1')
})

test('a run that is resumed goes on as it began: options may be left out, but not differ', () => {
  const root = mkdtempSync(join(tmpdir(), 'train-options-'))
  const began = (name: string, args: string[]) => {
    const { settings, base, real } = trainOptions(args) as TrainOptions
    mkdirSync(join(root, name))
    const data = real && { folder: real.data, split: real.split }
    writeFileSync(join(root, name, 'config.json'), JSON.stringify({ settings, base, data }))
    return settings
  }
  const resume = (name: string, ...more: string[]) =>
    trainOptions(['--resume', '--out', join(root, name), ...more])

  const synthetic = began('synthetic', ['--quick', '--seed', '3', '--base', 'other.safetensors'])
  expect(resume('synthetic')).toMatchObject({ settings: synthetic, base: 'other.safetensors' })
  expect(resume('synthetic', '--quick', '--seed', '3')?.settings).toEqual(synthetic)
  expect(() => resume('synthetic', '--seed', '4')).toThrow('seed 3 (got 4)')
  expect(() => resume('synthetic', '--settings', '{"lora":{"r":4}}')).toThrow('lora.r 16 (got 4)')

  const split = 'base:1,validation:2,reward:3,test:4'
  const real = began('real', ['--data', '/images', '--seed', '5', '--split', split])
  expect(resume('real')).toMatchObject({ settings: real, real: { data: '/images', split } })
  expect(resume('real', '--data', '/images')?.settings.seed).toBe(5)
  expect(() => resume('real', '--data', '/others')).toThrow(
    'expected --data of the run that is resumed, /images, got /others',
  )
  expect(() => resume('real', '--split', 'base:4')).toThrow(`resumed, ${split}, got base:4`)
  expect(() => resume('real', '--quick')).toThrow('there is no option --quick')

  writeFileSync(join(root, 'real', 'config.json'), '{"settings":3}')
  expect(() => resume('real')).toThrow(/expected settings and base of a run in .*config\.json/)
  rmSync(root, { recursive: true })
})

test('a start is supervision by some loss, or the folder of an adapter', () => {
  expect(trainOptions([])).toMatchObject({ start: undefined, loss: 'bce' })
  const supervised = ['--start', 'supervised']
  expect(trainOptions([...supervised, '--loss', 'dice-bce'])).toMatchObject({
    start: 'supervised',
    loss: 'dice-bce',
  })
  expect(trainOptions(['--data', 'x', ...supervised])).toMatchObject({ start: 'supervised' })
  vi.stubEnv('INIT_CWD', '/home/user')
  expect(trainOptions(['--start', 'runs/seed-1'])?.start).toBe(resolve('/home/user/runs/seed-1'))
  vi.unstubAllEnvs()
  expect(() => trainOptions(['--loss', 'bce'])).toThrow(
    'expected --loss only with --start supervised',
  )
  expect(() => trainOptions([...supervised, '--loss', 'l1'])).toThrow('one of bce, dice-bce')
})

test('the control is checked before the run', () => {
  const value = ['--data', 'x', '--settings', '{"credit":"value","samples":1}']
  expect(() => trainOptions(value)).toThrow(
    "the control (--without-controls leaves it out): expected at least 2 samples per image for credit by 'shuffled'",
  )
  expect(trainOptions([...value, '--without-controls'])?.settings.credit).toBe('value')
  const normalized = { ...REAL_SETTINGS, credit: 'value' as const, normalizeRewards: true }
  expect(shuffledControl(normalized)).toEqual({ ...REAL_SETTINGS, credit: 'shuffled' })
})

test('the precision hinge is on, and the patch fits the model', () => {
  expect(checkSettings(REAL_SETTINGS).precisionHinge).toEqual({ weight: 0.2, target: 0.8 })
  expect(REAL_MODEL.imageSize % REAL_SETTINGS.tile).toBe(0)
})

test('a frozen model is not tested on patients that it was trained on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'real-base-'))
  const base = join(folder, 'base.safetensors')
  const image = (name: string, patient: string) => ({ name, patient }) as RealImage
  expect(() => assertUnseen(base, [image('1L', '1')])).not.toThrow()
  notePatients(base, [image('1L', '1'), image('1R', '1'), image('2L', '2')])
  expect(() => assertUnseen(base, [image('3L', '3')])).not.toThrow()
  expect(() => assertUnseen(base, [image('3L', '3'), image('2R', '2')])).toThrow(
    /not seen 2R, but .*base\.safetensors was trained on 1, 2: /,
  )
  rmSync(folder, { recursive: true })
})
