import { resolve } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { expect, test, vi } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { checkSettings, mergeSettings } from '../../src/check-settings.ts'
import { chosenModel, MODELS, runPrefix, shippedModel } from '../../src/commands/options/models.ts'
import { loadModel } from '../../src/files/model-file.ts'
import { createAdapter } from '../../src/model/lora.ts'

test('every shipped model is what its recipe makes, and its settings fit it', async () => {
  await tf.setBackend('cpu')
  for (const { base, create, settings, quick } of Object.values(MODELS)) {
    const [loaded, made] = [loadModel(base), create(mulberry32(1))]
    expect(loaded.config).toEqual(made.config)
    expect(checkSettings(mergeSettings(settings, quick))).toMatchObject(quick)
    expect(() => createAdapter(loaded, { ...settings.lora, random: mulberry32(1) })).not.toThrow()
  }
})

test('sizes can be others, of known names', async () => {
  await tf.setBackend('cpu')
  const { create } = shippedModel('unet')
  const { weights, config } = create(mulberry32(1), { widths: [4, 6] })
  expect(config).toEqual({ model: 'unet', imageSize: 64, widths: [4, 6] })
  expect(weights.get('up.0.conv1.weight')?.shape).toEqual([3, 3, 10, 4])
  expect(() => create(mulberry32(1), { width: 8 })).toThrow("did you mean 'widths'?")
  expect(() => create(mulberry32(1), { imageSize: 63 })).toThrow('63 is not a multiple of 4')
})

test('a file that ends in .json is a model as well, where the command was typed', () => {
  vi.stubEnv('INIT_CWD', '/home/user')
  expect(chosenModel('own/model.json').base).toBe(resolve('/home/user/own/model.json'))
  vi.unstubAllEnvs()
  const { settings } = chosenModel('model.json')
  expect(checkSettings(settings).lora.targetModules).toBe('/.+/')
  const named = mergeSettings(settings, { lora: { targetModules: ['dense'] } })
  expect(named.lora.targetModules).toEqual(['dense'])
  expect(() => chosenModel('model.h5')).toThrow("there is no model 'model.h5'")
  expect([runPrefix('transformer'), runPrefix('unet'), runPrefix('own/net.json')]).toEqual([
    '',
    'unet-',
    'net-',
  ])
})
