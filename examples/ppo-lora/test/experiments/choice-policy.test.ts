import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { ChoicePolicy, trainChoices } from '../../src/experiments/choice-policy.ts'

const SETTINGS = { updates: 120, images: 8, samples: 8, epochs: 4, clip: 0.2, learningRate: 0.05 }
/** One image of each of two kinds, and a constant. */
const features = [
  [1, 1],
  [-1, 1],
]

describe('a policy over knobs', () => {
  it('is uniform at first, and draws by its probabilities', () => {
    const policy = new ChoicePolicy([2, 3], 2)
    const [two, three] = policy.probabilities(features[0])
    expect([...two]).toEqual([0.5, 0.5])
    expect(policy.entropy(features[0])).toBeCloseTo(Math.log(6), 12)
    const random = mulberry32(1)
    const counts = [0, 0, 0]
    for (let i = 0; i < 3000; i++) counts[policy.draw(features[0], random)[1]]++
    for (const [i, count] of counts.entries()) {
      expect(Math.abs(count / 3000 - three[i])).toBeLessThan(0.04)
    }
  })

  it.each([1, 4])('learns another choice for each kind of image, with %i passes', (epochs) => {
    const policy = new ChoicePolicy([2, 3], 2)
    // The first image wants 0 and 2, the second 1 and 0.
    const wanted = [
      [0, 2],
      [1, 0],
    ]
    const rewardOf = (image: number, choice: readonly number[]) =>
      choice.filter((option, k) => option === wanted[image][k]).length
    const records = trainChoices(policy, features, rewardOf, { ...SETTINGS, epochs }, mulberry32(2))
    expect(features.map((one) => policy.best(one))).toEqual(wanted)
    expect(records.at(-1)?.reward).toBeGreaterThan(1.8)
    expect(records.at(-1)?.entropy).toBeLessThan(0.5 * records[0].entropy)
  })

  it('stays where it is if no choice changes the reward', () => {
    const policy = new ChoicePolicy([3], 2)
    const records = trainChoices(policy, features, () => 7, SETTINGS, mulberry32(3))
    expect(records.every(({ gradientNorm }) => gradientNorm === 0)).toBe(true)
    expect(policy.entropy(features[0])).toBe(new ChoicePolicy([3], 2).entropy(features[0]))
  })

  it('has the gradient of the clipped objective', () => {
    // One step of Adam from 0 goes by the sign of the gradient alone: up for a good choice.
    const policy = new ChoicePolicy([2], 1)
    const drawn = { features: [1], choice: [1], probability: 0.5, advantage: 1 }
    expect(policy.step([drawn], 0.2, 0.1)).toBeCloseTo(Math.hypot(0.5, 0.5), 6)
    expect(policy.probabilities([1])[0][1]).toBeCloseTo(1 / (1 + Math.exp(-0.2)), 6)
    // Beyond 1 + clip there is nothing left to gain, but there is for a bad choice.
    const far = { ...drawn, probability: 0.4 }
    expect(policy.step([far], 0.2, 0.1)).toBe(0)
    expect(policy.step([{ ...far, advantage: -1 }], 0.2, 0.1)).toBeGreaterThan(0)
  })
})
