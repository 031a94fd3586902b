import { describe, expect, test } from 'vitest'
import { decodeMask } from '../../../src/node/index.ts'
import { BLOCK_SIZE } from '../../../src/node/png/png-samples.ts'
import { CHANNELS, chunk, type PngFixture, png } from './png-fixtures.ts'

const SIZE = { width: 4, height: 2 }
/** Alpha of each pixel: a mask of three. */
const ALPHA = [0, 255, 255, 0, 0, 255, 0, 0]
const MASK = Uint8Array.from(ALPHA, (value) => (value > 0 ? 1 : 0))

/** Pixels of one colour with the given alpha, on the scale of the depth. */
function layer(colorType: 4 | 6, depth: 8 | 16, color: number, interlaced = false): Buffer {
  const colors = Array.from({ length: CHANNELS[colorType] - 1 }, () => color)
  const samples = ALPHA.flatMap((value) => [...colors, value * (depth === 16 ? 257 : 1)])
  return png({ ...SIZE, depth, colorType, samples, interlaced })
}

const message = (value: number) =>
  new RangeError(
    `expected the image to show a mask in its colours, got ${value} at every pixel and an alpha ` +
      'channel that varies: the mask seems to be in the alpha channel, which alpha: true reads',
  )

describe.each([
  [4, 8, false],
  [4, 16, true],
  [6, 8, true],
  [6, 16, false],
] as const)(
  'a layer of colour type %i and %i bits, interlaced: %s',
  (colorType, depth, interlaced) => {
    const full = 2 ** depth - 1

    test.each([0, full])('of the colour %# is refused, whatever the threshold', (color) => {
      const bytes = layer(colorType, depth, color && full, interlaced)
      expect(() => decodeMask(bytes)).toThrow(message(color && full))
      expect(() => decodeMask(bytes, { threshold: 100 })).toThrow(message(color && full))
      expect(() => decodeMask(bytes, { alpha: false })).toThrow(RangeError)
    })

    test('is read with alpha: true, with a threshold on the scale of the file', () => {
      const bytes = layer(colorType, depth, full, interlaced)
      expect(decodeMask(bytes, { alpha: true }).toUint8Array()).toEqual(MASK)
      expect(decodeMask(bytes, { alpha: true, threshold: full - 1 }).toUint8Array()).toEqual(MASK)
      expect(() => decodeMask(bytes, { alpha: true, threshold: full })).toThrow(RangeError)
    })

    test('with constant alpha changes nothing', () => {
      const channels = CHANNELS[colorType]
      for (const alpha of [0, full]) {
        const samples = ALPHA.flatMap((value) => [
          ...Array.from({ length: channels - 1 }, () => value),
          alpha,
        ])
        const varied = png({ ...SIZE, depth, colorType, samples, interlaced })
        expect(decodeMask(varied).toUint8Array()).toEqual(MASK)
        const plain = samples.map((value, i) => (i % channels === channels - 1 ? value : 0))
        expect(decodeMask(png({ ...SIZE, depth, colorType, samples: plain })).count).toBe(0)
      }
    })
  },
)

describe('colours and alpha that both vary', () => {
  // The last pixel alone differs, in a block of rows after the first.
  const [width, height] = [300, 400]
  const image = { width, height, depth: 8, colorType: 4 } as const
  const samplesOf = (color: number, alpha: number) => {
    const samples = Array.from<unknown, number>({ length: 2 * width * height }, (_, i) =>
      i % 2 === 0 ? 9 : 77,
    )
    samples.splice(-2, 2, color, alpha)
    return samples
  }

  test('are read as colours', () => {
    expect(decodeMask(png({ ...image, samples: samplesOf(0, 0) })).count).toBe(width * height - 1)
  })

  test('are told from a single pixel that is transparent', () => {
    expect(() => decodeMask(png({ ...image, samples: samplesOf(9, 0) }))).toThrow(message(9))
    expect(decodeMask(png({ ...image, samples: samplesOf(9, 77) })).count).toBe(width * height)
  })
})

test('alpha that differs only from one part of a long row to the next is seen', () => {
  const width = 2 * BLOCK_SIZE
  const samples = Array.from({ length: 2 * width }, (_, i) => (i % 2 === 0 || i < width ? 9 : 77))
  const image = { width, height: 1, depth: 8, colorType: 4, samples } as const
  expect(() => decodeMask(png(image))).toThrow(message(9))
})

describe('a palette with alpha', () => {
  const samples = [0, 1, 1, 0, 2, 1, 0, 0]
  const image = { ...SIZE, depth: 2, colorType: 3, samples } as const
  const palette = [255, 255, 255, 255, 0, 0, 0, 255, 0]
  const fixture = (colors: readonly number[], ...alpha: number[]): PngFixture => ({
    ...image,
    palette: colors,
    extra: [chunk('tRNS', Uint8Array.from(alpha))],
  })

  test('is refused if the greatest channels of its colours are alike', () => {
    expect(() => decodeMask(png(fixture(palette, 0)))).toThrow(message(255))
    expect(() => decodeMask(png({ ...image, palette }))).not.toThrow()
    expect(() => decodeMask(png(fixture(palette, 255, 255, 255)))).not.toThrow()
  })

  test('is read with alpha: true; colours without alpha are opaque', () => {
    const read = (...alpha: number[]) =>
      decodeMask(png(fixture(palette, ...alpha)), { alpha: true, threshold: 0 }).toUint8Array()
    expect(read(0)).toEqual(Uint8Array.of(0, 1, 1, 0, 1, 1, 0, 0))
    expect(read(0, 9, 0)).toEqual(Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0))
    // More than there are colours.
    expect(read(0, 9, 0, 7, 7, 7)).toEqual(Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0))
  })

  test('is read as colours if these differ', () => {
    const colors = [0, 0, 0, 255, 0, 0, 0, 255, 0]
    expect(decodeMask(png(fixture(colors, 0))).toUint8Array()).toEqual(
      Uint8Array.of(0, 1, 1, 0, 1, 1, 0, 0),
    )
  })
})

test.each([
  [0, [0, 1, 0, 1], 'a grey image'],
  [2, [0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1], 'a colour image'],
  [3, [0, 0, 0, 0], 'an image with an opaque palette'],
] as const)(
  'alpha: true is refused without an alpha channel: colour type %i',
  (colorType, samples, kind) => {
    const bytes = png({ width: 4, height: 1, depth: 8, colorType, samples, palette: [0, 0, 0] })
    expect(() => decodeMask(bytes, { alpha: true })).toThrow(
      new RangeError(`expected the image to have an alpha channel, got ${kind}`),
    )
  },
)
