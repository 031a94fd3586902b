import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { MAX_PIXELS } from '../../../src/mask/layout.ts'
import { decodeMask } from '../../../src/node/index.ts'
import { chunk, END, file, header, type PngFixture, png } from './png-fixtures.ts'

const SMALL: PngFixture = {
  width: 3,
  height: 2,
  depth: 8,
  colorType: 0,
  samples: [0, 1, 2, 3, 4, 5],
}
const PALETTE: PngFixture = { ...SMALL, depth: 2, colorType: 3, samples: [0, 1, 2, 0, 1, 2] }
const rows = (bytes: readonly number[]) => chunk('IDAT', deflateSync(Uint8Array.from(bytes)))
const GOOD_ROWS = rows([0, 1, 2, 3, 0, 4, 5, 6])
const HEADER = header({ width: 3, height: 2 })

function failure(bytes: Uint8Array): Error {
  try {
    decodeMask(bytes, { name: 'the file' })
  } catch (error) {
    return error as Error
  }
  throw new Error(`expected an error for ${Buffer.from(bytes).toString('hex')}`)
}

const intact = (got: string) => `expected the file to be an intact PNG image, got ${got}`

describe('a truncated image', () => {
  const images = [
    png(SMALL),
    png({ ...SMALL, interlaced: true }),
    png({ ...PALETTE, palette: [0, 0, 0, 1, 1, 1, 2, 2, 2] }),
  ]

  test.each(images)('is refused at every length', (image) => {
    expect(() => decodeMask(image)).not.toThrow()
    for (let length = 0; length < image.length; length++) {
      const error = failure(image.subarray(0, length))
      expect(error).toBeInstanceOf(RangeError)
      expect(error.message).toMatch(
        length === 0 ? /got an empty file$/ : new RegExp(`got only its first ${length} bytes`),
      )
    }
  })

  test('says where it ends', () => {
    const [image] = images
    expect(failure(image.subarray(0, 4)).message).toBe(
      'expected the file to be a whole PNG image, got only its first 4 bytes: its end is missing',
    )
    expect(failure(image.subarray(0, 50)).message).toBe(
      'expected the file to be a whole PNG image, got only its first 50 bytes: it ends within a chunk IDAT',
    )
    expect(failure(Buffer.from('')).message).toBe(
      'expected the file to be an image (PNG, GIF, TIFF, PNM, BMP, JPEG, NIfTI, NPY, NPZ or COCO), got an empty file',
    )
  })

  test('is found too where the pixel data alone is cut, at every length', () => {
    const whole = deflateSync(Uint8Array.of(0, 1, 2, 3, 0, 4, 5, 6))
    for (let length = 0; length < whole.length; length++) {
      const error = failure(file(HEADER, chunk('IDAT', whole.subarray(0, length)), END))
      expect(error).toBeInstanceOf(RangeError)
      expect(error.message).toBe(
        intact('an error (unexpected end of file) when decompressing its pixels'),
      )
    }
  })
})

test('an image with any byte changed is refused', () => {
  const image = png(SMALL)
  for (let at = 0; at < image.length; at++) {
    for (const change of [1, 0x80, 0xff]) {
      const damaged = Buffer.from(image)
      damaged[at] ^= change
      const error = failure(damaged)
      expect(error).toBeInstanceOf(RangeError)
      expect(error.message).toMatch(/^expected the file to be /)
    }
  }
})

test('random bytes behind the signature are refused', () => {
  for (let seed = 0; seed < 200; seed++) {
    const bytes = Uint8Array.from({ length: seed }, (_, i) => (i * i * 31 + seed * 17) & 255)
    expect(failure(file(bytes))).toBeInstanceOf(RangeError)
  }
})

