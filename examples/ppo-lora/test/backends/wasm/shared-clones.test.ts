import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../../mulberry32.ts'
import { shareClones } from '../../../src/backends/wasm/shared-clones.ts'
import { createAdapter } from '../../../src/model/lora.ts'
import { createModel } from '../../../src/model/model.ts'
import { expectClose, randomWindows, tiny } from '../../support/tiny-model.ts'

beforeAll(async () => {
  await tf.setBackend('wasm')
  await tf.ready()
  shareClones(true)
})
afterAll(() => shareClones(false))

describe('shared clones', () => {
  it('share memory between a tensor and its clone, and free it with the last of them', async () => {
    const first = tf.tensor1d([1, 2, 3])
    const before = tf.memory().numDataBuffers
    const second = tf.clone(first)
    first.dispose()
    expect(tf.memory().numDataBuffers).toBe(before)
    tf.zeros([3]).dispose()
    expect([...(await second.data())]).toEqual([1, 2, 3])
    second.dispose()
    expect(tf.memory().numDataBuffers).toBe(before - 1)
  })

  it('give the gradients of the cpu backend', async () => {
    const gradients: Float32Array[][] = []
    for (const backend of ['wasm', 'cpu']) {
      await tf.setBackend(backend)
      const model = createModel(tiny, mulberry32(1))
      const adapter = createAdapter(model, { random: mulberry32(2) })
      const parameters = [...model.weights.values(), ...adapter.weights.values()]
      const windows = randomWindows(tiny, 3, 4)
      const options = { training: true, dropoutSeed: 5 }
      const { grads } = tf.variableGrads(
        () => tf.mean(tf.square(model.forward(windows, adapter, options))),
        parameters,
      )
      const read = parameters.map(({ name }) => grads[name].data() as Promise<Float32Array>)
      gradients.push(await Promise.all(read))
    }
    for (const [i, values] of gradients[0].entries()) expectClose(values, gradients[1][i], 1e-5)
    await tf.setBackend('wasm')
  })

  it('are copies again when it is switched off', () => {
    const tensor = tf.tensor1d([1, 2, 3])
    const buffers = () => tf.memory().numDataBuffers
    const before = buffers()
    const clones = [tensor.clone()]
    expect(buffers()).toBe(before)
    shareClones(false)
    clones.push(tensor.clone())
    expect(buffers()).toBe(before + 1)
    shareClones(true)
    clones.push(tensor.clone())
    expect(buffers()).toBe(before + 1)
    tf.dispose([tensor, ...clones])
    expect(buffers()).toBe(before - 1)
  })
})
