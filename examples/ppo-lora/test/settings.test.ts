import { describe, expect, it } from 'vitest'
import { assertSameSettings, checkSettings, mergeSettings } from '../src/check-settings.ts'
import { ABLATION_CASES, casesOf } from '../src/commands/options/ablation-cases.ts'
import { parseTargets } from '../src/model/match-modules.ts'
import { DEFAULT_SETTINGS } from '../src/settings.ts'

const check = (changes: unknown) => checkSettings(mergeSettings(DEFAULT_SETTINGS, changes))

describe('settings', () => {
  it('are refused with the arithmetic when a rollout cannot be cut into steps', () => {
    // A published recipe: batch 4, mini-batch 1, accumulation 8.
    expect(() => check({ images: 4, miniBatch: 1, accumulation: 8 })).toThrow(
      '4 images, 1 × 8 = 8, remainder 4',
    )
    expect(() => check({ images: 8, miniBatch: 3 })).toThrow('3 × 1 = 3, remainder 2')
    expect(check({ images: 8, miniBatch: 2, accumulation: 4 }).accumulation).toBe(4)
  })

  it('need two samples where samples are compared with each other', () => {
    for (const credit of ['tile', 'group', 'rloo', 'shuffled']) {
      expect(() => check({ credit, samples: 1 })).toThrow('at least 2 samples')
    }
    expect(check({ credit: 'value', samples: 1 }).samples).toBe(1)
  })

  it.each([
    ['tile', 'a tile is compared with those of the other samples, of which there are 1 − 1 = 0'],
    ['shuffled', 'a tile is compared with those of the other samples'],
    ['group', 'the reward minus the mean of the group is r − r / 1 = 0'],
    ['rloo', 'the mean of the other samples is (r − r) / (1 − 1), of none'],
  ])('are refused with the arithmetic for one sample and credit by %s', (credit, arithmetic) => {
    expect(() => check({ credit, samples: 1 })).toThrow(arithmetic)
  })

  it('are refused where credit by value has one mask in all, which is its own mean', () => {
    const alone = { credit: 'value', images: 1, samples: 1, miniBatch: 1 }
    expect(() => check(alone)).toThrow(
      "at least 2 masks in a rollout for credit by 'value', got 1 × 1 = 1: the mean of all advantages is taken from each, a − a / 1 = 0",
    )
    expect(check({ ...alone, samples: 2 }).samples).toBe(2)
    expect(check({ ...alone, images: 2 }).images).toBe(2)
  })

  it.each(['tile', 'shuffled'])('are refused where all shares of credit by %s are 0', (credit) => {
    const none = { credit, shares: { overlap: 0, skeleton: 0 } }
    expect(() => check(none)).toThrow('every advantage is 0 × overlap + 0 × skeleton = 0')
    expect(check({ credit, shares: { overlap: 0 } }).shares.overlap).toBe(0)
    expect(check({ ...none, credit: 'group' }).credit).toBe('group')
  })

  it('are refused where adapters cannot change anything', () => {
    expect(() => check({ lora: { alpha: 0 } })).toThrow('alpha / r = 0 / 16 = 0 times')
    expect(check({ lora: { alpha: -1 } }).lora.alpha).toBe(-1)
  })

  it('do not ask to normalise rewards where no value divides them', () => {
    expect(() => check({ normalizeRewards: true })).toThrow("by 'value', got credit by 'tile'")
    expect(check({ normalizeRewards: true, credit: 'value' }).normalizeRewards).toBe(true)
  })

  it.each([
    [{ images: 0 }, 'images'],
    [{ updates: 1.5 }, 'updates'],
    [{ learningRate: 0 }, 'learningRate'],
    [{ gradientNorm: -1 }, 'gradientNorm'],
    [{ temperature: [0.5, 0] }, 'temperatures'],
    [{ temperature: [0.5] }, 'temperatures'],
    [{ credit: 'best' }, "got 'best'"],
    [{ credit: 'shuffled', images: 1, miniBatch: 1 }, 'at least 2 images'],
    [{ reward: 'best' }, "reward design or robust, got 'best'"],
    [{ reward: 'robust', precisionHinge: { weight: 0.2 } }, 'precisionHinge.weight of 0'],
    [{ lora: { dropout: 1 } }, 'dropout'],
    [{ kl: { coefficient: -1 } }, 'kl.coefficient'],
    [{ kl: { target: 6 } }, 'positive kl.coefficient'],
    [{ entropyBonus: -0.1 }, 'entropyBonus'],
    [{ seed: 1.5 }, 'seed'],
    [{ seed: -1 }, 'seed'],
    [{ shares: { overlap: -1 } }, 'shares.overlap'],
    [{ shares: { skeleton: Number.NaN } }, 'shares.skeleton'],
    [{ precisionHinge: { weight: -1 } }, 'precisionHinge.weight'],
    [{ precisionHinge: { target: 80 } }, 'precisionHinge.target'],
    [{ adamEpsilon: 0 }, 'adamEpsilon'],
    [{ clip: [0.2] }, 'clip to be two positive numbers, the first below 1, got 0.2'],
    [{ clip: [1, 0.2] }, 'got 1, 0.2'],
    [{ clip: [0.2, 0] }, 'got 0.2, 0'],
    [{ stopKl: -1 }, 'stopKl'],
    [{ valueHead: { passes: 0 } }, 'valueHead.passes'],
    [{ valueHead: { learningRate: Number.POSITIVE_INFINITY } }, 'valueHead.learningRate'],
  ])('refuse %j', (changes, message) => {
    expect(() => check(changes)).toThrow(RangeError)
    expect(() => check(changes)).toThrow(message)
  })

  it.each([
    [
      { learnRate: 1 },
      "there is no setting learnRate: did you mean 'learningRate'? There are seed,",
    ],
    [{ lora: { dropOut: 1 } }, "there is no setting lora.dropOut: did you mean 'lora.dropout'?"],
    [{ kl: { targets: 1 } }, "did you mean 'kl.target'? There are kl.coefficient, kl.target"],
    [{ ['x'.repeat(1e6)]: 1 }, 'there is no setting xxx'],
    [{ toString: 1 }, 'there is no setting toString'],
    [JSON.parse('{"__proto__":{}}'), 'there is no setting __proto__'],
    [JSON.parse('{"lora":{"__proto__":{"r":1}}}'), 'there is no setting lora.__proto__'],
  ])('of a name that is not known are refused with the nearest one: %j', (changes, message) => {
    expect(() => mergeSettings(DEFAULT_SETTINGS, changes)).toThrow(RangeError)
    expect(() => mergeSettings(DEFAULT_SETTINGS, changes)).toThrow(message)
  })

  it.each([
    [{ images: '8' }, 'images'],
    [{ temperature: {} }, 'temperature'],
    [{ clip: 0.2 }, 'clip'],
    [{ lora: { targetModules: 'q' } }, 'targetModules'],
    [{ lora: [] }, 'lora'],
    [[], 'object'],
    [null, 'object'],
  ])('are merged from known kinds only: %j', (changes, message) => {
    expect(() => mergeSettings(DEFAULT_SETTINGS, changes)).toThrow(TypeError)
    expect(() => mergeSettings(DEFAULT_SETTINGS, changes)).toThrow(message)
  })

  it('name modules or have an expression for them', () => {
    const targetsOf = (targetModules: unknown) =>
      checkSettings(mergeSettings(DEFAULT_SETTINGS, { lora: { targetModules } })).lora.targetModules
    expect(targetsOf(['q'])).toEqual(['q'])
    expect(targetsOf('/up.+/')).toBe('/up.+/')
    expect(() => targetsOf('/(/')).toThrow('targetModules: Invalid regular expression: /(/')
    expect(parseTargets('/up.+|head/i')).toEqual(/up.+|head/i)
    expect(parseTargets(['up'])).toEqual(['up'])
    expect(() => parseTargets('up')).toThrow("such as '/up.+/', got 'up'")
  })

  it('are merged deeply and leave the defaults alone', () => {
    const before = structuredClone(DEFAULT_SETTINGS)
    const merged = mergeSettings(DEFAULT_SETTINGS, { lora: { r: 4 }, kl: { target: 6 } })
    expect(merged.lora).toEqual({ ...DEFAULT_SETTINGS.lora, r: 4 })
    expect(merged.kl).toEqual({ coefficient: 0, target: 6 })
    expect(DEFAULT_SETTINGS).toEqual(before)
  })
})

describe('the settings of a resumed run', () => {
  const began = mergeSettings(DEFAULT_SETTINGS, {})

  it('are those that it began with, or the different ones are named', () => {
    expect(() => assertSameSettings(began, structuredClone(began))).not.toThrow()
    const now = mergeSettings(began, { reward: 'robust', lora: { r: 4 }, temperature: [1, 1] })
    expect(() => assertSameSettings(began, now)).toThrow(
      'temperature [0.5,0.1] (got [1,1]), reward "design" (got "robust"), lora.r 16 (got 4)',
    )
    const { reward: _, ...older } = began
    expect(() => assertSameSettings(older, began)).toThrow('reward undefined (got "design")')
  })
})

describe('the cases of the comparison', () => {
  it('are valid settings', () => {
    for (const { changes } of ABLATION_CASES) check(changes)
  })

  it('are found by name', () => {
    expect(casesOf('rloo,tile').map(({ name }) => name)).toEqual(['rloo', 'tile'])
    expect(() => casesOf('tile,best')).toThrow("got 'best'")
  })
})
