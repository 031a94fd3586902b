import type { RowsMask } from '../mask/accepted-forms.ts'
import { BitMask } from '../mask/bitmask.ts'
import { layoutOf } from '../mask/layout.ts'
import { ownValue } from '../mask/options.ts'
import { spreadBits } from '../mask/pack.ts'
import type { CocoRle } from '../mask/rle.ts'
import { describe, finiteNumber, integer } from '../mask/validate.ts'
import { inflateNow } from '../node/png/inflate.ts'
import { PngMask } from '../node/png/png-mask.ts'
import { pngParts } from '../node/png/png-parts.ts'
import { textOf } from './json-text.ts'
import type { Limits } from './limits.ts'
import { about, RequestError } from './request-error.ts'

/** The forms in which a mask travels, by the field that no other form has, and all fields of each. */
const FORMS = {
  counts: ['size', 'counts'],
  bits: ['bits', 'width', 'height'],
  png: ['png', 'threshold'],
} as const

type Form = keyof typeof FORMS

const EXPECTED =
  '{ size: [height, width], counts }, { bits, width, height } with bits in base64, or { png } in base64'

/**
 * The mask that a field of a request holds.
 *
 * @param value - as JSON has it
 * @param name - of the field
 * @throws RequestError if it is not a mask, or is too large
 */
export function maskOf(value: unknown, name: string, limits: Limits): BitMask {
  return about(name, 'bad-mask', () => decode(value, name, limits))
}

/**
 * A text that is the same for equal values in one form, and for no others.
 *
 * @param name - of the field that holds the value
 */
export function contentOf(value: unknown, name: string): string {
  const { counts, size, bits, width, height } = Object(value)
  const fields = Object.keys(Object(value)).length
  // The usual forms without a detour; a value that is not a mask must not look like one.
  if (fields === 2 && typeof counts === 'string' && Array.isArray(size) && size.length === 2) {
    if (size.every(Number.isInteger)) return `${size[0]} ${size[1]} ${counts}`
  }
  if (fields === 3 && typeof bits === 'string' && [width, height].every(Number.isInteger)) {
    return `bits ${width} ${height} ${bits}`
  }
  return textOf(value, name)
}

function decode(value: unknown, name: string, limits: Limits): BitMask {
  if (Array.isArray(value)) return ofLists(value, name, limits)
  if (typeof value !== 'object' || value === null) {
    throw badMask(name, `expected a mask, ${EXPECTED}, got ${describe(value)}`)
  }
  const form = (Object.keys(FORMS) as Form[]).find((field) => Object.hasOwn(value, field))
  if (form === undefined) {
    throw badMask(name, `expected a mask, ${EXPECTED}, got the fields ${fieldsOf(value)}`)
  }
  const known: readonly string[] = FORMS[form]
  for (const field of Object.keys(value)) {
    if (known.includes(field)) continue
    throw badMask(name, `expected a mask of ${known.join(', ')}, got the field ${describe(field)}`)
  }
  if (form === 'counts') return ofRle(value as CocoRle, name, limits)
  if (form === 'bits') return ofBits(value, name, limits)
  return ofPng(value, name, limits)
}

function fieldsOf(value: object): string {
  const names = Object.keys(value)
  const some = names.slice(0, 4).map(describe).join(', ')
  return names.length > 4 ? `${some} and ${names.length - 4} more` : some || '(none)'
}

function ofRle(rle: CocoRle, name: string, limits: Limits): BitMask {
  // Whatever else may be wrong with the size is found below.
  const [height, width] = Array.isArray(rle.size) ? rle.size : []
  checkPixels(Number(width), Number(height), name, limits)
  return BitMask.fromRle(rle)
}

/**
 * Bits row after row without a gap, the first one of a byte being its highest: what numpy makes by
 * `numpy.packbits(mask)`, in base64.
 */
function ofBits(value: object, name: string, limits: Limits): BitMask {
  const width = integer(ownValue(value, 'width') as number, 'width', 0, Number.MAX_SAFE_INTEGER)
  const height = integer(ownValue(value, 'height') as number, 'height', 0, Number.MAX_SAFE_INTEGER)
  checkPixels(width, height, name, limits)
  const pixels = width * height
  const length = Math.ceil(pixels / 8)
  // From its second word on, with room to read beyond the end.
  const words = new Int32Array(Math.ceil(length / 4) + 3)
  const bytes = new Uint8Array(words.buffer, 4, length)
  const buffer = bytesOf(ownValue(value, 'bits'), 'bits')
  if (buffer.length !== length) {
    throw new RangeError(
      `expected bits to be ${length} bytes for ${width} × ${height} pixels, got ${buffer.length}`,
    )
  }
  for (let i = 0; i < length; i++) bytes[i] = REVERSED[buffer[i]]
  if (pixels % 8 !== 0 && bytes[length - 1] >> (pixels % 8) !== 0) {
    throw new RangeError(
      'expected the bits after the last pixel to be 0, as numpy.packbits(mask) makes them',
    )
  }
  const layout = layoutOf(width, height)
  const mask = new Int32Array(layout.length)
  spreadBits(words, layout, mask, 0, layout.rows)
  return BitMask.fromWords(layout, mask)
}

/** Each byte with its bits in reverse order. */
const REVERSED: Uint8Array = /* @__PURE__ */ Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0
  for (let i = 0; i < 8; i++) reversed |= ((byte >> i) & 1) << (7 - i)
  return reversed
})

/** As `decodeMask` reads an image, but only PNG, and only up to the pixels allowed. */
function ofPng(value: object, name: string, limits: Limits): BitMask {
  const bytes = bytesOf(ownValue(value, 'png'), 'png')
  const given = ownValue(value, 'threshold')
  const threshold = given === undefined ? undefined : finiteNumber(given as number, 'threshold') + 0
  const parts = pngParts(bytes, 'png')
  // Before anything is decompressed.
  checkPixels(parts.header.width, parts.header.height, name, limits)
  const mask = new PngMask(parts, 'png', {
    threshold,
    alpha: false,
    onWarning({ message }) {
      // Nobody would see a warning.
      throw new RangeError(message)
    },
  })
  inflateNow(parts, mask.rows, 'png')
  return mask.finish()
}

function ofLists(rows: readonly unknown[], name: string, limits: Limits): BitMask {
  if (!limits.lists) {
    throw badMask(
      name,
      `expected a mask, ${EXPECTED}, got nested lists, which are slow: allow them with --allow-lists`,
    )
  }
  const [first] = rows
  checkPixels(Array.isArray(first) ? first.length : 0, rows.length, name, limits)
  return BitMask.from(rows as RowsMask)
}

/** The bytes of a base64 string. Node skips characters that are not base64; here they are refused. */
function bytesOf(text: unknown, name: string): Buffer {
  if (typeof text !== 'string') {
    throw new TypeError(`expected ${name} to be a string of base64, got ${describe(text)}`)
  }
  const bytes = Buffer.from(text, 'base64')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const digits = text.length - padding
  if (bytes.length !== Math.floor((digits * 3) / 4) || digits % 4 === 1) {
    throw new RangeError(`expected ${name} to be base64 and nothing else, got ${describe(text)}`)
  }
  return bytes
}

function checkPixels(width: number, height: number, name: string, limits: Limits): void {
  if (!(width * height > limits.pixels)) return
  throw new RequestError(
    'too-large',
    `expected a mask of at most ${limits.pixels} pixels, got ${height} rows × ${width} columns`,
    name,
  )
}

function badMask(name: string, message: string): RequestError {
  return new RequestError('bad-mask', message, name)
}
