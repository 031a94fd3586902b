/**
 * The TypeScript side of peft.py. `write DIR MODEL` makes a transformer or a U-Net, two adapters and what
 * they compute; `check DIR` loads the adapter that PEFT wrote and compares what it computes.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../mulberry32.ts'
import { loadAdapter, saveAdapter } from '../src/files/adapter-files.ts'
import { loadModel, type SavedModel, saveModel } from '../src/files/model-file.ts'
import { decodeSafetensors, encodeSafetensors, type FloatTensor } from '../src/files/safetensors.ts'
import { type Adapter, createAdapter, defaultTargets } from '../src/model/lora.ts'
import { mergeAdapter } from '../src/model/merge-adapter.ts'
import { createModel } from '../src/model/model.ts'
import { defaultConfig } from '../src/model/model-config.ts'
import { createUNet } from '../src/model/unet.ts'
import { defaultUNet } from '../src/model/unet-config.ts'

interface Proof {
  create: (random: () => number) => SavedModel
  targets: { names: string[]; expression: RegExp }
}

const proofs: Record<string, Proof> = {
  transformer: {
    create: (random) => createModel(defaultConfig, random),
    targets: {
      names: [...defaultTargets],
      expression: /blocks\.\d+\.(attention\.[qv]|feed_forward\.(gate|up))/,
    },
  },
  unet: {
    create: (random) => createUNet(defaultUNet, random),
    targets: { names: ['conv1', 'conv2', 'head'], expression: /(down|up)\.\d\.conv1/ },
  },
}

async function write(dir: string, name: string): Promise<void> {
  const random = mulberry32(1)
  const { create, targets } = proofs[name]
  const model = create(random)
  await saveModel(join(dir, 'base.safetensors'), model)
  const shape = [2, ...model.inputShape]
  const windows = tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => 2 * random() - 1),
    shape,
  )
  const computed = new Map<string, FloatTensor>([['windows', await stored(windows)]])
  computed.set('base', await stored(model.forward(windows)))
  for (const [name, targetModules] of Object.entries(targets)) {
    const adapter = createAdapter(model, { random, targetModules })
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
  const windows = tf.tensor(data, [...shape])
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

const [command, dir, name] = process.argv.slice(2)
await tf.setBackend('cpu')
await (command === 'write' ? write(dir, name) : check(dir))
