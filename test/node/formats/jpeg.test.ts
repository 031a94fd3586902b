import { decodeImage } from 'vessel-reward/node'
import { describe, expect, it } from 'vitest'

const marker = (kind: number, ...data: number[]) => [
  0xff,
  kind,
  (data.length + 2) >> 8,
  (data.length + 2) & 255,
  ...data,
]
const half = (value: number) => [value >> 8, value & 255]

/** A frame header of one channel, or of three of which the others have a quarter of the pixels. */
const frame = (width: number, height: number, kind = 0xc0, channels: 1 | 3 = 1) => {
  const others = [2, 0x11, 0, 3, 0x11, 0].slice(0, 3 * (channels - 1))
  const first = [1, channels === 1 ? 0x11 : 0x22, 0]
  return marker(kind, 8, ...half(height), ...half(width), channels, ...first, ...others)
}

const TABLE = [1, ...new Array(15).fill(0), 0]
const TABLES = [
  ...marker(0xdb, 0, ...new Array(64).fill(1)),
  ...marker(0xc4, 0x00, ...TABLE, 0x10, ...TABLE),
]
const SCAN = marker(0xda, 1, 1, 0, 0, 63, 0)

/** An image of one grey, of which each block has two bits: as small as a baseline image can be. */
function blank(width: number, height: number, header = frame(width, height), scans = SCAN) {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8)
  const data = new Array(Math.ceil((2 * blocks) / 8)).fill(0)
  return Uint8Array.from([0xff, 0xd8, ...TABLES, ...header, ...scans, ...data, 0xff, 0xd9])
}

const read = (bytes: Uint8Array) => () => decodeImage(bytes, { name: 'a.jpg' })

describe('JPEG images', () => {
  it.each([
    [8, 8],
    [200, 600],
    [1, 3000],
    [2048, 2048],
  ])('of %d × %d pixels and two bits a block are read', (width, height) => {
    const { data, channels } = decodeImage(blank(width, height))
    expect(data.length).toBe(width * height * channels)
    expect(data.every((value) => value === 128)).toBe(true)
  })

  it.each<[string, Uint8Array, string]>([
    ['fewer bytes', blank(512, 480, frame(512, 512)), 'bytes for 512 × 512 pixels'],
    ['fewer bytes, in colors', blank(512, 500, frame(512, 512, 0xc0, 3)), 'for 512 × 512 pixels'],
    ['fewer bytes, progressive', blank(512, 240, frame(512, 512, 0xc2)), 'for 512 × 512 pixels'],
    ['the largest size', blank(512, 512, frame(65535, 2047)), 'bytes for 65535 × 2047 pixels'],
    ['a larger size', blank(512, 512, frame(65535, 65535)), 'at most 134217728 pixels'],
    ['lossless coding', blank(64, 64, frame(64, 64, 0xc3)), 'got coding 3 of the standard'],
    ['no sampling', blank(8, 8, marker(0xc0, 8, 0, 8, 0, 8, 1, 1, 0, 0)), '0 × 0 as the sampling'],
    ['a cut frame header', Uint8Array.from([0xff, 0xd8, ...frame(8, 8).slice(0, 11)]), 'only 13'],
    [
      'a second frame, of another size',
      blank(64, 64, [...frame(64, 64), ...frame(11_000, 11_000)]),
      'maxMemoryUsageInMB limit exceeded',
    ],
    [
      'scans without end',
      blank(8, 8, frame(8, 8, 0xc2), new Array(101).fill(SCAN).flat()),
      'got 101 scans',
    ],
  ])('with %s are refused', (_, bytes, message) => {
    expect(read(bytes)).toThrow(RangeError)
    expect(read(bytes)).toThrow(message)
    expect(read(bytes)).toThrow('expected a.jpg')
  })
})
