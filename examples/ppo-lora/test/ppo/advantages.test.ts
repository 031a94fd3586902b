import { BitMask, MultiObjectiveReward } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { checkSettings } from '../../src/check-settings.ts'
import { advantagesOf, type Judged, RunningDeviation } from '../../src/ppo/advantages.ts'
import { imageReward } from '../../src/ppo/image-reward.ts'
import { klPenaltyAfter } from '../../src/ppo/kl-penalty.ts'
import { type CreditMethod, REWARDS, type RewardName, type Settings } from '../../src/settings.ts'
import { smallSamples, smallSettings } from '../support/tiny-run.ts'

const SIZE = 16
const METHODS: CreditMethod[] = ['tile', 'group', 'rloo', 'value', 'shuffled']
const bitMask = (data: Uint8Array) => BitMask.from({ data, width: SIZE, height: SIZE })

/** Images with truths, and masks that miss or add pixels at random. */
function judged(count: number, samples: number, noise = 0.2): Judged[] {
  const random = mulberry32(3)
  return smallSamples(count, SIZE, 4).map(({ truth, within }) => ({
    truth: bitMask(truth),
    within: bitMask(within),
    masks: Array.from({ length: samples }, () => truth.map((t) => (random() < noise ? 1 - t : t))),
  }))
}

function advantages(
  rollout: Judged[],
  credit: CreditMethod,
  values?: number[],
  reward: RewardName = 'design',
  changes: Partial<Settings> = {},
) {
  const settings = checkSettings(smallSettings({ credit, reward, ...changes }))
  return advantagesOf(rollout, settings, imageReward(settings), mulberry32(1), values)
}

function deviation(values: ArrayLike<number>[]): number {
  const all = values.flatMap((one) => Array.from(one))
  const mean = all.reduce((a, b) => a + b, 0) / all.length
  return Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / all.length)
}

describe('advantages', () => {
  it('have a deviation of 1, and the rewards of the library', () => {
    const rollout = judged(3, 5)
    const cases = METHODS.flatMap((credit) => REWARDS.map((preset) => [credit, preset] as const))
    for (const [credit, preset] of cases) {
      const result = advantages(rollout, credit, [1, 2, 3], preset)
      expect(deviation(result.map((one) => one.advantages)), credit).toBeCloseTo(1, 5)
      result.forEach(({ rewards }, i) => {
        const { truth, within, masks } = rollout[i]
        const reward = MultiObjectiveReward.preset(preset, { within })
        const wanted = masks.map((data) => reward.score({ data, width: SIZE, height: SIZE }, truth))
        rewards.forEach((r, k) => {
          expect(r, credit).toBeCloseTo(wanted[k], 6)
        })
      })
    }
  })

  it('are not all 0 by the smallest settings that are accepted', () => {
    const least: [CreditMethod, number, number, Partial<Settings>][] = [
      ['value', 2, 1, {}],
      ['value', 1, 2, {}],
      ['group', 1, 2, {}],
      ['rloo', 1, 2, {}],
      ['tile', 1, 2, { shares: { overlap: 1, skeleton: 0 } }],
      ['tile', 1, 2, { shares: { overlap: 0, skeleton: 1 } }],
      ['tile', 1, 2, { tile: 64 }],
      ['shuffled', 2, 2, { shares: { overlap: 0, skeleton: 1 } }],
    ]
    for (const [credit, images, samples, changes] of least) {
      for (const reward of REWARDS) {
        const all = { images, samples, miniBatch: 1, ...changes }
        const result = advantages(judged(images, samples), credit, [0, 0], reward, all)
        expect(deviation(result.map((one) => one.advantages)), credit).toBeCloseTo(1, 5)
      }
    }
    // And what is refused: they would be.
    for (const [credit, images, samples] of [
      ['value', 1, 1],
      ['group', 1, 1],
    ] as const) {
      const settings = smallSettings({ credit, images, samples, miniBatch: 1 })
      expect(() => checkSettings(settings)).toThrow(RangeError)
      const [{ advantages: nothing }] = advantagesOf(
        judged(images, samples),
        settings,
        imageReward(settings),
        Math.random,
        [0],
      )
      expect([...nothing], credit).toEqual([0])
    }
  })

  it('are 0 where all samples are equal', () => {
    const equal = judged(2, 4, 0)
    for (const credit of ['tile', 'group', 'rloo', 'shuffled'] as const) {
      for (const one of advantages(equal, credit)) {
        expect(
          one.advantages.every((a) => a === 0),
          credit,
        ).toBe(true)
      }
    }
  })

  it('are finite for truths and masks that are empty or full', () => {
    const masks = [0, 1].map((v) => new Uint8Array(SIZE * SIZE).fill(v))
    const rollout = masks.flatMap((truth) =>
      masks.map((within) => ({
        truth: bitMask(truth),
        within: bitMask(within),
        masks: [...masks, ...masks],
      })),
    )
    for (const credit of METHODS) {
      for (const one of advantages(rollout, credit)) {
        expect([...one.rewards, ...one.advantages].every(Number.isFinite), credit).toBe(true)
      }
    }
  })

  it('of a group compare with its mean, leave-one-out with the others', () => {
    const rollout = judged(3, 4)
    const [group, rloo] = [advantages(rollout, 'group'), advantages(rollout, 'rloo')]
    const differences = rloo.map(({ rewards }) =>
      rewards.map((r) => r - (rewards.reduce((a, b) => a + b) - r) / 3),
    )
    const size = deviation(differences)
    group.forEach(({ rewards, advantages: all }, i) => {
      const mean = rewards.reduce((a, b) => a + b) / rewards.length
      const unit = deviation([rewards])
      rewards.forEach((r, k) => {
        expect(all[k]).toBeCloseTo((r - mean) / unit, 5)
        expect(rloo[i].advantages[k]).toBeCloseTo(differences[i][k] / size, 5)
      })
    })
  })

  it('of the control are those of another image, beside rewards of its own', () => {
    const rollout = judged(3, 4)
    const [tile, shuffled] = [advantages(rollout, 'tile'), advantages(rollout, 'shuffled')]
    const text = (all: typeof tile) => all.map((one) => one.advantages.join())
    expect(text(shuffled).sort()).toEqual(text(tile).sort())
    shuffled.forEach((one, i) => {
      expect(one.advantages).not.toEqual(tile[i].advantages)
      expect(one.rewards).toEqual(tile[i].rewards)
    })
  })

  it('by value do not change with the unit of rewards that are normalised', () => {
    const rollout = judged(3, 2)
    const settings = smallSettings({ credit: 'value' })
    const one = new RunningDeviation()
    advantagesOf(rollout, settings, imageReward(settings), Math.random, [0, 0, 0], one)
    expect(one.count).toBe(6)
    const rewards = rollout.flatMap(({ masks, truth, within }) =>
      masks.map((data) =>
        new MultiObjectiveReward({ within }).score({ data, width: SIZE, height: SIZE }, truth),
      ),
    )
    expect(one.deviation).toBeCloseTo(deviation([rewards]), 8)
  })
})

describe('the coefficient of the KL penalty', () => {
  it('follows the divergence, by a tenth at most', () => {
    expect(klPenaltyAfter(0.2, 100, { coefficient: 0.2 })).toBe(0.2)
    const target = 6
    expect(klPenaltyAfter(0.2, 6, { coefficient: 0, target })).toBeCloseTo(0.2)
    expect(klPenaltyAfter(0.2, 100, { coefficient: 0, target })).toBeCloseTo(0.22)
    expect(klPenaltyAfter(0.2, 0, { coefficient: 0, target })).toBeCloseTo(0.18)
  })
})
