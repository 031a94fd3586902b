import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type DecodeMaskOptions,
  decodeMask,
  encodePng,
  type MaskWarning,
  readMask,
} from '../../../src/node/index.ts'
import { rangeWarning } from '../../../src/node/png/mask-warning.ts'
import { chunk, END, file, header, type PngFixture, png } from './png-fixtures.ts'

/** The warnings for an image, and how many pixels of it are foreground. */
function warningsOf(
  bytes: Uint8Array,
  options: DecodeMaskOptions = {},
): { warnings: MaskWarning[]; count: number } {
  const warnings: MaskWarning[] = []
  const onWarning = (warning: MaskWarning) => warnings.push(warning)
  const { count } = decodeMask(bytes, { name: 'the file', onWarning, ...options })
  return { warnings, count }
}

/** A grey image with so many pixels of each value, in one row. */
function grey(counts: Record<number, number>, depth: PngFixture['depth'] = 8): Buffer {
  const samples = Object.entries(counts).flatMap(([value, count]) =>
    Array.from({ length: count }, () => Number(value)),
  )
  return png({ width: samples.length, height: 1, depth, colorType: 0, samples })
}

test('values that are not small integers are counted, each of them', () => {
  expect(rangeWarning([900.5, 0, 1], 'the file')).toEqual({
    kind: 'grey-levels',
    message:
      'the file has 3 different values; with threshold 0, 2 pixels are foreground, at the middle (450.25) it would be 1: pass threshold: 450.25',
    file: 'the file',
    levels: 3,
    threshold: 0,
    foreground: 2,
    middle: 450.25,
    foregroundAtMiddle: 1,
  })
  expect(rangeWarning([900.5, 0, 0], 'the file')).toBeUndefined()
})

