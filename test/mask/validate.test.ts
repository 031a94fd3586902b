import { expect, it, describe as suite } from 'vitest'
import { describe } from '../../src/mask/validate.ts'

suite('describe', () => {
  it('shows the first 40 characters of a text', () => {
    expect(describe('x'.repeat(40))).toBe(`'${'x'.repeat(40)}'`)
    expect(describe('x'.repeat(41))).toBe(`'${'x'.repeat(40)}…'`)
  })

  it.each([
    ['a name that steers terminals', '\x1b[2J\x9b\r\n', "'\\u001b[2J\\u009b\\u000d\\u000a'"],
    ['text that shows backwards', 'gnp\u202e.exe', "'gnp\\u202e.exe'"],
    ['ends of lines', '\u2028\u2029', "'\\u2028\\u2029'"],
    [
      'a letter that the end of the text cuts',
      `${'x'.repeat(39)}😀`,
      `'${'x'.repeat(39)}\\ud83d…'`,
    ],
    ['a letter of two units', '\u{e0041}', "'\\ue0041'"],
    ['other letters', 'Größe 血管 😀', "'Größe 血管 😀'"],
    ['a symbol', Symbol('\x07'), 'Symbol(\\u0007)'],
    ['a tag', { [Symbol.toStringTag]: '\x07' }, 'a \\u0007'],
  ])('is safe to print for %s', (_, value, expected) => {
    expect(describe(value)).toBe(expected)
  })
})
