import { describe, expect, test } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import {
  BitMask,
  findJunctions,
  type JunctionOptions,
  skeletonize,
  topologyErrors,
} from '../../../src/index.ts'
import { MAX_PIXELS } from '../../../src/mask/layout.ts'
import { type OverlayImage, overlay } from '../../../src/node/index.ts'

const at = ({ data, width }: OverlayImage, x: number, y: number) => [
  ...data.slice(4 * (y * width + x), 4 * (y * width + x) + 3),
]
const NAMES = new Map([
  ['20,22,28', 'background'],
  ['226,226,226', 'true positive'],
  ['230,159,0', 'false positive'],
  ['86,180,233', 'false negative'],
  ['190,50,0', 'skeleton of the prediction'],
  ['0,80,210', 'skeleton of the truth'],
  ['96,96,104', 'both skeletons'],
  ['255,64,196', 'junction of the prediction'],
  ['0,190,110', 'junction of the truth'],
])
const nameAt = (image: OverlayImage, x: number, y: number) =>
  NAMES.get(String(at(image, x, y))) ?? String(at(image, x, y))

/** A horizontal bar of 3 rows from column `from` to `to`. */
function bar(from: number, to: number): BitMask {
  const data = Uint8Array.from({ length: 30 * 7 }, (_, i) => {
    const [x, y] = [i % 30, Math.floor(i / 30)]
    return x >= from && x <= to && y >= 2 && y <= 4 ? 1 : 0
  })
  return BitMask.from({ data, width: 30, height: 7 })
}

