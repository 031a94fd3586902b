import { describe, expect, it } from 'vitest'
import { ABLATION_CASES, casesOf } from '../src/ablation-cases.ts'
import {
  assertSameSettings,
  checkSettings,
  DEFAULT_SETTINGS,
  mergeSettings,
} from '../src/settings.ts'

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
  ])('refuse %j', (changes, message) => {
    expect(() => check(changes)).toThrow(RangeError)
    expect(() => check(changes)).toThrow(message)
  })

  it.each([
    [{ learnRate: 1 }, 'learnRate'],
    [{ lora: { rank: 1 } }, 'lora.rank'],
    [{ images: '8' }, 'images'],
    [{ temperature: {} }, 'temperature'],
    [{ lora: { targetModules: 'q' } }, 'targetModules'],
    [{ lora: [] }, 'lora'],
    [[], 'object'],
    [null, 'object'],
  ])('are merged from known names and kinds only: %j', (changes, message) => {
    expect(() => mergeSettings(DEFAULT_SETTINGS, changes)).toThrow(TypeError)
    expect(() => mergeSettings(DEFAULT_SETTINGS, changes)).toThrow(message)
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
