import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mulberry32 } from '../../../examples/mulberry32.ts'
import type { BitMask } from '../../../src/index.ts'
import { decodeMask, readMask } from '../../../src/node/index.ts'
import { inflateParts } from '../../../src/node/png/inflate.ts'
import { PngMask } from '../../../src/node/png/png-mask.ts'
import { pngParts } from '../../../src/node/png/png-parts.ts'
import { CHANNELS, chunk, END, file, header, type PngFixture, png } from './png-fixtures.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-rows-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** The three ways in which pixel data is decompressed. */
const WAYS: [way: string, read: (bytes: Uint8Array) => Promise<BitMask> | BitMask][] = [
  ['whole', (bytes) => decodeMask(bytes, { threshold: 0 })],
  [
    'in parts, at once',
    (bytes) => {
      const parts = pngParts(bytes, 'the image')
      const mask = new PngMask(parts, 'the image', {
        threshold: 0,
        alpha: false,
        onWarning: () => {},
      })
      inflateParts(parts, mask.rows, 'the image')
      return mask.finish()
    },
  ],
  [
    'in parts, beside other work',
    async (bytes) => {
      const path = join(folder, 'image.png')
      await writeFile(path, bytes)
      return readMask(path, { threshold: 0 })
    },
  ],
]

/** Half of the samples are 0; expected is 1 where a colour channel is not. */
function randomImage(fixture: Omit<PngFixture, 'samples'>): [bytes: Buffer, expected: Uint8Array] {
  const { width, height, depth, colorType } = fixture
  const random = mulberry32(width)
  const channels = CHANNELS[colorType]
  const expected = new Uint8Array(width * height)
  const samples = Array.from({ length: width * height * channels }, (_, i) => {
    const value = random() < 0.6 ? 0 : Math.floor(random() * 2 ** depth)
    const channel = i % channels
    const isColor = channel < (channels < 3 ? 1 : 3)
    if (isColor && value > 0) expected[(i - channel) / channels] = 1
    return value
  })
  return [png({ ...fixture, samples }), expected]
}

const IMAGES = (
  [
    ['many blocks of rows', { width: 301, height: 500, depth: 8, colorType: 0 }],
    ['many blocks of rows of 16 bits', { width: 131, height: 150, depth: 16, colorType: 6 }],
    ['rows of 1 pixel', { width: 1, height: 40_001, depth: 1, colorType: 0 }],
    ['rows longer than a block', { width: 70_001, height: 3, depth: 1, colorType: 0 }],
    ['rows longer than two blocks', { width: 140_003, height: 1, depth: 8, colorType: 0 }],
    ['long rows with alpha', { width: 65_601, height: 1, depth: 16, colorType: 4 }],
    // The fifth pass has several blocks, and the sixth has rows of the same length.
    [
      'passes of several blocks',
      { width: 1000, height: 533, depth: 1, colorType: 0, interlaced: true },
    ],
    ['long rows in passes', { width: 65_601, height: 3, depth: 4, colorType: 0, interlaced: true }],
  ] as [string, Omit<PngFixture, 'samples'>][]
).map(([name, fixture]) => [name, fixture, ...randomImage(fixture)] as const)

describe.each(WAYS)('pixel data that is decompressed %s', (_, read) => {
  test.each(IMAGES)('gives a mask of %s', async (_, { width, height }, bytes, expected) => {
    const mask = await read(bytes)
    expect([mask.width, mask.height]).toEqual([width, height])
    expect(Buffer.from(mask.toUint8Array()).equals(expected)).toBe(true)
  })

  const failure = async (...chunks: Uint8Array[]) => {
    try {
      await read(file(header({ width: 3, height: 2 }), ...chunks, END))
    } catch (error) {
      return error as Error
    }
    return expect.fail('expected an error')
  }
  const damaged = (got: string) => new RegExp(`to be an intact PNG image, got ${got}$`)
  const data = deflateSync(Uint8Array.of(0, 1, 2, 3, 0, 4, 5, 6))

  test('is refused when it is cut anywhere', async () => {
    for (let length = 0; length < data.length; length++) {
      const error = await failure(chunk('IDAT', data.subarray(0, length)))
      expect(error).toBeInstanceOf(RangeError)
      expect(error.message).toMatch(
        damaged('an error \\(unexpected end of file\\) when decompressing its pixels'),
      )
    }
  })

  test('is refused when it is not what zlib writes', async () => {
    const wrongSum = Buffer.from(data)
    wrongSum[wrongSum.length - 1] ^= 1
    for (const [bytes, why] of [
      [Buffer.from('no zlib'), 'incorrect header check'],
      [wrongSum, 'incorrect data check'],
    ] as const) {
      const error = await failure(chunk('IDAT', bytes))
      expect(error).toBeInstanceOf(RangeError)
      expect(error.message).toMatch(damaged(`an error \\(${why}\\) when decompressing its pixels`))
    }
  })

  test('is refused when rows are missing or have an unknown filter', async () => {
    const rows = (...bytes: number[]) => chunk('IDAT', deflateSync(Uint8Array.from(bytes)))
    expect((await failure(rows(0, 1, 2, 3))).message).toMatch(
      damaged('4 bytes of pixel data instead of 8'),
    )
    expect((await failure(rows(0, 1, 2, 3, 5, 0, 0, 0))).message).toMatch(
      damaged('a row with the unknown filter 5'),
    )
  })

  test('may be spread over many chunks, some of them empty, with bytes after its end', async () => {
    const bytes = [...data, 9, 9, 9].flatMap((byte) => [Uint8Array.of(byte), new Uint8Array(0)])
    const chunks = bytes.map((byte) => chunk('IDAT', byte))
    const mask = await read(file(header({ width: 3, height: 2 }), ...chunks, END))
    expect(mask.count).toBe(6)
  })
})
