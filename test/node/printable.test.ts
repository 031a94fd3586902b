import { describe, expect, test } from 'vitest'
import { fileError, pathName } from '../../src/node/file-error.ts'
import { printable } from '../../src/node/printable.ts'

describe('printable', () => {
  test.each([
    ['mask.png', 'mask.png'],
    ['Größe 血管 👁️ ۱.png', 'Größe 血管 👁️ ۱.png'],
    ['esc\x1b[31mred.png', 'esc\\u001b[31mred.png'],
    ['two\nlines\r\tand\0more', 'two\\nlines\\r\\tand\\u0000more'],
    ['c1 \x9b31m \x7f', 'c1 \\u009b31m \\u007f'],
    ['ends \u2028 and \u2029', 'ends \\u2028 and \\u2029'],
    ['gnp\u202e.exe', 'gnp\\u202e.exe'],
    ['half \ud83d of one', 'half \\ud83d of one'],
  ])('%j', (text, expected) => {
    expect(printable(text)).toBe(expected)
  })
})

test('no message about a file has a control character in it', () => {
  expect(pathName('\x1b]0;title\x07.png')).toBe("'\\u001b]0;title\\u0007.png'")
  const cause = Object.assign(new Error("EBUSY: busy, open '\x1b[2J'"), { code: 'EBUSY' })
  expect(fileError('read', "'x'", cause).message).toBe(
    "cannot read 'x': EBUSY: busy, open '\\u001b[2J'",
  )
})
