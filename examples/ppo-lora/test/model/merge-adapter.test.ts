import * as tf from '@tensorflow/tfjs'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { Adapter, createAdapter } from '../../src/model/lora.ts'
import { mergeAdapter, unmergeAdapter } from '../../src/model/merge-adapter.ts'
import { createModel, type Model } from '../../src/model/model.ts'
import { bitsOf, expectClose, randomWindows, shake, tiny } from '../support/tiny-model.ts'

let model: Model
let windows: tf.Tensor3D

beforeAll(async () => {
  await tf.setBackend('cpu')
})
beforeEach(() => {
  model = createModel(tiny, mulberry32(1))
  windows = randomWindows(tiny, 2, 2)
})

const trained = (seed = 3, settings = {}) => {
  const options = { r: 2, alpha: 4, random: mulberry32(seed), ...settings }
  return shake(createAdapter(model, options), seed + 1)
}
const run = (adapter?: Adapter, of = model) => of.forward(windows, adapter).data()
/** The model with these adapters merged in this order, and none ever taken out. */
const mergedBits = async (...adapters: Adapter[]) => {
  const fresh = createModel(tiny, mulberry32(1))
  for (const adapter of adapters) await mergeAdapter(fresh, adapter)
  return bitsOf(fresh)
}

describe('merging', () => {
  it('gives the same outputs, and unmerging the same bits', async () => {
    const adapter = trained()
    const [before, base] = [await bitsOf(model), await run()]
    const apart = await run(adapter)
    await mergeAdapter(model, adapter)
    const merged = await run(adapter)
    expectClose(merged, apart, 1e-5)
    expect(await run()).toEqual(merged)
    unmergeAdapter(model, adapter)
    expect(await bitsOf(model)).toEqual(before)
    expect(await run()).toEqual(base)
    expect(await run(adapter)).toEqual(apart)
  })

  it('of several adapters is undone in any order, bit by bit', async () => {
    const base = await bitsOf(model)
    const [a, b, c] = [
      trained(3),
      trained(5, { targetModules: ['q', 'up'] }),
      trained(7, { targetModules: ['q', 'head'] }),
    ]
    const orders = [
      [a, b, c],
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ]
    for (const order of orders) {
      for (const adapter of [a, b, c]) await mergeAdapter(model, adapter)
      expect(await bitsOf(model)).toEqual(await mergedBits(a, b, c))
      let left = [a, b, c]
      for (const adapter of order) {
        unmergeAdapter(model, adapter)
        left = left.filter((one) => one !== adapter)
        expect(await bitsOf(model)).toEqual(await mergedBits(...left))
      }
      expect(await bitsOf(model)).toEqual(base)
    }
  })

  it('is known to the model: a forward pass adds what is not merged', async () => {
    const [a, b] = [trained(3), trained(5)]
    await mergeAdapter(model, a)
    expect([model.merges.has(a), model.merges.has(b), model.merges.count]).toEqual([true, false, 1])
    const both = await run(b)
    await mergeAdapter(model, b)
    expectClose(await run(b), both, 1e-4)
    // In another model it is not merged.
    const other = createModel(tiny, mulberry32(1))
    const apart = await run(a, other)
    expect(apart).not.toEqual(await run(undefined, other))
    await mergeAdapter(other, a)
    expectClose(await run(a, other), apart, 1e-5)
    unmergeAdapter(model, a)
    unmergeAdapter(model, b)
    expectClose(await run(a, other), apart, 1e-5)
    other.dispose()
  })

  it('outlasts the adapter: the model can still unmerge it', async () => {
    const base = await bitsOf(model)
    const adapter = trained()
    await mergeAdapter(model, adapter)
    adapter.dispose()
    unmergeAdapter(model, adapter)
    expect(await bitsOf(model)).toEqual(base)
  })

  it('leaves no tensor behind', async () => {
    const [a, b] = [trained(3), trained(5)]
    const before = tf.memory().numTensors
    await mergeAdapter(model, a)
    // The model's own kernels, and the changes.
    expect(tf.memory().numTensors).toBe(before + 2 * a.modules.length)
    await mergeAdapter(model, b)
    unmergeAdapter(model, a)
    unmergeAdapter(model, b)
    expect(tf.memory().numTensors).toBe(before)
    await mergeAdapter(model, a)
    model.dispose()
    expect(tf.memory().numTensors).toBe(before - model.weights.size)
  })

  it('is refused for a change that is not finite, and nothing is changed', async () => {
    const adapter = trained()
    const B = adapter.weights.get('blocks.0.feed_forward.down.lora_B')!
    B.assign(tf.fill(B.shape, Number.NaN))
    const before = await bitsOf(model)
    const tensors = tf.memory().numTensors
    await expect(mergeAdapter(model, adapter)).rejects.toThrow(
      'merging refused: the change of blocks.0.feed_forward.down is not finite',
    )
    expect(await bitsOf(model)).toEqual(before)
    expect(model.merges.count).toBe(0)
    expect(tf.memory().numTensors).toBe(tensors)
  })

  it('is refused twice, while disabled and on another model', async () => {
    const adapter = trained()
    expect(() => unmergeAdapter(model, adapter)).toThrow('not merged')
    await mergeAdapter(model, adapter)
    await expect(mergeAdapter(model, adapter)).rejects.toThrow('merged already')
    const other = createModel(tiny, mulberry32(1))
    expect(() => unmergeAdapter(other, adapter)).toThrow('not merged into this model')
    adapter.enabled = false
    expect(() => model.forward(windows, adapter)).toThrow('unmerge it before disabling it')
    unmergeAdapter(model, adapter)
    await expect(mergeAdapter(model, adapter)).rejects.toThrow('disabled')
    const stranger = new Adapter(adapter.settings, ['blocks.9.attention.q'], adapter.weights)
    await expect(mergeAdapter(model, stranger)).rejects.toThrow('no module blocks.9.attention.q')
  })

  it('is refused while another adapter is being merged, whose sums it would lose', async () => {
    const [a, b] = [trained(3), trained(5)]
    const first = mergeAdapter(model, a)
    await expect(mergeAdapter(model, b)).rejects.toThrow('another adapter is being merged')
    expect(() => unmergeAdapter(model, a)).toThrow('another adapter is being merged')
    await first
    await mergeAdapter(model, b)
    expect(await bitsOf(model)).toEqual(await mergedBits(a, b))
  })

  it('is not undone over kernels that were trained since', async () => {
    const adapter = trained()
    await mergeAdapter(model, adapter)
    const kernel = model.weights.get('blocks.0.attention.q.weight')!
    kernel.assign(tf.zeros(kernel.shape))
    const after = await bitsOf(model)
    expect(() => unmergeAdapter(model, adapter)).toThrow(
      'the kernel of blocks.0.attention.q was changed since the adapter was merged',
    )
    expect(await bitsOf(model)).toEqual(after)
    expect(model.merges.has(adapter)).toBe(true)
  })
})
