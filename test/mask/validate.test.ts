import { expect, it, describe as suite } from 'vitest'
import { describe } from '../../src/mask/validate.ts'

suite('describe', () => {
  it('shows the first 40 characters of a text', () => {
    expect(describe('x'.repeat(40))).toBe(`'${'x'.repeat(40)}'`)
    expect(describe('x'.repeat(41))).toBe(`'${'x'.repeat(40)}…'`)
  })
})
