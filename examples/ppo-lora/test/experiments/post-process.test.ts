import { BitMask } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { mapFeatures, standardizer } from '../../src/experiments/map-features.ts'
import { type ProbabilityMap, postProcess } from '../../src/experiments/post-process.ts'
import {
  allChoices,
  OPTIONS,
  PLAIN,
  settingOf,
} from '../../src/experiments/post-process-choices.ts'

/** `.` 0, `-` .35, `#` .9. */
function mapOf(...rows: string[]): ProbabilityMap {
  const values: Record<string, number> = { '.': 0, '-': 0.35, '#': 0.9 }
  const data = Float32Array.from([...rows.join('')].map((character) => values[character]))
  return { data, width: rows[0].length, height: rows.length }
}

function rowsOf(mask: BitMask): string[] {
  const text = [...mask.toUint8Array()].map((bit) => (bit === 1 ? '#' : '.')).join('')
  return Array.from({ length: mask.height }, (_, y) =>
    text.slice(y * mask.width, (y + 1) * mask.width),
  )
}

const NONE = settingOf(PLAIN)

describe('post-processing', () => {
  it('without a step is the threshold', () => {
    const map = mapOf('#--.#', '.....')
    expect(NONE).toEqual({ threshold: 0.5, low: 1, close: 0, smallest: 0, spur: 0 })
    expect(rowsOf(postProcess(map, NONE))).toEqual(['#...#', '.....'])
    expect(rowsOf(postProcess(map, { ...NONE, threshold: 0.2 }))).toEqual(['###.#', '.....'])
  })

  it('by hysteresis takes in what hangs together with what is certain', () => {
    const map = mapOf('#--..', '.....', '..--.')
    const by = { ...NONE, low: 0.5 }
    expect(rowsOf(postProcess(map, by))).toEqual(['###..', '.....', '.....'])
  })

  it('closes gaps, and not wider ones', () => {
    const map = mapOf('.......', '##.##..', '.......')
    expect(rowsOf(postProcess(map, { ...NONE, close: 1 }))).toEqual([
      '.......',
      '#####..',
      '.......',
    ])
    const wide = mapOf('.......', '#...###', '.......')
    expect(rowsOf(postProcess(wide, { ...NONE, close: 1 }))[1]).toBe('#...###')
  })

  it('removes small pieces, those that touch at a corner being one', () => {
    const map = mapOf('#....', '.#..#', '..#..')
    expect(rowsOf(postProcess(map, { ...NONE, smallest: 3 }))).toEqual(['#....', '.#...', '..#..'])
    expect(rowsOf(postProcess(map, { ...NONE, smallest: 1 }))).toEqual(['#....', '.#..#', '..#..'])
  })

  it('removes spurs of the centerline, and leaves vessels as wide as they are', () => {
    const long = (character: string) => `.${character.repeat(20)}.`
    const bar = [long('.'), long('#'), long('#'), long('#'), long('.')]
    const above = `${'.'.repeat(11)}#${'.'.repeat(10)}`
    const map = mapOf(above, above, ...bar.slice(1))
    const kept = postProcess(map, { ...NONE, spur: 6 })
    expect(rowsOf(kept).slice(2)).toEqual(bar.slice(1))
    expect(rowsOf(kept)[0]).toBe('.'.repeat(22))
    expect(postProcess(map, { ...NONE, spur: 0 }).equals(postProcess(map, NONE))).toBe(true)
  })

  it('has as many settings as its options multiply to, each once', () => {
    const choices = allChoices()
    expect(choices).toHaveLength(OPTIONS.reduce((a, b) => a * b))
    expect(new Set(choices.map((choice) => JSON.stringify(settingOf(choice)))).size).toBe(
      choices.length,
    )
  })
})

describe('features of a map', () => {
  it('do not depend on what is outside the field of view, but for shapes', () => {
    const within = BitMask.from([[1, 1, 0, 0]])
    const [a, b] = ['#-..', '#-.-'].map((row) => mapFeatures(mapOf(row), within))
    expect(a.slice(0, 15)).toEqual(b.slice(0, 15))
    // Half of the pixels at .35, half at .9.
    expect(a.slice(0, 13)).toEqual([0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0])
    expect(a[13]).toBeCloseTo(0.625, 6)
    expect(a[14]).toBeCloseTo(0.15875, 6)
  })

  it('are brought to one size, with a constant', () => {
    const standardize = standardizer([
      [1, 5],
      [3, 5],
    ])
    expect([...standardize([3, 5])]).toEqual([1, 0, 1])
    expect([...standardize([2, 9])]).toEqual([0, 0, 1])
  })
})
