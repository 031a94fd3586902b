import type { ImageSamples } from '../formats/image-samples.ts'
import { inflateNow } from './inflate.ts'
import { damaged, type PngParts, pngParts } from './png-parts.ts'
import { PngRows, type RowBlock } from './png-samples.ts'

/**
 * All samples of a PNG image, on the scale of the file; a palette's colors in place of their numbers.
 *
 * @param name - what the image is called in an error message
 */
export function decodePngSamples(bytes: Uint8Array, name: string): ImageSamples {
  const parts = pngParts(bytes, name)
  const { header, palette, paletteAlpha } = parts
  const { width, height, depth, channels, colorType } = header
  const count = width * height * channels
  const data = depth === 16 ? new Uint16Array(count) : new Uint8Array(count)
  const rows = new PngRows(parts, name, (block) => placeSamples(block, parts, data))
  inflateNow(parts, rows, name)
  if (rows.received !== parts.dataBytes) {
    throw damaged(name, `${rows.received} bytes of pixel data instead of ${parts.dataBytes}`)
  }
  const format = 'PNG image'
  if (palette === undefined) {
    const alpha = colorType === 4 || colorType === 6
    return { data, width, height, channels, alpha, max: 2 ** depth - 1, format }
  }
  const alpha = paletteAlpha.length > 0
  const colors = colorsOf(data, palette, alpha ? paletteAlpha : undefined, name)
  return { data: colors, width, height, channels: alpha ? 4 : 3, alpha, max: 255, format }
}

/** Puts the samples of some rows of a pass into their places. */
function placeSamples(
  { pass, row, rows, bytes, start, stride }: RowBlock,
  { header }: PngParts,
  data: Uint8Array | Uint16Array,
): void {
  const { width, depth, channels } = header
  const mask = 2 ** depth - 1
  for (let r = 0; r < rows; r++) {
    const first = start + r * stride
    let at = ((pass.y + (row + r) * pass.dy) * width + pass.x) * channels
    if (depth === 8 && pass.dx === 1) {
      data.set(bytes.subarray(first, first + width * channels), at)
      continue
    }
    const skip = (pass.dx - 1) * channels
    for (let x = 0, k = 0; x < pass.width; x++, at += skip) {
      for (let c = 0; c < channels; c++, k++) {
        if (depth === 8) data[at++] = bytes[first + k]
        else if (depth === 16) data[at++] = (bytes[first + 2 * k] << 8) | bytes[first + 2 * k + 1]
        else {
          const bit = k * depth
          data[at++] = (bytes[first + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask
        }
      }
    }
  }
}

function colorsOf(
  numbers: Uint8Array | Uint16Array,
  palette: Uint8Array,
  alpha: Uint8Array | undefined,
  name: string,
): Uint8Array {
  const channels = alpha === undefined ? 3 : 4
  const colors = new Uint8Array(numbers.length * channels)
  for (let i = 0, at = 0; i < numbers.length; i++) {
    const color = numbers[i]
    if (3 * color >= palette.length) {
      throw damaged(name, `colour ${color} of a palette of ${palette.length / 3}`)
    }
    for (let c = 0; c < 3; c++) colors[at++] = palette[3 * color + c]
    if (alpha !== undefined) colors[at++] = alpha[color] ?? 255
  }
  return colors
}
