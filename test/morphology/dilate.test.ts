import fc from 'fast-check'
import {
  BitMask,
  boundary,
  type DilationOptions,
  dilate,
  type ErosionOptions,
  erode,
  type StructuringElement,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { digestOf, readDistanceGolden } from '../golden/distance-golden.ts'
import { bits, faults, maskDifference } from '../oracle/compare.ts'
import { draw, type Grid, grid } from '../oracle/grid.ts'
import { anyMask } from '../property/masks.ts'

const ELEMENTS: StructuringElement[] = ['square', 'diamond', 'disk']

const CONTAINS: Record<StructuringElement, (dx: number, dy: number, radius: number) => boolean> = {
  square: (dx, dy, radius) => Math.max(Math.abs(dx), Math.abs(dy)) <= radius,
  diamond: (dx, dy, radius) => Math.abs(dx) + Math.abs(dy) <= radius,
  disk: (dx, dy, radius) => dx * dx + dy * dy <= radius * radius,
}

/** The pixels in whose neighbourhood a pixel inside the image is of a value. */
function near(mask: Grid, value: number, element: StructuringElement, radius: number): Grid {
  const contains = CONTAINS[element]
  const reach = Math.floor(radius)
  return grid(mask.width, mask.height, (x, y) => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const [u, v] = [x + dx, y + dy]
        if (u < 0 || v < 0 || u >= mask.width || v >= mask.height) continue
        if (mask.data[v * mask.width + u] === value && contains(dx, dy, radius)) return true
      }
    }
    return false
  })
}

const complement = ({ width, height, data }: Grid) =>
  grid(width, height, (x, y) => data[y * width + x] === 0)

const anyElement = fc.constantFrom(...ELEMENTS)
const anyRadius = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.double({ min: 0, max: 7, noNaN: true }),
)

describe('dilate, erode and boundary', () => {
  it('equal SciPy and scikit-image pixel by pixel', () => {
    const { morphology } = readDistanceGolden()
    const found = faults(morphology, (item) => {
      const { mask: data, width, height, element, radius } = item
      const mask = BitMask.from({ data, width, height })
      const options = { element, radius }
      const digests = {
        dilated: digestOf(dilate(mask, options)),
        eroded: digestOf(erode(mask, options)),
        ignored: digestOf(erode(mask, { ...options, outside: 'ignored' })),
        boundary: digestOf(boundary(mask)),
      }
      const wrong = Object.entries(digests).filter(
        ([name, digest]) => item[name as keyof typeof digests] !== digest,
      )
      return wrong.length === 0 ? '' : `${element} ${radius}: ${wrong.map(([name]) => name)}`
    })
    expect(found).toEqual([])
    expect(morphology.length).toBeGreaterThan(600)
  })

  it('equal their definitions', () => {
    fc.assert(
      fc.property(anyMask(70, 24), anyElement, anyRadius, (mask, element, radius) => {
        const packed = bits(mask)
        expect(
          maskDifference(dilate(packed, { element, radius }), near(mask, 1, element, radius)),
        ).toBe('')
        const ignored = complement(near(mask, 0, element, radius))
        const eroded = erode(packed, { element, radius, outside: 'ignored' })
        expect(maskDifference(eroded, ignored)).toBe('')
      }),
      { numRuns: 60 },
    )
  })

  it('erode at the edges of the image as if background were outside', () => {
    fc.assert(
      fc.property(anyMask(70, 24), anyElement, anyRadius, (mask, element, radius) => {
        const ring = Math.floor(radius)
        const { width, height, data } = mask
        const padded = grid(width + 2 * ring, height + 2 * ring, (x, y) => {
          const [u, v] = [x - ring, y - ring]
          return u >= 0 && v >= 0 && u < width && v < height && data[v * width + u] === 1
        })
        const wide = complement(near(padded, 0, element, radius))
        const expected = grid(
          width,
          height,
          (x, y) => wide.data[(y + ring) * wide.width + x + ring] === 1,
        )
        expect(maskDifference(erode(bits(mask), { element, radius }), expected)).toBe('')
      }),
      { numRuns: 40 },
    )
  })

  it('take the boundary for what an erosion by the cross takes away', () => {
    fc.assert(
      fc.property(anyMask(), (mask) => {
        const packed = bits(mask)
        const eroded = erode(packed, { element: 'diamond' }).toUint8Array()
        const taken = { ...mask, data: mask.data.map((value, i) => value & ~eroded[i]) }
        expect(maskDifference(boundary(packed), taken)).toBe('')
      }),
      { numRuns: 40 },
    )
  })

  it('take masks without pixels and radii greater than the image', () => {
    for (const empty of [[], [[]]]) {
      for (const element of ELEMENTS) {
        expect(dilate(empty, { element, radius: 3 }).count).toBe(0)
        expect(erode(empty, { element, radius: 3 }).count).toBe(0)
        expect(erode(empty, { element, outside: 'ignored' }).count).toBe(0)
      }
      expect(boundary(empty).count).toBe(0)
    }
    const dot = draw('..... .#... .....')
    const everything = draw('##### ##### #####')
    for (const element of ELEMENTS) {
      expect(maskDifference(dilate(bits(dot), { element, radius: 1000 }), everything)).toBe('')
      expect(erode(bits(everything), { element, radius: 1000 }).count).toBe(0)
      const kept = erode(bits(everything), { element, radius: 1000, outside: 'ignored' })
      expect(maskDifference(kept, everything)).toBe('')
    }
  })

  it('leave the mask as it was', () => {
    const mask = bits(draw('.#. ### ...'))
    dilate(mask)
    erode(mask)
    boundary(mask)
    expect(maskDifference(mask, draw('.#. ### ...'))).toBe('')
  })

  it.each<[unknown, Error]>([
    [null, new TypeError('expected the options of dilate to be a plain object, got null')],
    [
      { element: 'cross' },
      new RangeError("expected element to be 'square' or 'diamond' or 'disk', got 'cross'"),
    ],
    [
      { radius: -1 },
      new RangeError('expected radius to be a finite number ≥ 0 and ≤ 1000, got -1'),
    ],
    [{ radius: '1' }, new TypeError("expected radius to be a number, got '1'")],
    [
      { size: 3 },
      new RangeError(
        "unknown option 'size' of dilate: did you mean 'radius'? Known: element, radius",
      ),
    ],
  ])('refuse the options %j', (options, error) => {
    expect(() => dilate([[1]], options as DilationOptions)).toThrow(error)
  })

  it('refuse an unknown outside', () => {
    expect(() => erode([[1]], { outside: 'foreground' } as unknown as ErosionOptions)).toThrow(
      new RangeError("expected outside to be 'background' or 'ignored', got 'foreground'"),
    )
    expect(() => dilate([[1]], { outside: 'ignored' } as DilationOptions)).toThrow(RangeError)
  })
})
