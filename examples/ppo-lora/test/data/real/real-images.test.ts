import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import { GifWriter } from 'omggif'
import { afterAll, describe, expect, test } from 'vitest'
import { filesOfFolder } from '../../../src/data/real/data-folder.ts'
import { readImageFile } from '../../../src/data/real/image-file.ts'
import { readRealImages } from '../../../src/data/real/real-images.ts'

const root = mkdtempSync(join(tmpdir(), 'real-images-'))
afterAll(() => rmSync(root, { recursive: true }))

let folders = 0
function folderOf(files: Record<string, Uint8Array>): string {
  const folder = join(root, String(folders++))
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  return folder
}

type Pixels = (x: number, y: number) => number

function samples(width: number, height: number, channels: number, at: Pixels): Uint8Array {
  const data = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++) {
    const value = at(i % width, Math.floor(i / width))
    // Green differs from red and blue, so that the wrong channel would show.
    if (channels === 1) data[i] = value
    else data.set([7, value, 9], i * channels)
  }
  return data
}

function png(width: number, height: number, at: Pixels, channels = 1): Uint8Array {
  return encode({ width, height, channels, data: samples(width, height, channels, at) })
}

function ppm(width: number, height: number, at: Pixels): Uint8Array {
  const header = Buffer.from(`P6\n# a comment\n${width} ${height}\n255\n`)
  return Buffer.concat([header, samples(width, height, 3, at)])
}

function gif(width: number, height: number, at: Pixels): Uint8Array {
  const bytes = Buffer.alloc(width * height + 1000)
  const writer = new GifWriter(bytes, width, height, { palette: [0x000000, 0xffffff] })
  const indices = [...samples(width, height, 1, at)].map((value) => (value > 0 ? 1 : 0))
  writer.addFrame(0, 0, width, height, indices)
  return bytes.subarray(0, writer.end())
}

/** A TIFF of one strip, uncompressed, in colour. */
function tiff(width: number, height: number, at: Pixels): Uint8Array {
  const data = samples(width, height, 3, at)
  const tags = [
    [256, 3, 1, width],
    [257, 3, 1, height],
    [258, 3, 3, 8 + 2 + 9 * 12 + 4],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, 1, 8 + 2 + 9 * 12 + 4 + 6],
    [277, 3, 1, 3],
    [278, 3, 1, height],
    [279, 4, 1, data.length],
  ]
  const head = Buffer.alloc(8 + 2 + tags.length * 12 + 4 + 6)
  head.write('II*\0', 0, 'latin1')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(tags.length, 8)
  tags.forEach(([tag, type, count, value], i) => {
    const start = 10 + 12 * i
    head.writeUInt16LE(tag, start)
    head.writeUInt16LE(type, start + 2)
    head.writeUInt32LE(count, start + 4)
    head.writeUInt32LE(value, start + 8)
  })
  for (let i = 0; i < 3; i++) head.writeUInt16LE(8, head.length - 6 + 2 * i)
  return Buffer.concat([head, data])
}

const textured: Pixels = (x, y) => 100 + ((x * 7 + y * 13) % 50)
const line: Pixels = (_, y) => (y >= 10 && y < 13 ? 255 : 0)
const all: Pixels = () => 255

describe('image files', () => {
  test.each([
    ['png', png(20, 10, textured, 3)],
    ['ppm', ppm(20, 10, textured)],
    ['ppm.gz', gzipSync(ppm(20, 10, textured))],
    ['tif', tiff(20, 10, textured)],
  ])('reads the pixels of %s', (ending, bytes) => {
    const folder = folderOf({ [`a.${ending}`]: bytes })
    const { width, height, channels, data } = readImageFile(join(folder, `a.${ending}`))
    expect([width, height, channels]).toEqual([20, 10, 3])
    expect(Uint8Array.from(data)).toEqual(samples(20, 10, 3, textured))
  })

  test('reads grey of 1 bit and palettes', () => {
    const bits = encode({
      width: 9,
      height: 1,
      channels: 1,
      depth: 1,
      data: Uint8Array.of(0xa0, 0x80),
    })
    const file = join(folderOf({ 'a.png': bits, 'b.gif': gif(4, 2, (x) => x % 2) }), 'a.png')
    expect([...Array.from(readImageFile(file).data)]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1])
    const { data, channels } = readImageFile(join(dirname(file), 'b.gif'))
    expect(Array.from({ length: 8 }, (_, i) => data[channels * i + 1])).toEqual([
      0, 255, 0, 255, 0, 255, 0, 255,
    ])
  })

  test('names a file that it cannot read', () => {
    const whole = png(20, 10, textured, 3)
    const folder = folderOf({
      'cut.png': whole.subarray(0, whole.length / 2),
      'cut.ppm': ppm(20, 10, textured).subarray(0, 100),
      'text.png': Buffer.from('no image at all'),
    })
    for (const name of ['cut.png', 'cut.ppm', 'text.png', 'absent.png']) {
      const path = join(folder, name)
      expect(() => readImageFile(path)).toThrow(`cannot read the image ${path}: `)
    }
    expect(() => readImageFile(join(folder, 'text.png'))).toThrow(
      'expected it to be an image (PNG, GIF, TIFF',
    )
  })
})

