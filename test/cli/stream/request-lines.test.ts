import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RequestLines } from '../../../src/cli/stream/request-lines.ts'
import type { RequestError } from '../../../src/serve/request-error.ts'

/** What comes of bytes in parts. */
function linesOf(parts: readonly (Uint8Array | string)[], most = 1000) {
  const lines = new RequestLines(most)
  const all = parts.flatMap((part) => [...lines.push(Buffer.from(part))])
  return [...all, ...lines.end()].map(({ number, text }) => ({ number, text }))
}

test('lines end in LF or CR LF or not at all; empty ones count but are left out', () => {
  expect(linesOf(['a\r\nb\n\n \t\n', '\r\n', 'c', 'd\ne', 'f'])).toEqual([
    { number: 1, text: 'a' },
    { number: 2, text: 'b' },
    { number: 6, text: 'cd' },
    { number: 7, text: 'ef' },
  ])
  expect(linesOf([])).toEqual([])
  expect(linesOf(['\n', '\r'])).toEqual([])
})

test('any text in any parts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !/[\n\r\ufeff]/.test(text))),
      fc.array(fc.nat(30)),
      (texts, cuts) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''))
        const parts: Uint8Array[] = []
        let at = 0
        for (const cut of cuts) {
          parts.push(bytes.subarray(at, at + cut))
          at += cut
        }
        parts.push(bytes.subarray(at))
        const expected = texts
          .map((text, i) => ({ number: i + 1, text }))
          .filter(({ text }) => text.trim() !== '')
        expect(linesOf(parts, 1e6)).toEqual(expected)
      },
    ),
  )
})

test('parts are copied: whoever sent them may write them over', () => {
  const lines = new RequestLines(100)
  const part = Buffer.from('ab')
  expect([...lines.push(part)]).toEqual([])
  part.fill(0)
  expect([...lines.push(Buffer.from('c\n'))]).toEqual([{ number: 1, text: 'abc' }])
})

test('a line that is too long is an error, and the next one is read', () => {
  const long = linesOf(['abc', 'def', 'g\nabcde\n', 'abcdef'], 5)
  expect(long.map(({ number }) => number)).toEqual([1, 2, 3])
  expect(long[0].text).toMatchObject({
    code: 'too-large',
    message: 'expected a line of at most 5 bytes, got 7',
  })
  expect(long[1].text).toBe('abcde')
  expect((long[2].text as RequestError).message).toMatch(/got 6/)
})

test('bytes that are not UTF-8 are an error; a mark of its byte order is no part of it', () => {
  const [bad, good] = linesOf([Uint8Array.of(0x22, 0xff, 0x22, 10), 'é\n'])
  expect(bad.text).toMatchObject({ code: 'bad-json' })
  expect(good.text).toBe('é')
  expect(linesOf(['\ufeff{}\n\ufeff{}\n'])).toEqual([
    { number: 1, text: '{}' },
    { number: 2, text: '\ufeff{}' },
  ])
})
