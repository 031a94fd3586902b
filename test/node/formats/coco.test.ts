import { BitMask } from 'vessel-reward'
import { type DecodeMaskOptions, decodeMask } from 'vessel-reward/node'
import { describe, expect, it } from 'vitest'
import { fillPolygon } from '../../../src/node/formats/coco/fill-polygon.ts'
import { readRleGolden } from '../../golden/rle-golden.ts'
import { COCO } from './coco-files.ts'

const json = (value: unknown) => Buffer.from(JSON.stringify(value))
const countOf = (value: unknown, options?: DecodeMaskOptions) =>
  decodeMask(json(value), { name: 'f.json', ...options }).count

describe('polygons', () => {
  it('are filled as pycocotools fills them', () => {
    const { polygons } = readRleGolden()
    expect(polygons.length).toBe(300)
    for (const { size, polygons: parts, counts } of polygons) {
      const images = [{ id: 1, height: size[0], width: size[1] }]
      const annotations = [{ image_id: 1, segmentation: parts }]
      const mask = decodeMask(json({ images, annotations }))
      expect(mask.toRle()).toEqual({ size, counts })
    }
  })

  it('may be lines and points, which fill nothing', () => {
    const runs = fillPolygon([1, 1, 1, 1, 1, 1], 4, 4)
    expect(BitMask.fromRle({ size: [4, 4], counts: runs }).count).toBe(0)
    expect(fillPolygon([0, 0, 4, 0, 4, 4, 0, 4], 4, 4)).toEqual([0, 16])
  })
})

describe('annotations', () => {
  it('of an image are united, all or those of a category', () => {
    expect(countOf(COCO, { page: 'a.png' })).toBe(18)
    expect(countOf(COCO, { page: 7, category: 'artery' })).toBe(15)
    expect(countOf(COCO, { page: 7, category: 2 })).toBe(3)
    expect(countOf(COCO, { page: 'b.png' })).toBe(9)
    expect(countOf(COCO, { page: 'b.png', category: 'artery' })).toBe(0)
  })

  it('of results know their size by their encodings', () => {
    const results = COCO.annotations.slice(1)
    expect(countOf(results, { page: 8 })).toBe(9)
    expect(countOf(results, { page: 7, category: 2 })).toBe(3)
    expect(countOf(results[0].segmentation)).toBe(3)
  })

  it.each<[string, unknown, DecodeMaskOptions, string]>([
    ['no page', COCO, {}, 'pass the name or number of one as page: "a.png", "b.png"'],
    ['another page', COCO, { page: 'c.png' }, 'got "c.png", which 0 have'],
    ['another category', COCO, { page: 7, category: 'nerve' }, '("artery", "vein"), got "nerve"'],
    ['other JSON', { a: 1 }, {}, 'got JSON without images and annotations'],
    ['an empty list', [], {}, 'got a list without results'],
    ['results of several images', COCO.annotations, {}, 'as page: 7, 8'],
    ['polygons without a size', COCO.annotations, { page: 7 }, 'as polygons, without the size'],
    [
      'a wrong sum',
      { size: [2, 2], counts: [3] },
      {},
      'add up to the 4 pixels of the mask, got 3 in 1 runs',
    ],
    [
      'a polygon of two points',
      { images: [COCO.images[0]], annotations: [{ image_id: 7, segmentation: [[1, 2, 3, 4]] }] },
      {},
      'the segmentation of annotation 0 with a polygon that is not x, y of three points or more',
    ],
    [
      'a polygon of another image',
      {
        images: [COCO.images[0]],
        annotations: [{ image_id: 7, segmentation: [[1, 2, 3, 4, 500, 6]] }],
      },
      {},
      'with the coordinate 500, far from 10 × 8 pixels',
    ],
    [
      'an encoding of another size',
      {
        images: [COCO.images[0]],
        annotations: [{ image_id: 7, segmentation: { size: [3, 4], counts: '39' } }],
      },
      {},
      'the segmentation of annotation 0 of 4 × 3 pixels for 10 × 8',
    ],
    [
      'a huge image',
      { images: [{ id: 1, width: 1e6, height: 1e6 }], annotations: [] },
      {},
      'at most',
    ],
    ['one mask with a page', { size: [1, 1], counts: '1' }, { page: 3 }, 'got 3'],
  ])('are refused with %s', (_, value, options, message) => {
    expect(() => countOf(value, options)).toThrow(message)
    expect(() => countOf(value, options)).toThrow(RangeError)
    expect(() => countOf(value, options)).toThrow('f.json')
  })

  it('say where JSON is broken', () => {
    expect(() => decodeMask(Buffer.from('{"images": [}'), { name: 'f.json' })).toThrow(
      /^expected f\.json to be an intact COCO file, got text that is not JSON: ./,
    )
  })
})