describe('the message says what is wrong', () => {
  const cases: [what: string, bytes: Uint8Array, message: string][] = [
    [
      'a WEBP image',
      Buffer.from('RIFF\0\0\0\0WEBP'),
      'expected the file to be an image (PNG, GIF, TIFF, PNM, BMP, JPEG, NIfTI, NPY, NPZ or COCO), got a WEBP image',
    ],
    [
      'a wrong checksum',
      png(SMALL).fill(0, 29, 33),
      intact('a wrong checksum of its chunk IHDR at byte 8'),
    ],
    [
      'no chunk',
      file(HEADER, Buffer.alloc(20)),
      intact('no chunk where one must begin, at byte 33'),
    ],
    ['no header', file(GOOD_ROWS, END), intact('a chunk IDAT before its header')],
    [
      'a short header',
      file(chunk('IHDR', new Uint8Array(9)), END),
      intact('a header of 9 bytes instead of 13'),
    ],
    ['no pixels', file(HEADER, END), intact('no pixel data (IDAT chunk)')],
    [
      'no width',
      file(header({ width: 0, height: 2 }), GOOD_ROWS, END),
      intact('a size of 0 × 2 pixels'),
    ],
    [
      'a depth of 3',
      file(header({ width: 3, height: 2, depth: 3 }), GOOD_ROWS, END),
      intact('colour type 0 with 3 bits per sample'),
    ],
    [
      'an unknown colour type',
      file(header({ width: 3, height: 2, colorType: 5 }), GOOD_ROWS, END),
      intact('colour type 5 with 8 bits per sample'),
    ],
    [
      'unknown interlacing',
      file(header({ width: 3, height: 2, interlace: 2 }), GOOD_ROWS, END),
      intact('compression 0, filter 0 and interlacing 2, which no PNG has'),
    ],
    [
      'data that is not compressed',
      file(HEADER, chunk('IDAT', Buffer.from('no zlib')), END),
      intact('an error (incorrect header check) when decompressing its pixels'),
    ],
    [
      'too few rows',
      file(HEADER, rows([0, 1, 2, 3]), END),
      intact('4 bytes of pixel data instead of 8'),
    ],
    [
      'an unknown filter',
      file(HEADER, rows([0, 1, 2, 3, 9, 4, 5, 6]), END),
      intact('a row with the unknown filter 9'),
    ],
    ['no palette', png(PALETTE), intact('no palette for its palette colours')],
    [
      'a palette of 4 bytes',
      png({ ...PALETTE, palette: [1, 2, 3, 4] }),
      intact('a palette of 4 bytes'),
    ],
    [
      'a colour that is not in the palette',
      png({ ...PALETTE, palette: [0, 0, 0, 1, 1, 1] }),
      intact('colour 2 of a palette of 2'),
    ],
    [
      'too many pixels',
      file(header({ width: 100_000, height: 100_000 }), GOOD_ROWS, END),
      `expected the file to have at most ${MAX_PIXELS} pixels, got 100000 × 100000`,
    ],
    [
      'the most pixels that a header can claim',
      file(header({ width: 0xffffffff, height: 0xffffffff }), GOOD_ROWS, END),
      `expected the file to have at most ${MAX_PIXELS} pixels, got 4294967295 × 4294967295`,
    ],
    [
      'too many bytes',
      file(header({ width: 8192, height: 16384, depth: 16, colorType: 6 }), GOOD_ROWS, END),
      'expected the file to have at most 1073741824 bytes of pixel data, got 1073758208',
    ],
    [
      'a large size without the data for it',
      file(header({ width: 8192, height: 16384 }), GOOD_ROWS, END),
      intact('8 bytes of pixel data instead of 134234112'),
    ],
  ]

  test.each(cases)('%s', (_, bytes, message) => {
    const start = performance.now()
    const error = failure(bytes)
    expect(error).toBeInstanceOf(RangeError)
    expect(error.message).toBe(message)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('arguments of the wrong kind', () => {
  const image = png(SMALL)
  const decode = decodeMask as (...args: unknown[]) => unknown

  test.each([
    [[undefined], 'expected the bytes of an image as a Uint8Array, got undefined'],
    [['mask.png'], "expected the bytes of an image as a Uint8Array, got 'mask.png'"],
    [[image, null], 'expected the options of decodeMask to be a plain object, got null'],
    [[image, { threshold: '1' }], "expected threshold to be a number, got '1'"],
    [[image, { name: 1 }], 'expected name to be a string, got 1'],
  ])('%o', (args, message) => {
    expect(() => decode(...args)).toThrow(TypeError)
    expect(() => decode(...args)).toThrow(message)
  })

  test('a threshold that is no finite number', () => {
    expect(() => decodeMask(image, { threshold: Number.NaN })).toThrow(
      new RangeError('expected threshold to be a finite number, got NaN'),
    )
  })

  test('a detached buffer', () => {
    const bytes = new Uint8Array(image)
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
    expect(() => decodeMask(bytes)).toThrow(
      'expected the image to be an image (PNG, GIF, TIFF, PNM, BMP, JPEG, NIfTI, NPY, NPZ or COCO), got an empty file',
    )
  })
})
