import { encode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import { mulberry32 } from '../../../examples/mulberry32.ts'
import { decodeMask } from '../../../src/node/index.ts'
import { CHANNELS, chunk, type PngFixture, png } from './png-fixtures.ts'

const KINDS = [
  ['grey', 0, [1, 2, 4, 8, 16]],
  ['colour', 2, [8, 16]],
  ['grey and alpha', 4, [8, 16]],
  ['colour and alpha', 6, [8, 16]],
] as const

const SIZES = [
  [1, 1],
  [3, 1],
  [1, 5],
  [8, 8],
  [13, 9],
  [33, 17],
]

const cases = KINDS.flatMap(([kind, colorType, depths]) =>
  depths.flatMap((depth) =>
    [false, true].map((interlaced) => ({ kind, colorType, depth, interlaced })),
  ),
)

function randomSamples(length: number, depth: number, seed: number): number[] {
  const random = mulberry32(seed)
  // Many zeros, so that threshold 0 has something to tell apart.
  return Array.from({ length }, () => (random() < 0.5 ? 0 : Math.floor(random() * 2 ** depth)))
}

/** What the rule says: any colour channel above the threshold, alpha ignored. */
function expected({ samples, colorType }: PngFixture, threshold: number): Uint8Array {
  const channels = CHANNELS[colorType]
  const colours = channels < 3 ? 1 : 3
  return Uint8Array.from({ length: samples.length / channels }, (_, i) =>
    samples.slice(i * channels, i * channels + colours).some((value) => value > threshold) ? 1 : 0,
  )
}

describe('decodeMask', () => {
  test.each(cases)('reads $kind of $depth bits, interlaced: $interlaced', (one) => {
    for (const [width, height] of SIZES) {
      const length = width * height * CHANNELS[one.colorType]
      const samples = randomSamples(length, one.depth, width)
      const image = { ...one, width, height, samples }
      for (const threshold of [0, 2 ** (one.depth - 1) - 1, 2 ** one.depth - 2, -1, 0.5]) {
        const mask = decodeMask(png(image), { threshold })
        expect([mask.width, mask.height]).toEqual([width, height])
        expect(mask.toUint8Array()).toEqual(expected(image, threshold))
      }
    }
  })

  test.each([1, 2, 4, 8] as const)('a palette of %i bits: the colour decides', (depth) => {
    const palette = [255, 255, 255, 0, 0, 0, 0, 0, 9, 200, 0, 0].slice(0, 3 * 2 ** depth)
    const colours = palette.length / 3
    const brightest = [255, 0, 9, 200]
    for (const interlaced of [false, true]) {
      const samples = Array.from({ length: 11 * 7 }, (_, i) => (i * i) % colours)
      const image = { width: 11, height: 7, depth, colorType: 3, samples, palette, interlaced }
      for (const threshold of [0, 100, 254]) {
        expect(decodeMask(png(image as PngFixture), { threshold }).toUint8Array()).toEqual(
          Uint8Array.from(samples, (index) => (brightest[index] > threshold ? 1 : 0)),
        )
      }
    }
  })

  test('alpha decides nothing', () => {
    const image = { width: 2, height: 1, depth: 8, colorType: 6 } as const
    const samples = [0, 0, 0, 255, 0, 7, 0, 0]
    expect(decodeMask(png({ ...image, samples })).toUint8Array()).toEqual(Uint8Array.of(0, 1))
  })

  test('transparency, text and unknown chunks decide nothing, even if they make no sense', () => {
    const extra = [
      chunk('tRNS', Uint8Array.of(0)),
      chunk('tEXt', Uint8Array.of(0, 0, 0)),
      chunk('iCCP', Uint8Array.of(1, 2, 3)),
      chunk('PLTE', Uint8Array.of(0, 0, 0)),
      chunk('abCd', new Uint8Array(100)),
    ]
    const image = { width: 2, height: 1, depth: 8, colorType: 2, extra } as const
    const samples = [0, 0, 0, 1, 0, 0]
    expect(decodeMask(png({ ...image, samples })).toUint8Array()).toEqual(Uint8Array.of(0, 1))
  })

  test('bytes after the end are no part of the image', () => {
    const image = png({ width: 1, height: 1, depth: 8, colorType: 0, samples: [1] })
    expect(decodeMask(Buffer.concat([image, Buffer.from('more')])).count).toBe(1)
  })

  test('bytes may be a view into a larger buffer', () => {
    const image = png({ width: 2, height: 2, depth: 1, colorType: 0, samples: [1, 0, 1, 1] })
    const buffer = new Uint8Array(image.length + 10)
    buffer.set(image, 5)
    expect(decodeMask(buffer.subarray(5, image.length + 5)).count).toBe(3)
  })

  test('reads what another encoder writes, with 3 words per row', () => {
    const data = Uint16Array.from({ length: 70 * 3 }, (_, i) => 256 * (i % 3))
    const bytes = encode({ data, width: 70, height: 3, channels: 1, depth: 16 })
    expect(decodeMask(bytes, { threshold: 256 }).toUint8Array()).toEqual(
      Uint8Array.from(data, (value) => (value > 256 ? 1 : 0)),
    )
  })
})