describe('grey levels', () => {
  test('of a mask that went through JPEG are counted, at the middle too', () => {
    const counts: Record<number, number> = { 0: 1000, 255: 1200, 127: 5, 128: 7 }
    for (let value = 1; value <= 30; value++) counts[value] = 40
    expect(warningsOf(grey(counts))).toEqual({
      count: 2412,
      warnings: [
        {
          kind: 'grey-levels',
          message:
            'the file has 34 grey values; with threshold 0, 2,412 pixels are foreground, at the ' +
            'middle (127) it would be 1,207: pass threshold: 127',
          file: 'the file',
          levels: 34,
          threshold: 0,
          foreground: 2412,
          middle: 127,
          foregroundAtMiddle: 1207,
        },
      ],
    })
  })

  test.each([8, 16] as const)('are counted wherever they stand, with %i bits', (depth) => {
    const level = fc.oneof(fc.constantFrom(0, 0, 128, 255), fc.nat(2 ** depth - 1))
    // Some levels for all, in runs: equal words, mixed words and words of further values.
    const image = fc
      .uniqueArray(level, { minLength: 3, maxLength: 6 })
      .chain((levels) =>
        fc.array(fc.tuple(fc.constantFrom(...levels), fc.integer({ min: 1, max: 20 }))),
      )
    fc.assert(
      fc.property(image, (runs) => {
        const samples = runs.flatMap(([value, count]) => new Array<number>(count).fill(value))
        fc.pre(new Set(samples).size > 2)
        const bytes = png({ width: samples.length, height: 1, depth, colorType: 0, samples })
        const [{ levels, foreground, middle = 0, foregroundAtMiddle }] = warningsOf(bytes).warnings
        const above = (least: number) => samples.filter((value) => value > least).length
        expect([levels, foreground]).toEqual([new Set(samples).size, above(0)])
        if (foregroundAtMiddle !== undefined) expect(foregroundAtMiddle).toBe(above(middle))
      }),
    )
  })

  test.each([
    [{ 0: 5, 255: 5 }, 8],
    [{ 255: 5 }, 8],
    [{ 0: 5, 7: 5 }, 8],
    [{ 0: 5, 1: 5 }, 1],
    [{ 0: 5, 65535: 5 }, 16],
  ] as const)('two values or one are silent: %j of %i bits', (counts, depth) => {
    expect(warningsOf(grey(counts, depth)).warnings).toEqual([])
  })

  test('are silent when a threshold is given, be it 0', () => {
    const bytes = grey({ 0: 5, 100: 3, 200: 2 })
    expect(warningsOf(bytes, { threshold: 0 })).toEqual({ warnings: [], count: 5 })
    expect(warningsOf(bytes, { threshold: 127 })).toEqual({ warnings: [], count: 2 })
    expect(warningsOf(bytes, { threshold: undefined }).warnings).toHaveLength(1)
  })

  test.each([
    [16, { 0: 1, 20000: 2, 32767: 3, 32768: 4 }, 32767, 4],
    // An image of 8 bits in a file of 16: the middle of the file would be above all of it.
    [16, { 0: 1, 100: 2, 255: 4 }, 127, 4],
    [8, { 0: 1, 50: 2, 127: 4 }, 63, 4],
    [8, { 0: 1, 50: 2, 128: 4 }, 127, 4],
    [4, { 0: 1, 7: 2, 15: 4 }, 7, 4],
    [2, { 0: 1, 1: 2, 2: 4, 3: 8 }, 1, 12],
  ] as const)(
    'have their middle on the scale of the file: %i bits, %j',
    (depth, counts, middle, count) => {
      const [warning] = warningsOf(grey(counts, depth)).warnings
      expect(warning).toMatchObject({ kind: 'grey-levels', middle, foregroundAtMiddle: count })
    },
  )

  test('of colours are those of the greatest channel', () => {
    const image = { width: 4, height: 1, depth: 8, colorType: 2 } as const
    const samples = [0, 0, 0, 9, 200, 7, 200, 0, 0, 0, 0, 99]
    const [warning] = warningsOf(png({ ...image, samples })).warnings
    expect(warning).toMatchObject({ levels: 3, foreground: 3, foregroundAtMiddle: 2 })
    const two = [0, 0, 0, 9, 200, 7, 200, 0, 0, 0, 0, 200]
    expect(warningsOf(png({ ...image, samples: two })).warnings).toEqual([])
  })

  test('of a palette are those of its colours that are used', () => {
    const palette = [0, 0, 0, 255, 0, 0, 0, 255, 0, 100, 100, 100]
    const image = { width: 3, height: 1, depth: 8, colorType: 3, palette } as const
    expect(warningsOf(png({ ...image, samples: [0, 1, 2] })).warnings).toEqual([])
    expect(warningsOf(png({ ...image, samples: [0, 1, 3] })).warnings).toMatchObject([
      { kind: 'grey-levels', levels: 3, middle: 127, foregroundAtMiddle: 1 },
    ])
  })

  test('of an interlaced image are counted once each', () => {
    const samples = Array.from({ length: 13 * 9 }, (_, i) => [0, 90, 200][i % 3])
    const image = { width: 13, height: 9, depth: 8, colorType: 0, samples } as const
    expect(warningsOf(png({ ...image, interlaced: true })).warnings).toMatchObject([
      { levels: 3, foreground: 78, foregroundAtMiddle: 39 },
    ])
  })
})

describe('labels', () => {
  test('that are merged are named', () => {
    expect(warningsOf(grey({ 0: 5, 1: 3, 2: 2 }))).toEqual({
      count: 5,
      warnings: [
        {
          kind: 'merged-labels',
          message:
            'the file has the labels 0, 1, 2: all above 0 are merged into one mask of 5 pixels: ' +
            'pass threshold: 0 if that is meant',
          file: 'the file',
          levels: 3,
          threshold: 0,
          foreground: 5,
        },
      ],
    })
  })

  test.each([
    [{ 0: 1, 3: 1, 15: 1 }, 8, 'merged-labels'],
    [{ 0: 1, 3: 1, 16: 1 }, 8, 'grey-levels'],
    [{ 1: 1, 2: 1, 3: 1 }, 16, 'merged-labels'],
    [{ 0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1 }, 8, 'merged-labels'],
    [{ 0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1 }, 8, 'grey-levels'],
    [{ 0: 1, 1: 1, 2: 1 }, 2, 'merged-labels'],
    [{ 0: 1, 1: 1, 3: 1 }, 2, 'grey-levels'],
  ] as const)('are few and small: %j of %i bits is %s', (counts, depth, kind) => {
    expect(warningsOf(grey(counts, depth)).warnings).toMatchObject([{ kind }])
  })
})

