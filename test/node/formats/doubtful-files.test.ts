import { crc32 } from 'node:zlib'
import { decodeImage, decodeMask, encodePng } from 'vessel-reward/node'
import { describe, expect, it } from 'vitest'
import { npy, pnm, tiff } from './written-files.ts'

/** Exif data that says how pixels are to be turned. */
function exif(orientation: number): Buffer {
  const bytes = Buffer.from(
    'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0',
    'latin1',
  )
  bytes.writeUInt16BE(orientation, 18)
  return bytes
}

/** A PNG image of one pixel with a further chunk. */
function pngWith(type: string, data: Uint8Array): Uint8Array {
  const png = encodePng({ data: Uint8Array.of(255), width: 1, height: 1 })
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)])
  chunk.writeUInt32BE(data.length, 0)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
  // After the signature and the header.
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)])
}

/** A JPEG image up to its first marker, and Exif data: it is refused before its pixels are looked at. */
const jpegWith = (data: Buffer) => {
  const marker = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 8 + data.length])
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0])
  return Buffer.concat([marker, Buffer.from('Exif\0\0', 'latin1'), data, frame])
}

const grey = [0, 1, 2, 255]
const classes = [0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0]

describe('what programs read in different ways is refused', () => {
  it.each<[string, Uint8Array, string]>([
    ['a turned TIFF image', tiff(2, 2, grey, { 274: 6 }), 'got orientation 6'],
    ['a turned JPEG image', jpegWith(exif(3)), 'got orientation 3'],
    ['a turned PNG image', pngWith('eXIf', exif(8)), 'got orientation 8'],
    [
      'a bool mask of tifffile',
      tiff(8, 1, [0b1010], { 258: 1, 262: 0, 277: 1, 305: 'tifffile.py' }),
      'tifffile itself takes 1 as true and other programs 0: write mask.astype(numpy.uint8)',
    ],
    [
      'a bool mask of tifffile without its name',
      tiff(8, 1, [0b1010], { 258: 1, 262: 0, 277: 1, 270: '{"shape": [1, 8]}' }),
      'tifffile itself takes 1 as true',
    ],
    ['white as 0 of signed integers', tiff(2, 2, grey, { 262: 0, 339: 2 }), 'got 0 as white'],
    [
      'several images of ImageJ in one directory',
      tiff(2, 2, grey, { 270: 'ImageJ=1.11a\nimages=3\nslices=3\n' }),
      'got 3 images of ImageJ in one',
    ],
    ['channels that are no colors', tiff(2, 1, grey), 'got 2 channels, 1 of them of color'],
    ['five channels', tiff(1, 1, [1, 2, 3, 4, 5], { 262: 2 }), 'got 5 channels, 3 of them'],
    ['one-hot classes as bytes', npy('u1', [2, 2, 3], classes), 'as one-hot classes do'],
    [
      'a second PGM image after the first',
      Buffer.concat([pnm(2, 1, 255, [0, 255]), pnm(2, 1, 255, [255, 0])]),
      'got another one after it',
    ],
    [
      'COCO annotations that are boxes alone',
      Buffer.from(
        JSON.stringify({
          images: [{ id: 1, width: 4, height: 4 }],
          annotations: [{ image_id: 1, bbox: [0, 0, 2, 2], segmentation: [] }],
        }),
      ),
      'as where only boxes are known',
    ],
  ])('%s', (_, bytes, message) => {
    const read = () => decodeImage(bytes, { name: 'a.file' })
    expect(read).toThrow(RangeError)
    expect(read).toThrow(message)
    expect(read).toThrow('expected a.file')
  })

  it('but not what only looks like it', () => {
    const upright = [
      tiff(2, 2, grey, { 274: 1 }),
      tiff(2, 2, grey, { 270: 'ImageJ=1\nimages=1\n' }),
    ]
    for (const bytes of upright) expect([...decodeImage(bytes).data]).toEqual(grey)
    for (const data of [exif(1), Buffer.from('not Exif data')]) {
      expect(decodeMask(pngWith('eXIf', data)).count).toBe(1)
    }
    const bilevel = tiff(8, 1, [0b1010], { 258: 1, 262: 0, 277: 1, 305: 'a scanner' })
    expect([...decodeImage(bilevel).data]).toEqual([1, 1, 1, 1, 0, 1, 0, 1])
    const stacked = npy('u1', [2, 2, 3], [0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0])
    expect(decodeMask(stacked).count).toBe(2)
  })

  it('a mask on an opaque fourth channel without a name is not all foreground', () => {
    const opaque = tiff(2, 1, [0, 0, 0, 255, 255, 255, 255, 255], { 262: 2 })
    expect([...decodeMask(opaque).toUint8Array()]).toEqual([0, 1])
  })
})
