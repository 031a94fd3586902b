/**
 * Times one optimisation step on every backend there is, interleaved: `npm run bench`, with
 * `-- --rounds 5 --backends wasm,node-gpu` for more rounds on fewer backends.
 *
 * A step is forward pass, gradients and Adam on eight images of 256 tokens, once for all parameters
 * (pretraining) and once for the adapter's alone (reinforcement learning).
 */

import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../../mulberry32.ts'
import {
  BACKENDS,
  type BackendName,
  describeBackend,
  startBackend,
} from '../backends/start-backend.ts'
import { splitBatchedProducts } from '../backends/wasm/batched-products.ts'
import { materializeTransposes } from '../backends/wasm/materialized-transposes.ts'
import { usePairwiseSums } from '../backends/wasm/pairwise-sums.ts'
import { shareClones } from '../backends/wasm/shared-clones.ts'
import { createAdapter } from '../model/lora.ts'
import { createModel } from '../model/model.ts'
import { defaultConfig, type ModelConfig, tokenCount } from '../model/model-config.ts'
import { logProbabilities } from '../ppo/policy.ts'
import { integerOption } from './options/command.ts'

const IMAGES = 8

const MODELS: Record<string, ModelConfig> = {
  'width 64, 2 blocks': defaultConfig,
  'width 256, 4 blocks': { ...defaultConfig, width: 256, blocks: 4, feedForward: 512 },
}

interface Contender {
  label: string
  /** TensorFlow.js's name of the backend. */
  backend: string
  isPlain?: boolean
  /** Fewer than all, where all take minutes; the time is scaled up. */
  images: number
}

interface Step {
  run: () => Promise<void>
  dispose: () => void
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    backends: { type: 'string', default: 'wasm,node-gpu,webgpu,cpu' },
  },
})
const rounds = integerOption(options.rounds, 'rounds', 1)
const wanted = options.backends.split(',')
const unknown = wanted.find((name) => !BACKENDS.includes(name as BackendName))
if (unknown !== undefined) {
  throw new RangeError(`expected --backends of ${BACKENDS.join(', ')}, got '${unknown}'`)
}

const contenders = await startContenders()
for (const [name, config] of Object.entries(MODELS)) {
  for (const isAdapter of [false, true]) {
    const title = `${name}, ${IMAGES} × ${tokenCount(config)} tokens`
    console.log(`\n${title}, gradients of ${isAdapter ? 'the adapter' : 'all parameters'}`)
    await compare(config, isAdapter)
  }
}
process.exit(0)

async function startContenders(): Promise<Contender[]> {
  const found: Contender[] = []
  const add = async (name: BackendName, ...all: Omit<Contender, 'backend'>[]) => {
    if (!wanted.includes(name)) return
    try {
      console.log(describeBackend(await startBackend(name)))
      found.push(...all.map((contender) => ({ ...contender, backend: tf.getBackend() })))
    } catch (error) {
      console.log(`absent: ${(error as Error).message}`)
    }
  }
  await add(
    'wasm',
    { label: 'wasm, as the trainer uses it', images: IMAGES },
    { label: 'wasm, unmodified', isPlain: true, images: IMAGES },
  )
  await add('node-gpu', { label: 'node-gpu', images: IMAGES })
  await add('webgpu', { label: 'webgpu', images: IMAGES })
  await add('cpu', { label: `cpu (one image, times ${IMAGES})`, images: 1 })
  return found
}

async function compare(config: ModelConfig, isAdapter: boolean): Promise<void> {
  const times = contenders.map((): number[] => [])
  const steps: Step[] = []
  for (const contender of contenders) {
    await enter(contender)
    steps.push(prepareStep(config, isAdapter, contender.images))
    if (contender.backend !== 'cpu') await steps.at(-1)?.run()
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      // It takes longer than all others together.
      if (contender.backend === 'cpu' && round > 0) continue
      await enter(contender)
      const begin = performance.now()
      await steps[i].run()
      times[i].push(((performance.now() - begin) * IMAGES) / contender.images)
    }
  }
  for (const [i, contender] of contenders.entries()) {
    await enter(contender)
    steps[i].dispose()
  }
  const medians = times.map((all) => all.sort((a, b) => a - b)[all.length >> 1])
  for (const [i, { label }] of contenders.entries()) {
    const spread = `${times[i][0].toFixed(0)}–${times[i].at(-1)?.toFixed(0)}`
    const ratio = (medians[i] / medians[0]).toFixed(2)
    console.log(
      `${label.padEnd(34)} ${medians[i].toFixed(0).padStart(7)} ms (${spread}) ${ratio} ×`,
    )
  }
}

async function enter({ backend, isPlain }: Contender): Promise<void> {
  await tf.setBackend(backend)
  materializeTransposes(backend === 'wasm' && !isPlain)
  if (backend !== 'wasm') return
  usePairwiseSums(!isPlain)
  splitBatchedProducts(!isPlain)
  shareClones(!isPlain)
}

/** Everything on the current backend. */
function prepareStep(config: ModelConfig, isAdapter: boolean, images: number): Step {
  const random = mulberry32(1)
  const model = createModel(config, random)
  const adapter = isAdapter ? createAdapter(model, { random, dropout: 0 }) : undefined
  const variables = [...(adapter ?? model).weights.values()]
  const optimizer = tf.train.adam(1e-3)
  const shape: [number, number, number] = [images, tokenCount(config), config.window ** 2]
  const windows = tf.randomNormal(shape) as tf.Tensor3D
  const credit = tf.randomNormal([images, tokenCount(config), config.patch ** 2])
  const run = async () => {
    const loss = optimizer.minimize(
      () => {
        const { foreground } = logProbabilities(model.forward(windows, adapter))
        return tf.neg(tf.mean(tf.sum(tf.mul(foreground, credit), [1, 2]))) as tf.Scalar
      },
      true,
      variables,
    )
    // Waits until the step is done: GPUs compute behind JavaScript's back.
    await loss?.data()
    loss?.dispose()
    await variables[0].data()
  }
  const dispose = () => {
    model.dispose()
    adapter?.dispose()
    optimizer.dispose()
    tf.dispose([windows, credit])
  }
  return { run, dispose }
}
