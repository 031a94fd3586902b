import { crc32, deflateSync } from 'node:zlib'

/** A PNG image of any kind; `samples` row by row, on the scale of its depth. */
export interface PngFixture {
  width: number
  height: number
  depth: 1 | 2 | 4 | 8 | 16
  colorType: 0 | 2 | 3 | 4 | 6
  samples: readonly number[]
  interlaced?: boolean
  palette?: readonly number[]
  /** Further chunks before the pixel data. */
  extra?: readonly Uint8Array[]
}

export const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
]

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

export interface HeaderFixture {
  width: number
  height: number
  depth?: number
  colorType?: number
  compression?: number
  filter?: number
  interlace?: number
}

export function header(fields: HeaderFixture): Buffer {
  const { width, height, depth = 8, colorType = 0 } = fields
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([depth, colorType, fields.compression ?? 0, fields.filter ?? 0], 8)
  data[12] = fields.interlace ?? 0
  return chunk('IHDR', data)
}

/** A file of these chunks. */
export function file(...chunks: Uint8Array[]): Buffer {
  return Buffer.concat([SIGNATURE, ...chunks])
}

export const END: Buffer = chunk('IEND', new Uint8Array())

/** Encodes the image with all five filters in turn, the pixel data split into two chunks. */
export function png(image: PngFixture): Buffer {
  const { width, height, depth, colorType, interlaced = false } = image
  const data = deflateSync(Buffer.concat(filteredRows(image)))
  const half = data.length >> 1
  return file(
    header({ width, height, depth, colorType, interlace: interlaced ? 1 : 0 }),
    ...(image.palette === undefined ? [] : [chunk('PLTE', Uint8Array.from(image.palette))]),
    ...(image.extra ?? []),
    chunk('IDAT', data.subarray(0, half)),
    chunk('IDAT', data.subarray(half)),
    END,
  )
}

function filteredRows({ width, height, depth, colorType, samples, interlaced }: PngFixture) {
  const channels = CHANNELS[colorType]
  const rows: Buffer[] = []
  for (const [x0, y0, dx, dy] of interlaced ? ADAM7 : [[0, 0, 1, 1]]) {
    let previous: Buffer | undefined
    for (let y = y0; y < height; y += dy) {
      const values: number[] = []
      for (let x = x0; x < width; x += dx) {
        const first = (y * width + x) * channels
        values.push(...samples.slice(first, first + channels))
      }
      if (values.length === 0) continue
      const row = packed(values, depth)
      const type = rows.length % 5
      rows.push(filtered(type, row, previous, Math.max(1, (depth * channels) >> 3)))
      previous = row
    }
  }
  return rows
}

function packed(values: readonly number[], depth: number): Buffer {
  const bits = values.map((value) => value.toString(2).padStart(depth, '0')).join('')
  const bytes = bits.match(/.{1,8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)))
}

function filtered(type: number, row: Buffer, above: Buffer | undefined, pixel: number): Buffer {
  const out = Buffer.alloc(row.length + 1)
  out[0] = type
  for (let i = 0; i < row.length; i++) {
    const left = i < pixel ? 0 : row[i - pixel]
    const up = above?.[i] ?? 0
    const corner = i < pixel ? 0 : (above?.[i - pixel] ?? 0)
    const guesses = [0, left, up, (left + up) >> 1, paeth(left, up, corner)]
    out[i + 1] = row[i] - guesses[type]
  }
  return out
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const distances = [left, up, corner].map((value) => Math.abs(guess - value))
  return [left, up, corner][distances.indexOf(Math.min(...distances))]
}
