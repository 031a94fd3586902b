/** A PGM image of `width` × `height` values, or a PPM image of three times as many. */
export function pnm(width: number, height: number, max: number, values: number[]): Uint8Array {
  const kind = values.length === 3 * width * height ? 'P6' : 'P5'
  return Buffer.concat([Buffer.from(`${kind} ${width} ${height} ${max}\n`), Buffer.from(values)])
}

const ARRAYS = {
  b1: Uint8Array,
  u1: Uint8Array,
  u2: Uint16Array,
  i4: Int32Array,
  f4: Float32Array,
  f8: Float64Array,
}

/** An NPY array. */
export function npy(
  type: 'b1' | 'u1' | 'u2' | 'i4' | 'f4' | 'f8',
  shape: number[],
  values: number[],
): Uint8Array {
  const header = `{'descr': '<${type}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }\n`
  const head = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1')
  head.writeUInt16LE(header.length, 8)
  const data = ARRAYS[type].from(values)
  return Buffer.concat([head, Buffer.from(header), Buffer.from(data.buffer)])
}

/** A GIF image of up to 128 grey levels: its codes are never longer than 8 bits. */
export function gif(width: number, height: number, values: ArrayLike<number>): Uint8Array {
  const palette = Buffer.from(Array.from({ length: 128 * 3 }, (_, i) => 2 * Math.floor(i / 3)))
  const bytes: number[] = []
  // Codes of 8 bits stay so long as the table is cleared before it has 256 entries.
  for (let i = 0; i < values.length; i++) {
    if (i % 100 === 0) bytes.push(128)
    bytes.push(values[i] >> 1)
  }
  bytes.push(129)
  const blocks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255)
    blocks.push(Buffer.from([block.length, ...block]))
  }
  const head = Buffer.from('GIF89a\0\0\0\0\xf6\0\0', 'latin1')
  head.writeUInt16LE(width, 6)
  head.writeUInt16LE(height, 8)
  const frame = Buffer.from(',\0\0\0\0\0\0\0\0\0\x07', 'latin1')
  frame.writeUInt16LE(width, 5)
  frame.writeUInt16LE(height, 7)
  return Buffer.concat([head, palette, frame, ...blocks, Buffer.from([0, 0x3b])])
}

/**
 * A TIFF image of 8 bits, grey or color, in one strip.
 *
 * @param further - other fields, or other values of these; texts are put before the pixels
 */
export function tiff(
  width: number,
  height: number,
  values: ArrayLike<number>,
  further: Record<number, number | string> = {},
): Uint8Array {
  const channels = values.length / (width * height)
  const texts = Object.values(further).filter((value) => typeof value === 'string')
  const text = Buffer.from(texts.map((value) => `${value}\0`).join(''), 'latin1')
  const fields = Object.entries<number | string>({
    256: width,
    257: height,
    258: 8,
    259: 1,
    262: channels === 3 ? 2 : 1,
    273: 8 + text.length,
    277: channels,
    278: height,
    279: values.length,
    ...further,
  })
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1')
  head.writeUInt32LE(8 + text.length + values.length, 4)
  const directory = Buffer.alloc(2 + 12 * fields.length + 4)
  directory.writeUInt16LE(fields.length, 0)
  fields.forEach(([tag, value], i) => {
    const isText = typeof value === 'string'
    directory.writeUInt16LE(Number(tag), 2 + 12 * i)
    directory.writeUInt16LE(isText ? 2 : 4, 4 + 12 * i)
    directory.writeUInt32LE(isText ? value.length + 1 : 1, 6 + 12 * i)
    directory.writeUInt32LE(isText ? 8 + text.indexOf(`${value}\0`) : value, 10 + 12 * i)
  })
  return Buffer.concat([head, text, Uint8Array.from(values), directory])
}
