/**
 * The TypeScript side of peft.py. `write DIR` makes a model, two adapters and what they compute;
 * `check DIR` loads the adapter that PEFT wrote and compares what it computes.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../mulberry32.ts'
import { loadAdapter, saveAdapter } from '../src/files/adapter-files.ts'
import { loadModel, saveModel } from '../src/files/model-file.ts'
import { decodeSafetensors, encodeSafetensors, type FloatTensor } from '../src/files/safetensors.ts'
import { type Adapter, createAdapter } from '../src/model/lora.ts'
import { mergeAdapter } from '../src/model/merge-adapter.ts'
import { createModel } from '../src/model/model.ts'
import { defaultConfig } from '../src/model/model-config.ts'

const targets = {
  names: undefined,
  expression: /blocks\.\d+\.(attention\.[qv]|feed_forward\.(gate|up))/,
}

async function write(dir: string): Promise<void> {
  const random = mulberry32(1)
  const model = createModel(defaultConfig, random)
  await saveModel(join(dir, 'base.safetensors'), model)
  const windows = tf.tensor3d(
    Float32Array.from({ length: 2 * 256 * 144 }, () => 2 * random() - 1),
    [2, 256, 144],
  )
  const computed = new Map<string, FloatTensor>([['windows', await stored(windows)]])
  computed.set('base', await stored(model.forward(windows)))
  for (const [name, targetModules] of Object.entries(targets)) {
    const adapter = createAdapter(model, { random, ...(targetModules && { targetModules }) })
    for (const weight of adapter.weights.values()) {
      const values = Float32Array.from({ length: weight.size }, () => (random() - 0.5) / 4)
      weight.assign(tf.tensor(values, weight.shape))
    }
    await saveAdapter(join(dir, name), adapter, { baseModelName: 'base', baseModel: model })
    for (const [key, weight] of adapter.weights) {
      computed.set(`${name}/${key}`, await stored(weight))
    }
    computed.set(`${name}/logits`, await stored(model.forward(windows, adapter)))
    adapter.dispose()
  }
  writeFileSync(join(dir, 'computed.safetensors'), encodeSafetensors(computed))
}

async function check(dir: string): Promise<void> {
  const model = loadModel(join(dir, 'base.safetensors'))
  const file = decodeSafetensors(readFileSync(join(dir, 'from-peft.safetensors')))
  const { data, shape } = decodeSafetensors(
    readFileSync(join(dir, 'computed.safetensors')),
  ).tensors.get('windows')!
  const windows = tf.tensor3d(data, shape as [number, number, number])
  const adapter: Adapter = await loadAdapter(join(dir, 'from-peft'), model)
  const expected = file.tensors.get('logits')!.data
  const difference = (values: ArrayLike<number>) =>
    expected.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i])), 0)
  const apart = difference(await model.forward(windows, adapter).data())
  await mergeAdapter(model, adapter)
  const merged = difference(await model.forward(windows, adapter).data())
  console.log(`adapter written by PEFT: logits differ by ${apart}, merged by ${merged}`)
  if (!(apart < 1e-4 && merged < 1e-4)) throw new Error('the logits differ')
}

async function stored(tensor: tf.Tensor): Promise<FloatTensor> {
  return { shape: tensor.shape, data: (await tensor.data()) as Float32Array }
}

const [command, dir] = process.argv.slice(2)
await tf.setBackend('cpu')
await (command === 'write' ? write(dir) : check(dir))
