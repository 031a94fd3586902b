import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { startBackend } from '../../src/backends/start-backend.ts'
import {
  type Credit,
  type CreditTensors,
  creditOf,
  entropy,
  klDivergence,
  logProbabilities,
  sampleMasks,
  surrogateLoss,
} from '../../src/ppo/policy.ts'
import { expectClose } from '../support/tiny-model.ts'

const CLIP = 0.2
const BOTH: [number, number] = [CLIP, CLIP]
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const logit = (p: number) => Math.log(p / (1 - p))
const row = (values: ArrayLike<number>) =>
  tf.tensor2d(Float32Array.from(values), [1, values.length])

function tensors(credit: Credit): CreditTensors {
  const entries = Object.entries(credit).map(([name, values]) => [name, row(values)])
  return Object.fromEntries(entries)
}

/** The loss times its pixels, all in the field of view: the sum that it is the mean of. */
function loss(
  x: ArrayLike<number>,
  old: ArrayLike<number>,
  credit: Credit,
  clip: [number, number] = BOTH,
): number {
  const weights = tf.ones([1, x.length])
  const mean = surrogateLoss(row(x), row(old), tensors(credit), weights, clip).dataSync()[0]
  return x.length * mean
}

function gradient(
  x: ArrayLike<number>,
  old: ArrayLike<number>,
  credit: Credit,
  within: ArrayLike<number> = new Uint8Array(x.length).fill(1),
): Float32Array {
  const all = tensors(credit)
  const inside = Array.from(within).filter((w) => w === 1).length
  const f = (z: tf.Tensor) =>
    tf.mul(inside, surrogateLoss(z, row(old), all, row(within), BOTH)) as tf.Scalar
  return tf.grad(f)(row(x)).dataSync() as Float32Array
}

/** Min(r · A, clip(r) · A) of every sample and pixel, one by one. */
function naiveLoss(
  x: ArrayLike<number>,
  old: ArrayLike<number>,
  masks: readonly Uint8Array[],
  advantageAt: (k: number, i: number) => number,
  [below, above] = BOTH,
): number {
  let sum = 0
  masks.forEach((mask, k) => {
    for (let i = 0; i < mask.length; i++) {
      const sign = mask[i] === 1 ? 1 : -1
      const ratio = sigmoid(sign * x[i]) / sigmoid(sign * old[i])
      const clipped = Math.min(1 + above, Math.max(1 - below, ratio))
      const advantage = advantageAt(k, i)
      sum += Math.min(ratio * advantage, clipped * advantage)
    }
  })
  return -sum / masks.length
}

function example(pixels: number, samples: number, seed: number) {
  const random = mulberry32(seed)
  const draw = () => Float32Array.from({ length: pixels }, () => 4 * random() - 2)
  const old = draw()
  const masks = sampleMasks(old, 1, samples, random)
  const advantages = Array.from({ length: samples }, () => draw())
  const near = old.map((z) => z + 0.8 * (random() - 0.5))
  return { old, near, masks, advantageAt: (k: number, i: number) => advantages[k][i] }
}

beforeAll(async () => {
  await startBackend('wasm')
})