describe('overlay', () => {
  test('colours what agrees, what is added and what is missing, and both skeletons', () => {
    const picture = overlay(bar(10, 29), bar(0, 19))
    expect([picture.width, picture.height]).toEqual([30, 7])
    expect(nameAt(picture, 5, 0)).toBe('background')
    expect(nameAt(picture, 5, 2)).toBe('false negative')
    expect(nameAt(picture, 15, 2)).toBe('true positive')
    expect(nameAt(picture, 25, 2)).toBe('false positive')
    expect(nameAt(picture, 5, 3)).toBe('skeleton of the truth')
    expect(nameAt(picture, 15, 3)).toBe('both skeletons')
    expect(nameAt(picture, 25, 3)).toBe('skeleton of the prediction')
    expect(picture.data.filter((value, i) => i % 4 === 3 && value !== 255)).toHaveLength(0)
  })

  test('marks each kind of topology error with a colour and a shape of its own', () => {
    // A vessel through the middle; marks are 15 pixels wide.
    const vessel = (has: (x: number) => boolean, branch: boolean) => {
      const data = new Uint8Array(120 * 60)
      for (let x = 0; x < 120; x++) if (has(x)) data[30 * 120 + x] = 1
      if (branch) for (let y = 5; y < 30; y++) data[y * 120 + 90] = 1
      return BitMask.from({ data, width: 120, height: 60 })
    }
    const whole = vessel(() => true, false)
    const cut = vessel((x) => x < 30 || x > 34, false)
    const branched = vessel(() => true, true)
    const differences = (pred: BitMask, truth: BitMask) => {
      const marked = overlay(pred, truth, { errors: true })
      const kinds = new Map<string, number>()
      for (let y = 0; y < 60; y++) {
        for (let x = 0; x < 120; x++) {
          const colour = String(at(marked, x, y))
          kinds.set(colour, (kinds.get(colour) ?? 0) + 1)
        }
      }
      return { yellow: kinds.get('240,228,66') ?? 0, vermilion: kinds.get('255,94,0') ?? 0 }
    }
    const broken = differences(cut, whole)
    const spurious = differences(whole, cut)
    const missing = differences(whole, branched)
    const extra = differences(branched, whole)
    expect(broken.vermilion).toBe(0)
    expect(missing.vermilion + spurious.yellow + extra.yellow).toBe(0)
    const sizes = [broken.yellow, missing.yellow, spurious.vermilion, extra.vermilion]
    for (const size of sizes) expect(size).toBeGreaterThan(30)
    expect(broken.yellow).not.toBe(missing.yellow)
    expect(spurious.vermilion).not.toBe(extra.vermilion)
    expect(differences(whole, whole)).toEqual({ yellow: 0, vermilion: 0 })
  })

  test('takes options of the errors, and refuses others', () => {
    const image = overlay(bar(0, 19), bar(0, 29), { errors: { minSize: 20 } })
    const yellow = (picture: OverlayImage) =>
      picture.data.filter(
        (_, i) => i % 4 === 0 && String(at(picture, (i / 4) % 30, (i / 120) | 0)) === '240,228,66',
      )
    expect(yellow(image)).toHaveLength(0)
    expect(yellow(overlay(bar(0, 19), bar(0, 29), { errors: true })).length).toBeGreaterThan(10)
    expect(() => overlay(bar(0, 9), bar(0, 9), { errors: 'all' as never })).toThrow(TypeError)
    expect(() => overlay(bar(0, 9), bar(0, 9), { errors: { size: 2 } as never })).toThrow(
      RangeError,
    )
  })

  test('dims what lies outside the field of view and thins only what lies inside', () => {
    const within = bar(0, 14)
    const picture = overlay(bar(10, 29), bar(0, 19), { within })
    expect(at(picture, 16, 2)).toEqual([79, 79, 79])
    expect(at(picture, 25, 3)).toEqual([80, 56, 0])
    expect(at(picture, 5, 0)).toEqual([7, 8, 10])
    const cut = skeletonize(bar(0, 14))
    const marked = (x: number) => nameAt(picture, x, 3).includes('skeleton')
    for (let x = 0; x < 10; x++) expect(marked(x)).toBe(cut.get(x, 3))
    for (let x = 15; x < 30; x++) expect(marked(x)).toBe(false)
  })

  test('marks each junction of the prediction with a square, of the truth with a ring', () => {
    const mask = vesselMask({ width: 200, height: 150, seed: 3 })
    const empty = BitMask.from({ data: new Uint8Array(200 * 150), width: 200, height: 150 })
    const places = findJunctions(skeletonize(mask))
    expect(places.length).toBeGreaterThan(20)
    const asPred = overlay(mask, empty)
    const asTruth = overlay(empty, mask)
    for (let i = 0; i < places.length; i += 2) {
      const [x, y] = [places[i], places[i + 1]]
      if (x < 5 || y < 5 || x > 194 || y > 144) continue
      for (const [dx, dy] of [
        [5, 5],
        [-5, 0],
        [0, 5],
        [5, -3],
      ]) {
        expect(nameAt(asPred, x + dx, y + dy)).toBe('junction of the prediction')
      }
      for (const [dx, dy] of [
        [3, 0],
        [-2, 2],
        [0, -3],
      ]) {
        expect(nameAt(asTruth, x + dx, y + dy)).toBe('junction of the truth')
      }
    }
    const names = (image: OverlayImage) =>
      new Set(Array.from({ length: 200 * 150 }, (_, i) => nameAt(image, i % 200, (i / 200) | 0)))
    expect(names(asPred)).toEqual(
      new Set([
        'background',
        'false positive',
        'skeleton of the prediction',
        'junction of the prediction',
      ]),
    )
    expect(names(asTruth)).toEqual(
      new Set(['background', 'false negative', 'skeleton of the truth', 'junction of the truth']),
    )
  })

  test('enlarges, with the colour of a pixel round its skeleton', () => {
    const picture = overlay(bar(0, 29), bar(0, 29), { scale: 3 })
    expect([picture.width, picture.height]).toEqual([90, 21])
    expect(nameAt(picture, 45, 10)).toBe('both skeletons')
    expect(nameAt(picture, 45, 8)).toBe('true positive')
    expect(nameAt(picture, 45, 5)).toBe('background')
  })

  test.each([1, 2, 3, 5])('puts everything in its place at scale %i', (scale) => {
    // A vessel that is one pixel wide and branches at (20, 9), 5 pixels off the border at scale 1.
    const [width, height] = [34, 26]
    const data = new Uint8Array(width * height)
    for (let x = 0; x < width; x++) data[9 * width + x] = 1
    for (let y = 9; y < height; y++) data[y * width + 20] = 1
    const tee = BitMask.from({ data, width, height })
    const empty = BitMask.from({ data: new Uint8Array(width * height), width, height })
    const mark = { x: 20 * scale + (scale >> 1), y: 9 * scale + (scale >> 1) }
    for (const [picture, isMark, names] of [
      [
        overlay(tee, empty, { scale }),
        (dx: number, dy: number) => Math.max(Math.abs(dx), Math.abs(dy)) === 5,
        ['false positive', 'skeleton of the prediction', 'junction of the prediction'],
      ],
      [
        overlay(empty, tee, { scale }),
        (dx: number, dy: number) => Math.round(Math.hypot(dx, dy)) === 3,
        ['false negative', 'skeleton of the truth', 'junction of the truth'],
      ],
    ] as const) {
      expect([picture.width, picture.height]).toEqual([width * scale, height * scale])
      const dot = Math.ceil(scale / 2)
      const margin = (scale - dot) >> 1
      const isInDot = (at: number) => at % scale >= margin && at % scale < margin + dot
      const wrong: string[] = []
      for (let y = 0; y < picture.height; y++) {
        for (let x = 0; x < picture.width; x++) {
          const isVessel = tee.get(Math.floor(x / scale), Math.floor(y / scale))
          const area = isInDot(x) && isInDot(y) ? names[1] : names[0]
          const below = isVessel ? area : 'background'
          const expected = isMark(x - mark.x, y - mark.y) ? names[2] : below
          const got = nameAt(picture, x, y)
          if (got !== expected) wrong.push(`${x}, ${y}: ${got} instead of ${expected}`)
        }
      }
      expect(wrong).toEqual([])
    }
  })

  test.each([
    [1, 5, 1],
    [2, 11, 1],
    [5, 27, 3],
  ])('marks errors round their places at scale %i, of a size with it', (scale, radius, half) => {
    const [width, height] = [90, 50]
    const line = (has: (x: number) => boolean) => {
      const data = Uint8Array.from({ length: width * height }, (_, i) =>
        Math.floor(i / width) === 30 && has(i % width) ? 1 : 0,
      )
      return BitMask.from({ data, width, height })
    }
    const [cut, whole] = [line((x) => x < 50 || x > 56), line(() => true)]
    const [error, ...others] = topologyErrors(cut, whole)
    expect(others).toEqual([])
    expect(error).toMatchObject({ kind: 'broken connection', y: 30 })
    const picture = overlay(cut, whole, { scale, errors: true })
    const places: [x: number, y: number][] = []
    for (let y = 0; y < picture.height; y++) {
      for (let x = 0; x < picture.width; x++) {
        if (String(at(picture, x, y)) === '240,228,66') places.push([x, y])
      }
    }
    const center = [error.x * scale + (scale >> 1), error.y * scale + (scale >> 1)]
    // A cross: the diagonals, with so many pixels on either side.
    const side = 2 * radius + 1
    const offsets = Array.from({ length: side * side }, (_, i) => [
      (i % side) - radius,
      Math.floor(i / side) - radius,
    ])
    const cross = offsets.filter(
      ([dx, dy]) =>
        Math.abs(Math.abs(dx) - Math.abs(dy)) <= half &&
        Math.max(Math.abs(dx), Math.abs(dy)) < radius,
    )
    expect(places).toEqual(cross.map(([dx, dy]) => [center[0] + dx, center[1] + dy]))
  })

  test('follows the options for thinning and junctions', () => {
    const square = BitMask.from([
      [1, 1],
      [1, 1],
    ])
    expect(nameAt(overlay(square, square), 0, 0) + nameAt(overlay(square, square), 1, 1)).toContain(
      'both skeletons',
    )
    const thinned = overlay(square, square, { thinning: 'zhang-suen' })
    expect([0, 1].map((i) => nameAt(thinned, i, i))).toEqual(['true positive', 'true positive'])
    // One crossing, but five pixels with more than two neighbours.
    const cross = Array.from({ length: 31 }, (_, y) =>
      Array.from({ length: 31 }, (_, x) => (x === 15 || y === 15 ? 1 : 0)),
    )
    const marks = (junctions: JunctionOptions['method']) =>
      overlay(cross, cross, { junctions }).data.filter((v, i) => i % 4 === 2 && v === 196).length
    expect(marks('crossing-number')).toBe(40)
    expect(marks('pixels')).toBeGreaterThan(40)
  })

  test('takes empty images', () => {
    expect(overlay([], [])).toEqual({ data: new Uint8ClampedArray(), width: 0, height: 0 })
  })

  test('says what is wrong with its arguments', () => {
    const draw = overlay as (...args: unknown[]) => unknown
    const cases: [args: unknown[], kind: typeof TypeError, message: string][] = [
      [[[[1]], 'x'], TypeError, 'expected the truth to be a mask'],
      [
        [[[1]], [[1]], null],
        TypeError,
        'expected the options of overlay to be a plain object, got null',
      ],
      [
        [[[1]], [[1, 0]]],
        RangeError,
        'expected a prediction and a truth of equal size, got 1 × 1 and 2 × 1',
      ],
      [
        [[[1]], [[1]], { within: [[1, 1]] }],
        RangeError,
        'expected a field of view and masks of equal size',
      ],
      [[[[1]], [[1]], { thinning: 'thin' }], RangeError, 'expected thinning to be'],
      [[[[1]], [[1]], { junctions: 'x' }], RangeError, 'expected junctions to be'],
      [
        [[[1]], [[1]], { scale: 9 }],
        RangeError,
        'expected scale to be an integer from 1 to 8, got 9',
      ],
    ]
    for (const [args, kind, message] of cases) {
      expect(() => draw(...args)).toThrow(kind)
      expect(() => draw(...args)).toThrow(message)
    }
    const large = BitMask.from({ data: new Uint8Array(5_000_000), width: 5_000_000, height: 1 })
    expect(() => overlay(large, large, { scale: 8 })).toThrow(
      `expected a picture of at most ${MAX_PIXELS} pixels, got 40000000 × 8`,
    )
  })
})
