import { describe, expect, test } from 'vitest'
import { splitPatients } from '../../../src/data/real/patient-split.ts'

describe('patients', () => {
  const names = Array.from({ length: 14 }, (_, i) => `Image_${String(i + 1).padStart(2, '0')}`)

  test('are split by shares, or as asked for', () => {
    const split = splitPatients([...names, ...names].reverse())
    expect(split.base).toEqual(names.slice(0, 5))
    expect(split.validation).toEqual(names.slice(5, 6))
    expect(split.reward).toEqual(names.slice(6, 10))
    expect(split.test).toEqual(names.slice(10))
    const other = splitPatients(names, 'base:11-14,validation:6,reward:7,9-10,test:1')
    expect(other.reward).toEqual(['Image_07', 'Image_09', 'Image_10'])
    expect(other.test).toEqual(['Image_01'])
  })

  test.each([
    ['base:1-5,validation:6,reward:6-10,test:11', 'used for two things'],
    ['base:1-5,validation:6,reward:7-10', 'no patient for test'],
    ['base:1-5,validation:6,reward:7-10,test:11-15', 'from 1 to 14'],
    ['base:5-1,validation:6,reward:7-10,test:11', 'from 1 to 14'],
    ['train:1', 'expected a split such as'],
    ['1-3', 'expected a split such as'],
  ])('refuses %s', (text, message) => {
    expect(() => splitPatients(names, text)).toThrow(message)
  })

  test('refuses too few', () => {
    expect(() => splitPatients(['a', 'b', 'c'])).toThrow('at least 4 patients')
  })
})
