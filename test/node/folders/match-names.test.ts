import { describe, expect, it } from 'vitest'
import { matchNames } from '../../../src/node/folders/match-names.ts'

const pairsOf = (first: string[], second: string[]) => [...matchNames(first, second).partners]

describe('matchNames', () => {
  it.each<[what: string, first: string, second: string]>([
    ['equal names', 'a.png', 'a.png'],
    ['equal stems', 'a.PNG', 'a.png'],
    ['DRIVE', '01_test.png', '01_manual1.png'],
    ['DRIVE, fields of view', '01_manual1.png', '01_test_mask.png'],
    ['CHASE_DB1', 'Image_01L.png', 'Image_01L_1stHO.png'],
    ['STARE', 'im0001.png', 'im0001.ah.png'],
    ['exports', 'eye-7_pred.png', 'eye-7-mask.png'],
    ['both with endings, in letters of both cases', 'EYE_Prediction.png', 'eye_GT.png'],
    ['volumes', 'a.nii.gz', 'a_seg.png'],
  ])('pairs %s', (_, first, second) => {
    expect(pairsOf([first], [second])).toEqual([[first, second]])
    expect(pairsOf([second], [first])).toEqual([[second, first]])
  })

  it.each([
    ['a.png', 'b.png'],
    ['im0001.png', 'im00011.png'],
    ['1_test.png', '11_manual1.png'],
    ['mask.png', 'pred.png'],
    ['a_left.png', 'a_right.png'],
  ])('does not pair %s with %s', (first, second) => {
    const { partners, ambiguous, leftOfFirst, leftOfSecond } = matchNames([first], [second])
    expect([...partners, ...ambiguous]).toEqual([])
    expect([leftOfFirst, leftOfSecond]).toEqual([[first], [second]])
  })

  it('takes the nearest name, and those that are left then', () => {
    const first = ['b_pred.png', 'a.png', 'a_pred.png']
    expect(pairsOf(first, ['a_pred.png', 'a.png', 'b.png'])).toEqual([
      ['b_pred.png', 'b.png'],
      ['a.png', 'a.png'],
      ['a_pred.png', 'a_pred.png'],
    ])
  })

  it('pairs nothing where several fit', () => {
    const both = ['Image_01L_1stHO.png', 'Image_01L_2ndHO.png']
    const { partners, ambiguous, leftOfFirst, leftOfSecond } = matchNames(['Image_01L.png'], both)
    expect([...partners, ...leftOfFirst, ...leftOfSecond]).toEqual([])
    expect(ambiguous).toEqual([{ first: ['Image_01L.png'], second: both }])
  })

  it('compares by another key', () => {
    const key = (name: string) => /\d+/.exec(name)?.[0]
    const { partners, leftOfFirst } = matchNames(['p7.png', 'x.png'], ['truth-7-b.png'], [key])
    expect([...partners]).toEqual([['p7.png', 'truth-7-b.png']])
    expect(leftOfFirst).toEqual(['x.png'])
  })
})
