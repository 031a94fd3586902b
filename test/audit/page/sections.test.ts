import { expect, test } from 'vitest'
import { shareText } from '../../../src/audit/page/sections.ts'
import { numberText } from '../../../src/page/page-parts.ts'

test.each([
  [0, '0.000'],
  [-0, '0.000'],
  [-0.0004, '0.000'],
  [-0.0005, '−0.001'],
  [0.1, '0.100'],
  [-12.3456, '−12.346'],
  [999.9994, '999.999'],
  [1000, '1000.0'],
  [-1000.06, '−1000.1'],
  [999_999.9, '999999.9'],
  [1e6, '1.00e+6'],
  [-1234567, '−1.23e+6'],
  [Number.POSITIVE_INFINITY, '∞'],
  [Number.NEGATIVE_INFINITY, '−∞'],
  [Number.NaN, '–'],
])('the number %f reads %s', (value, text) => {
  expect(numberText(value)).toBe(text)
})

test.each([
  [0, '0 %'],
  [1e-9, '1 %'],
  [0.004, '1 %'],
  [0.015, '2 %'],
  [0.5, '50 %'],
  [0.996, '99 %'],
  [1 - 1e-9, '99 %'],
  [1, '100 %'],
])('the share %f reads %s', (share, text) => {
  expect(shareText(share)).toBe(text)
})