describe('surplus data', () => {
  const warning = (width: number, height: number) => ({
    kind: 'surplus-data',
    message: `the file has more pixel data than its ${width} × ${height} pixels need: the rest is ignored`,
    file: 'the file',
  })

  test('of one row, as other programs read it', () => {
    const bytes = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAAAAADMEfm2AAAAGUlEQVR4nGNgIAgYIRQTuiAjjP0fr0riAQBKxQEI4MR2UQAAAABJRU5ErkJggg==',
      'base64',
    )
    expect(warningsOf(bytes)).toEqual({ count: 13, warnings: [warning(13, 9)] })
    expect(warningsOf(bytes, { threshold: 0 }).warnings).toHaveLength(1)
  })

  test('of one byte', () => {
    const data = deflateSync(Uint8Array.of(0, 1, 0, 1, 0, 0, 1, 1, 0))
    const bytes = file(header({ width: 3, height: 2 }), chunk('IDAT', data), END)
    expect(warningsOf(bytes)).toEqual({ count: 4, warnings: [warning(3, 2)] })
  })

  test('of a small file that unpacks to a large one is not unpacked', async () => {
    const data = deflateSync(new Uint8Array(1 << 26), { level: 1 })
    // Who comes to the end finds that it is damaged.
    data[data.length - 1] ^= 1
    const bytes = file(header({ width: 3, height: 2 }), chunk('IDAT', data), END)
    const path = join(folder, 'large.png')
    await writeFile(path, bytes)
    const kinds = warningsOf(bytes).warnings.map(({ kind }) => kind)
    await readMask(path, { onWarning: ({ kind }) => kinds.push(kind) })
    expect(kinds).toEqual(['surplus-data', 'surplus-data'])
  })
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-warnings-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('without a listener', () => {
  test('readMask and decodeMask warn through the process, with the name of the file', async () => {
    const path = join(folder, 'grey\n.png')
    await writeFile(path, grey({ 0: 5, 100: 3, 200: 2 }))
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    try {
      await readMask(path)
      decodeMask(grey({ 0: 5, 1: 3, 2: 2 }), { name: 'a\x1b' })
      decodeMask(encodePng({ data: new Uint8Array([0, 255]), width: 2, height: 1 }))
      expect(emit.mock.calls).toEqual([
        [
          `'${folder}/grey\\n.png' has 3 grey values; with threshold 0, 5 pixels are foreground, ` +
            'at the middle (127) it would be 2: pass threshold: 127',
          { type: 'VesselRewardWarning', code: 'grey-levels' },
        ],
        [
          'a\\u001b has the labels 0, 1, 2: all above 0 are merged into one mask of 5 pixels: ' +
            'pass threshold: 0 if that is meant',
          { type: 'VesselRewardWarning', code: 'merged-labels' },
        ],
      ])
    } finally {
      emit.mockRestore()
    }
  })

  test('an error of the listener reaches the caller', () => {
    const onWarning = () => {
      throw new Error('no grey images here')
    }
    expect(() => decodeMask(grey({ 0: 5, 100: 3, 200: 2 }), { onWarning })).toThrow(
      'no grey images',
    )
  })
})

describe('a threshold that no value of the file can be above', () => {
  test.each([
    [1, 1],
    [2, 3],
    [8, 255],
    [8, 300],
    [16, 65535],
  ] as const)('is refused: %i bits, %i', (depth, threshold) => {
    const most = 2 ** depth - 1
    expect(() => decodeMask(grey({ 0: 1, 1: 1 }, depth), { threshold })).toThrow(
      new RangeError(
        `expected threshold to be less than ${most}, the greatest value that the image can have ` +
          `(${depth} ${depth === 1 ? 'bit' : 'bits'} a sample), got ${threshold}`,
      ),
    )
    expect(() => decodeMask(grey({ 0: 1, 1: 1 }, depth), { threshold: most - 0.1 })).not.toThrow()
  })

  test('is 255 for a palette, whose colours have 8 bits', () => {
    const palette = [0, 0, 0, 255, 255, 255]
    const image = { width: 2, height: 1, depth: 1, colorType: 3, samples: [0, 1], palette } as const
    expect(decodeMask(png(image), { threshold: 254 }).count).toBe(1)
    expect(() => decodeMask(png(image), { threshold: 255 })).toThrow(
      'expected threshold to be less than 255, the greatest value that the image can have (a palette), got 255',
    )
  })
})