describe('the surrogate loss', () => {
  const everywhere = new Uint8Array(40).fill(1)

  it('of added-up credit is the sum over all samples, clipped or not', () => {
    for (const seed of [1, 2, 3]) {
      const { old, near, masks, advantageAt } = example(40, 6, seed)
      const credit = creditOf(masks, everywhere, advantageAt)
      const wanted = naiveLoss(near, old, masks, advantageAt)
      expect(loss(near, old, credit)).toBeCloseTo(wanted, 4)
    }
  })

  it('clips below and above at limits of their own', () => {
    const { old, near, masks, advantageAt } = example(40, 6, 7)
    const credit = creditOf(masks, everywhere, advantageAt)
    const clip: [number, number] = [0.05, 0.4]
    const wanted = naiveLoss(near, old, masks, advantageAt, clip)
    expect(loss(near, old, credit, clip)).toBeCloseTo(wanted, 4)
    expect(Math.abs(wanted - naiveLoss(near, old, masks, advantageAt))).toBeGreaterThan(1e-3)
  })

  it('has the gradient of finite differences, where nothing is clipped and where something is', () => {
    const { old, near, masks, advantageAt } = example(40, 6, 4)
    const credit = creditOf(masks, everywhere, advantageAt)
    for (const x of [old, near]) {
      const h = 1e-4
      const expected = Array.from(x, (_, i) => {
        const moved = (by: number) => Float64Array.from(x, (z, j) => (i === j ? z + by : z))
        const at = (by: number) => naiveLoss(moved(by), old, masks, advantageAt)
        return (at(h) - at(-h)) / (2 * h)
      })
      expectClose(gradient(x, old, credit), expected, 2e-4)
    }
  })

  it('has on average over all masks the gradient of the expected reward', () => {
    // Every one of the 2⁶ masks, weighted by its probability: no sampling error.
    const x = Float32Array.of(0.3, -1.2, 0.8, 0, 2, -0.4)
    const truth = [1, 0, 1, 1, 0, 1]
    const masks = Array.from({ length: 64 }, (_, m) =>
      Uint8Array.from(truth, (_, i) => (m >> i) & 1),
    )
    const reward = (mask: Uint8Array) => {
      const hits = truth.reduce((sum, t, i) => sum + t * mask[i], 0)
      const size = mask.reduce((a, b) => a + b, 0)
      return (20 * hits) / (size + 4)
    }
    const probability = (mask: Uint8Array, z: ArrayLike<number>) =>
      mask.reduce((product, bit, i) => product * sigmoid(bit === 1 ? z[i] : -z[i]), 1)
    const expected = (z: ArrayLike<number>) =>
      masks.reduce((sum, mask) => sum + probability(mask, z) * reward(mask), 0)
    const advantageAt = (k: number) => masks.length * probability(masks[k], x) * reward(masks[k])
    const credit = creditOf(masks, new Uint8Array(6).fill(1), advantageAt)
    const h = 1e-5
    const wanted = Array.from(x, (_, i) => {
      const at = (by: number) => expected(Float64Array.from(x, (z, j) => (i === j ? z + by : z)))
      return -(at(h) - at(-h)) / (2 * h)
    })
    expectClose(gradient(x, x, credit), wanted, 1e-5)
  })

  it('ignores pixels outside the field of view', () => {
    const { old, near, masks, advantageAt } = example(40, 6, 5)
    const within = everywhere.map((_, i) => (i < 20 ? 1 : 0))
    const inside = gradient(near, old, creditOf(masks, within, advantageAt), within)
    // Half of the pixels, alone: the mean is over them.
    const half = <T extends Float32Array | Uint8Array>(values: T) => values.slice(0, 20) as T
    const credit = creditOf(masks.map(half), within.slice(0, 20), advantageAt)
    expectClose(inside.subarray(0, 20), gradient(half(near), half(old), credit), 1e-6)
    expect(inside.subarray(20).every((g) => g === 0)).toBe(true)
    expect(inside.subarray(0, 20).some((g) => g !== 0)).toBe(true)
  })

  it.each([50, 250])('is finite, with its gradient, at logits of ±%d', (size) => {
    const x = [size, size, -size, -size, size, 0]
    const old = [size, -size, size, -size, 0, -size]
    const values = () => Float32Array.from(x, () => 1)
    const negative = () => Float32Array.from(x, () => -1)
    const none = () => new Float32Array(x.length)
    const full: Credit = {
      foregroundGain: values(),
      foregroundLoss: negative(),
      backgroundGain: values(),
      backgroundLoss: negative(),
    }
    const nothing: Credit = {
      foregroundGain: none(),
      foregroundLoss: none(),
      backgroundGain: none(),
      backgroundLoss: none(),
    }
    for (const credit of [full, nothing]) {
      expect(Number.isFinite(loss(x, old, credit))).toBe(true)
      expect(gradient(x, old, credit).every(Number.isFinite)).toBe(true)
    }
    const weights = tf.ones([1, x.length])
    for (const value of [
      klDivergence(row(x), row(old), weights),
      entropy(row(x), weights),
      tf.grad((z) => tf.sum(klDivergence(z, row(old), weights)))(row(x)),
      tf.grad((z) => tf.sum(entropy(z, weights)))(row(x)),
    ]) {
      expect(value.dataSync().every(Number.isFinite)).toBe(true)
    }
  })
})

describe('log-probabilities', () => {
  it('are those of the sigmoid, also where it is 0 or 1 in single precision', () => {
    const x = [-100, -20, -1, 0, 1, 20, 100]
    const { foreground, background } = logProbabilities(row(x))
    const expected = (sign: number) =>
      x.map((z) => -Math.log1p(Math.exp(-Math.abs(z))) + Math.min(0, sign * z))
    expectClose(foreground.dataSync(), expected(1), 1e-5)
    expectClose(background.dataSync(), expected(-1), 1e-5)
  })
})

describe('the divergence', () => {
  it('is the known one of three outcomes, summed over its binary choices', () => {
    // (.98, .01, .01) against (.01, .01, .98) is 4.4474 (a published value). As binary choices:
    // the first outcome or not, and if not the second or not; the divergences add up (chain rule).
    const kl = (p: number[], q: number[]) =>
      p.length *
      klDivergence(row(p.map(logit)), row(q.map(logit)), tf.ones([1, p.length])).dataSync()[0]
    const first = kl([0.98], [0.01])
    const second = kl([0.5], [0.01 / 0.99])
    expect(first + 0.02 * second).toBeCloseTo(4.4474, 3)
  })

  it('is the mean over the field of view of the expected log-ratio', () => {
    const x = [-2, -0.3, 0, 1.4]
    const other = [1, -0.5, 0.2, 3]
    const weights = [1, 1, 0, 1]
    const wanted = x.reduce((sum, z, i) => {
      const [p, q] = [sigmoid(z), sigmoid(other[i])]
      const kl = p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q))
      return sum + (weights[i] * kl) / 3
    }, 0)
    const actual = klDivergence(row(x), row(other), row(weights)).dataSync()[0]
    expect(actual).toBeCloseTo(wanted, 5)
    expect(klDivergence(row(x), row(x), row(weights)).dataSync()[0]).toBe(0)
  })

  it('has an entropy of ln 2 per undecided pixel', () => {
    const bits = entropy(row([0, 0, 0, 40]), row([1, 1, 0, 1])).dataSync()[0]
    expect(bits).toBeCloseTo((2 / 3) * Math.LN2, 5)
  })
})

describe('sampling', () => {
  it('draws foreground with probability σ(z / τ)', () => {
    const logits = Float32Array.of(-1, 0, 0.5, 2)
    const count = 20_000
    const masks = sampleMasks(logits, 0.5, count, mulberry32(9))
    logits.forEach((z, i) => {
      const p = sigmoid(z / 0.5)
      const share = masks.reduce((sum, mask) => sum + mask[i], 0) / count
      expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count))
    })
  })
})
