import fc from 'fast-check'
import { decodeMask } from 'vessel-reward/node'
import { describe, expect, it } from 'vitest'
import { fillPolygon } from '../../../../src/node/formats/coco/fill-polygon.ts'
import { sortPlaces } from '../../../../src/node/formats/coco/sort-places.ts'

/** The same step by step along the border, as rleFrPoly of the COCO API goes. */
function fillBySteps(points: number[], width: number, height: number): number[] {
  const fifths = points.map((value) => Math.trunc(5 * value + 0.5))
  const border: [x: number, y: number][] = []
  for (let i = 0; i < fifths.length; i += 2) {
    const [x0, y0] = fifths.slice(i, i + 2)
    const [x1, y1] = [...fifths.slice(i + 2), ...fifths].slice(0, 2)
    const across = Math.abs(x1 - x0)
    const down = Math.abs(y1 - y0)
    const isFlat = across >= down
    const isTurned = isFlat ? x0 > x1 : y0 > y1
    const [left, top, right, bottom] = isTurned ? [x1, y1, x0, y0] : [x0, y0, x1, y1]
    const length = Math.max(across, down)
    const slope = length === 0 ? 0 : isFlat ? (bottom - top) / across : (right - left) / down
    for (let k = 0; k <= length; k++) {
      const step = isTurned ? length - k : k
      if (isFlat) border.push([left + step, Math.trunc(top + slope * step + 0.5)])
      else border.push([Math.trunc(left + slope * step + 0.5), top + step])
    }
  }
  const isCrossed = new Uint8Array(width * height + 1)
  for (let k = 1; k < border.length; k++) {
    const [[lastX, lastY], [x, y]] = border.slice(k - 1, k + 1)
    if (x === lastX) continue
    const column = ((x < lastX ? x : x - 1) + 0.5) / 5 - 0.5
    if (column !== Math.floor(column) || column < 0 || column > width - 1) continue
    const row = Math.min(Math.max((Math.min(y, lastY) + 0.5) / 5 - 0.5, 0), height)
    isCrossed[Math.ceil(column * height + row)] ^= 1
  }
  const runs = [0]
  for (let i = 0; i < width * height; i++) {
    if (isCrossed[i] === 1) runs.push(0)
    runs[runs.length - 1]++
  }
  return runs
}

describe('fillPolygon', () => {
  const coordinate = (size: number) =>
    fc.oneof(
      fc.integer({ min: -size, max: 2 * size }),
      fc.double({ min: -size, max: 2 * size, noNaN: true }),
      fc.integer({ min: -10 * size, max: 20 * size }).map((value) => value / 10),
    )
  const size = fc.integer({ min: 1, max: 60 })
  const polygon = fc.tuple(size, size).chain(([width, height]) => {
    const point = fc.tuple(coordinate(width), coordinate(height))
    const points = fc.array(point, { minLength: 3, maxLength: 14 })
    return fc.record({ width: fc.constant(width), height: fc.constant(height), points })
  })

  it('fills what going along the border step by step does', () => {
    fc.assert(
      fc.property(polygon, ({ width, height, points }) => {
        const xy = points.flat()
        expect(fillPolygon(xy, width, height)).toEqual(fillBySteps(xy, width, height))
      }),
      { numRuns: 1000 },
    )
  })

  it('takes any number of columns', () => {
    const runs = fillPolygon([0, 0, 5000, 0, 5000, 2, 0, 2], 5000, 3)
    expect(runs).toEqual([0, ...Array.from({ length: 9999 }, (_, i) => 2 - (i % 2)), 1])
  })
})

describe('sortPlaces', () => {
  it.each([0, 1, 1023, 1024, 30_000])('sorts %d places as the array itself does', (length) => {
    const places = Int32Array.from({ length }, (_, i) => (i * 0x9e3779b1) & (2 ** 27 - 1))
    if (length > 0) places[length >> 1] = 2 ** 27
    const sorted = places.slice().sort()
    sortPlaces(places)
    expect(places).toEqual(sorted)
  })
})

it('a small file does not claim hours: lines across a wide image are counted first', () => {
  const zigzag = Array.from({ length: 40_000 }, (_, i) => (i % 4 === 0 ? 0 : i % 2 ? 3 : 9999))
  const images = [{ id: 1, file_name: 'a.png', width: 10_000, height: 10_000 }]
  const text = JSON.stringify({ images, annotations: [{ image_id: 1, segmentation: [zigzag] }] })
  const read = () => decodeMask(Buffer.from(text), { name: 'f.json' })
  expect(read).toThrow(RangeError)
  expect(read).toThrow('the polygons of the image "a.png" of f.json to cross at most 16777216')
})
