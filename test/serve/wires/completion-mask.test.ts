import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BitMask } from '../../../src/index.ts'
import { maskInCompletion, maskObjects } from '../../../src/serve/wires/completion-mask.ts'
import { anyMask } from '../../property/masks.ts'
import { WIRE_FORMS } from '../wire-masks.ts'

const size = { width: 4, height: 3 }
const find = (text: string) => maskInCompletion(text, size)

describe('an object in the text', () => {
  const mask = { size: [3, 4], counts: 'abc' }
  const json = JSON.stringify(mask)

  test.each([
    json,
    `The vessels: ${json}`,
    `\`\`\`json\n${json}\n\`\`\``,
    `${json}</s><|im_end|>`,
    `{"answer": ${json}}`,
    `<think>{"size":[3,4],"counts":"first"} no</think> ${json} {not JSON} {"other":1}`,
    `{ ${json}`,
    `} ${json} {`,
    JSON.stringify(mask, undefined, 2),
  ])('is found in %j', (text) => expect(find(text)).toEqual(mask))

  test('has the size of the truth where it has none', () => {
    expect(find('{"counts": "abc"}')).toEqual({ size: [3, 4], counts: 'abc' })
    expect(find('{"bits": "AAA="}')).toEqual({ bits: 'AAA=', width: 4, height: 3 })
    expect(find('{"bits": "AAA=", "width": 2}')).toEqual({ bits: 'AAA=', width: 2 })
  })

  test('is the last one that has a form, even if it is wrong', () => {
    expect(find(`${json} {"counts": 7}`)).toEqual({ size: [3, 4], counts: 7 })
  })

  test('all of them, the last one first', () => {
    const objects = maskObjects('{"counts":1} {"png":"a"} {"size":1} {"bits":2}')
    expect([...objects]).toEqual([{ bits: 2 }, { png: 'a' }, { counts: 1 }])
  })
})

describe('the last word', () => {
  test.each([
    ['52', '52'],
    ['the mask is 5;Z2\n', '5;Z2'],
    ['5;Z2</s>', '5;Z2'],
    ['5;Z2<|im_end|>', '5;Z2'],
    ['5;Z2 <eos> <eos>', '5;Z2'],
    ['"5;Z2"', '5;Z2'],
    // All of it could be digits.
    ['52<ab>', '52<ab>'],
  ])('of %j', (text, counts) => expect(find(text)).toEqual({ size: [3, 4], counts }))

  test.each(['', ' ', '\n', '</s>', 'no mask.', '52!', 'zzz', '5 2 }'])('of %j is none', (text) => {
    expect(find(text)).toBeUndefined()
  })
})

test('any mask in any form is found behind any text', () => {
  const before = fc.string().map((text) => text.replaceAll(/[{}]/g, ''))
  fc.assert(
    fc.property(
      before,
      anyMask(12, 12),
      fc.constantFrom(...Object.values(WIRE_FORMS)),
      (text, mask, form) => {
        const wire = form(mask)
        expect(find(`${text} ${JSON.stringify(wire)} `)).toEqual(JSON.parse(JSON.stringify(wire)))
        const { size, counts } = BitMask.from(mask).toRle()
        const [height, width] = size
        const found = maskInCompletion(`${text} ${counts}</s>`, { width, height })
        expect(found).toEqual(counts === '' ? expect.anything() : { size, counts })
      },
    ),
  )
})

test('long texts of braces take no time out of proportion', () => {
  // Each of these would be quadratic if a search began anew at every brace.
  for (const part of ['{', '}', '{}', '}{', '{"counts":']) {
    expect([...maskObjects(part.repeat(300_000))].length).toBeLessThan(2)
  }
})
