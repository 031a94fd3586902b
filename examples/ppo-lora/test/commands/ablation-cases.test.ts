import { describe, expect, it } from 'vitest'
import { checkSettings, mergeSettings } from '../../src/check-settings.ts'
import {
  ABLATION_CASES,
  AFTER_SUPERVISION,
  casesOf,
} from '../../src/commands/options/ablation-cases.ts'
import { DEFAULT_SETTINGS } from '../../src/settings.ts'

describe('the rows of an ablation', () => {
  it.each([...ABLATION_CASES, ...AFTER_SUPERVISION])(
    'see as many masks, in as many steps: $name',
    ({ changes }) => {
      const settings = checkSettings(mergeSettings(DEFAULT_SETTINGS, changes))
      const masks = ({ images, samples }: typeof settings) => images * samples
      const steps = ({ images, epochs, miniBatch, accumulation }: typeof settings) =>
        (images * epochs) / (miniBatch * accumulation)
      expect(masks(settings)).toBe(masks(DEFAULT_SETTINGS))
      expect(steps(settings)).toBe(steps(DEFAULT_SETTINGS))
      expect(settings.updates).toBe(DEFAULT_SETTINGS.updates)
    },
  )

  it('have names of their own, and are found by them', () => {
    for (const cases of [ABLATION_CASES, AFTER_SUPERVISION]) {
      const names = cases.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      expect(casesOf(names.join(','), cases)).toEqual(cases)
    }
    expect(() => casesOf('tile,skeleton-50')).toThrow("got 'skeleton-50'")
  })
})
