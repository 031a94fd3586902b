import { BitMask } from 'vessel-reward'
import { expect, test } from 'vitest'
import { imageReward } from '../../src/ppo/image-reward.ts'
import { bestThreshold, METRICS, meanScores, scoreAll } from '../../src/results/scores.ts'
import { DEFAULT_SETTINGS } from '../../src/settings.ts'

const size = { width: 24, height: 20 }
const limits = Array.from({ length: 39 }, (_, i) => 0.025 * (i + 1)).map((p) =>
  Math.log(p / (1 - p)),
)

/** Logits as they come and, in every other place, next to a threshold or on it. */
function logitsOf(image: number): Float32Array {
  return Float32Array.from({ length: 480 }, (_, i) => {
    const limit = limits[i % 39]
    const near = [
      limit,
      Math.fround(limit) * (1 + 2 ** -23),
      Math.fround(limit) * (1 - 2 ** -23),
      1e-30,
    ]
    return i % 2 === 0 ? near[(i >> 1) % 4] : 3 * Math.sin(image + i * i)
  })
}

const images = [1, 2, 3]
const logits = images.map(logitsOf)
const references = images.map((image) => {
  const of = (isSet: (i: number) => boolean) =>
    BitMask.from({ data: Uint8Array.from({ length: 480 }, (_, i) => (isSet(i) ? 1 : 0)), ...size })
  return {
    truth: of((i) => logits[image - 1][i] + 2 * Math.cos(i) > 1),
    within: of((i) => i % 24 > image),
  }
})

test.each(['design', 'robust'] as const)('the curve has the means of masks, %s', (name) => {
  const reward = imageReward({ ...DEFAULT_SETTINGS, reward: name })
  const { curve, threshold } = bestThreshold(logits, references, reward, 'dice')
  const expected = limits.map((limit) => meanScores(scoreAll(logits, references, reward, limit)))
  expect(curve.map(({ scores }) => scores)).toEqual(expected)
  for (const [k, { scores }] of curve.entries()) {
    for (const metric of METRICS) expect(scores[metric]).toBe(expected[k][metric])
  }
  const dices = expected.map(({ dice }) => dice)
  expect(threshold).toBe(limits[dices.indexOf(Math.max(...dices))])
})
