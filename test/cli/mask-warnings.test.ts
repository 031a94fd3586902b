import type { MaskWarning } from 'vessel-reward/node'
import { describe, expect, test } from 'vitest'
import { emptyWarnings, warningOf } from '../../src/cli/mask-warnings.ts'

const GREY: MaskWarning = {
  kind: 'grey-levels',
  message: 'many values',
  file: "'p.png'",
  levels: 34,
  threshold: 0,
  foreground: 121985,
  foregroundAtMiddle: 81963,
  middle: 127,
}

describe('the warning of an image', () => {
  test('with grey values says what the threshold would be and would do', () => {
    expect(warningOf(GREY, false)?.message).toBe(
      "'p.png': 34 grey values; at 127 it would be 81,963 pixels instead of 121,985: --threshold 127",
    )
    expect(warningOf(GREY, false)).toMatchObject({
      kind: 'grey-levels',
      file: "'p.png'",
      levels: 34,
    })
  })

  test('of merged labels and surplus data is passed on', () => {
    for (const kind of ['merged-labels', 'surplus-data'] as const) {
      const warning = { kind, message: 'what it is', file: 'p.png' }
      expect(warningOf(warning, false)).toEqual(warning)
    }
  })

  test('is none where a threshold was chosen, but for a damage of the file', () => {
    expect(warningOf(GREY, true)).toBeUndefined()
    expect(warningOf({ kind: 'merged-labels', message: '', file: '' }, true)).toBeUndefined()
    const surplus: MaskWarning = { kind: 'surplus-data', message: 'more', file: '' }
    expect(warningOf(surplus, true)).toEqual(surplus)
  })
})

describe('empty masks', () => {
  const messages = (pred: number, truth: number, ...more: [boolean, 'perfect' | 'nan' | 'throw']) =>
    emptyWarnings({ pred, truth }, ...more).map(({ kind, message }) => `${kind}: ${message}`)

  test('are said aloud', () => {
    expect(messages(0, 0, false, 'perfect')).toEqual([
      'both-empty: both masks are empty: every metric is perfect by rule',
    ])
    expect(messages(0, 0, true, 'nan')).toEqual([
      'both-empty: both masks are empty inside the field of view: what is 0/0 is NaN',
    ])
    expect(messages(0, 1, false, 'perfect')).toEqual([
      'one-empty: the prediction is empty and the other mask is not: a metric that is 0/0 has its worst value by rule',
    ])
    expect(messages(1, 0, true, 'nan')).toEqual([
      'one-empty: the truth is empty inside the field of view and the other mask is not: a metric that is 0/0 is NaN',
    ])
    expect(messages(1, 1, true, 'nan')).toEqual([])
  })
})