describe('folders', () => {
  test('CHASE_DB1: both eyes of a patient, a second observer, a field of view', () => {
    const size = [40, 30] as const
    const inner: Pixels = (x) => (x >= 5 && x < 35 ? 255 : 0)
    const files: Record<string, Uint8Array> = {}
    for (const name of ['Image_01L', 'Image_01R', 'Image_02L']) {
      files[`images/${name}.png`] = png(...size, textured, 3)
      files[`masks/${name}.png`] = png(...size, line)
      files[`masks2/${name}.png`] = png(...size, (_, y) => (y === 11 ? 255 : 0))
      files[`fov/${name}.png`] = png(...size, inner)
    }
    const images = readRealImages(folderOf(files))
    expect(images.map(({ name, patient }) => [name, patient])).toEqual([
      ['Image_01L', 'Image_01'],
      ['Image_01R', 'Image_01'],
      ['Image_02L', 'Image_02'],
    ])
    const [first] = images
    expect([first.width, first.height]).toEqual(size)
    const sum = (values?: Uint8Array) => values?.reduce((a, b) => a + b, 0)
    expect([sum(first.within), sum(first.truth), sum(first.second)]).toEqual([30 * 30, 3 * 30, 30])
    expect(first.caliber[11 * 40 + 20]).toBe(2)
    expect(first.image[0]).toBe(0)
    expect(first.green[1]).toBe(107)
  })

  test('DRIVE: two parts, TIFF images, GIF masks', () => {
    const size = [40, 30] as const
    const folder = folderOf({
      'training/images/21_training.tif': tiff(...size, textured),
      'training/1st_manual/21_manual1.gif': gif(...size, line),
      'training/mask/21_training_mask.gif': gif(...size, all),
      'test/images/01_test.tif': tiff(...size, textured),
      'test/1st_manual/01_manual1.gif': gif(...size, line),
      'test/2nd_manual/01_manual2.gif': gif(...size, line),
      'test/mask/01_test_mask.gif': gif(...size, all),
    })
    const images = readRealImages(folder)
    expect(images.map(({ patient, second }) => [patient, second !== undefined])).toEqual([
      ['21', false],
      ['01', true],
    ])
    expect(images[0].truth.reduce((a, b) => a + b)).toBe(3 * 40)
  })

  test('STARE: gzipped PPM, a field of view found in the image', () => {
    const disc: Pixels = (x, y) => ((x - 30) ** 2 + (y - 30) ** 2 < 20 ** 2 ? textured(x, y) : 2)
    const folder = folderOf({
      'stare-images/im0001.ppm.gz': gzipSync(ppm(60, 60, disc)),
      'labels-ah/im0001.ah.ppm.gz': gzipSync(ppm(60, 60, (x) => (x === 30 ? 255 : 0))),
      'labels-vk/im0001.vk.ppm.gz': gzipSync(ppm(60, 60, (x) => (x === 30 ? 255 : 0))),
    })
    const [image] = readRealImages(folder)
    for (let i = 0; i < 60 * 60; i++) {
      const isInside = ((i % 60) - 30) ** 2 + (Math.floor(i / 60) - 30) ** 2 < 20 ** 2
      expect(image.within[i]).toBe(isInside ? 1 : 0)
    }
    expect(image.truth.reduce((a, b) => a + b)).toBe(39)
    expect(image.second).toEqual(image.truth)
  })

  test('large images are reduced, masks by halves', () => {
    const folder = folderOf({
      'images/a.png': png(902, 6, textured),
      // Three rows of the full size: a whole reduced one, and half of the next.
      'masks/a.png': png(902, 6, (_, y) => (y >= 2 && y < 5 ? 255 : 0)),
      'fov/a.png': png(902, 6, (x) => (x >= 1 ? 255 : 0)),
    })
    const [image] = readRealImages(folder)
    expect([image.width, image.height]).toEqual([451, 3])
    expect([image.within[0], image.within[1]]).toEqual([0, 1])
    expect([image.truth[10], image.truth[451 + 10], image.truth[902 + 10]]).toEqual([0, 1, 1])
    // Two pixels before, one after the reduction.
    expect(image.caliber[451 + 10]).toBe(1)
    expect(image.caliber[902 + 10]).toBe(1)
  })
})

describe('faults', () => {
  const image = png(20, 10, textured)
  const mask = png(20, 10, () => 255)

  test('a folder of another layout', () => {
    const folder = folderOf({ 'pictures/a.png': image })
    expect(() => filesOfFolder(folder)).toThrow(
      /expected folders images and masks; or .*found pictures/,
    )
    expect(() => filesOfFolder(join(folder, 'absent'))).toThrow('no such folder')
  })

  test('a missing mask or field of view', () => {
    const files = { 'images/a.png': image, 'images/b.png': image, 'masks/a.png': mask }
    expect(() => readRealImages(folderOf(files))).toThrow(
      /b\.png has no mask: expected .*masks.b\.\*/,
    )
    const more = { ...files, 'masks/b.png': mask, 'fov/b.png': mask }
    expect(() => readRealImages(folderOf(more))).toThrow(/a\.png has no field of view/)
  })

  test('a truth of another size, an unreadable one', () => {
    const other = folderOf({ 'images/a.png': image, 'masks/a.png': png(10, 20, all) })
    expect(() => readRealImages(other)).toThrow(
      /expected .*masks.a\.png to be 20 × 10 as .*, got 10 × 20/,
    )
    const cut = folderOf({ 'images/a.png': image, 'masks/a.png': mask.subarray(0, 40) })
    expect(() => readRealImages(cut)).toThrow(/cannot read the image .*masks.a\.png/)
  })

  test('an empty field of view', () => {
    const folder = folderOf({
      'images/a.png': image,
      'masks/a.png': mask,
      'fov/a.png': png(20, 10, () => 0),
    })
    expect(() => readRealImages(folder)).toThrow(/field of view of .*a\.png is empty/)
  })
})
