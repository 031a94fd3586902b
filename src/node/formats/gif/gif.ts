import type { ImageBytes, ImageChoice, ImageSamples } from '../image-samples.ts'
import { decodeGifPixels } from './gif-lzw.ts'

/** One frame of a GIF image; its pixels are not decompressed yet. */
interface Frame {
  x: number
  y: number
  width: number
  height: number
  interlaced: boolean
  /** Red, green and blue of each color. */
  palette: Uint8Array
  /** The color that lets through what is below; −1 if there is none. */
  transparent: number
  /** What becomes of the frame before the next one: 2 it is cleared, 3 it is taken back. */
  disposal: number
  /** Bits of a color, and where the compressed pixels begin. */
  colorBits: number
  at: number
}

/** Pixels that a byte of LZW can become. */
const MOST_PIXELS = 4096

/** First row and steps of the passes of an interlaced frame. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
]

/**
 * GIF images: the colors of one frame over those before it, with an alpha channel where some pixel
 * is transparent. A frame whose pixels do not all come is refused; decoders for pictures fill it up.
 *
 * Source: Graphics Interchange Format, version 89a, CompuServe 1990.
 */
export function decodeGif(file: ImageBytes, { page }: ImageChoice): ImageSamples {
  const { view, format } = file
  file.need(0, 13, 'its header')
  const width = view.getUint16(6, true)
  const height = view.getUint16(8, true)
  file.checkSize(width, height, 4)
  if (width * height > MOST_PIXELS * file.bytes.length) {
    throw file.damaged(`only ${file.bytes.length} bytes for ${width} × ${height} pixels`)
  }
  const frames = framesOf(file, width, height)
  const last = file.choose(page, frames.length, 'frame')
  let pixels = new Uint8Array(4 * width * height)
  for (let i = 0; i <= last; i++) {
    const kept = frames[i].disposal === 3 && i < last ? pixels.slice() : undefined
    draw(file, frames[i], i, pixels, width)
    if (i === last) break
    if (kept !== undefined) pixels = kept
    else if (frames[i].disposal === 2) clear(frames[i], pixels, width)
  }
  const isOpaque = every4th(pixels, 255)
  const data = isOpaque ? withoutAlpha(pixels) : pixels
  return { data, width, height, channels: isOpaque ? 3 : 4, alpha: !isOpaque, max: 255, format }
}

function framesOf(file: ImageBytes, width: number, height: number): Frame[] {
  const { bytes, view } = file
  const frames: Frame[] = []
  const shared = paletteAt(file, 13, bytes[10])
  let at = 13 + shared.length
  let transparent = -1
  let disposal = 0
  for (;;) {
    file.need(at, 1, 'its end mark')
    const kind = bytes[at]
    if (kind === 0x3b) return frames
    if (kind === 0x21) {
      file.need(at, 3, 'an extension')
      if (bytes[at + 1] === 0xf9 && bytes[at + 2] === 4) {
        file.need(at, 8, 'a graphic control')
        disposal = (bytes[at + 3] >> 2) & 7
        transparent = (bytes[at + 3] & 1) === 1 ? bytes[at + 6] : -1
      }
      at = afterBlocks(file, at + 2)
    } else if (kind === 0x2c) {
      file.need(at, 11, 'the header of a frame')
      const [x, y, w, h] = [1, 3, 5, 7].map((field) => view.getUint16(at + field, true))
      if (w === 0 || h === 0 || x + w > width || y + h > height) {
        throw file.damaged(
          `frame ${frames.length} of ${w} × ${h} pixels at ${x}, ${y} of ${width} × ${height}, at byte ${at}`,
        )
      }
      const own = paletteAt(file, at + 10, bytes[at + 9])
      const data = at + 10 + own.length
      file.need(data, 2, `frame ${frames.length}`)
      frames.push({
        x,
        y,
        width: w,
        height: h,
        interlaced: (bytes[at + 9] & 64) !== 0,
        palette: own.length > 0 ? own : shared,
        transparent,
        disposal,
        colorBits: bytes[data],
        at: data + 1,
      })
      at = afterBlocks(file, data + 1)
      transparent = -1
      disposal = 0
    } else throw file.damaged(`byte ${kind} at byte ${at}, where a block must begin`)
  }
}

function paletteAt(file: ImageBytes, at: number, flags: number): Uint8Array {
  return (flags & 128) === 0
    ? new Uint8Array(0)
    : file.part(at, 3 * 2 ** ((flags & 7) + 1), 'a palette')
}

/** Where the chain of blocks ends that begins there. */
function afterBlocks(file: ImageBytes, at: number): number {
  for (;;) {
    file.need(at, 1, 'a block of data')
    const length = file.bytes[at]
    at += 1 + length
    if (length === 0) return at
  }
}

function draw(
  file: ImageBytes,
  frame: Frame,
  number: number,
  pixels: Uint8Array,
  screenWidth: number,
): void {
  const { width, height, palette, transparent } = frame
  const colors = new Uint8Array(width * height)
  const got = decodeGifPixels(file, frame.at, frame.colorBits, colors)
  if (got !== colors.length) {
    throw file.damaged(`${got} of the ${colors.length} pixels of frame ${number}`)
  }
  const passes = frame.interlaced ? PASSES : [[0, 1]]
  let k = 0
  for (const [first, step] of passes) {
    for (let row = first; row < height; row += step) {
      let at = 4 * ((frame.y + row) * screenWidth + frame.x)
      for (const end = k + width; k < end; k++, at += 4) {
        const color = colors[k]
        if (color === transparent) continue
        if (3 * color >= palette.length) {
          throw file.damaged(`color ${color} of ${palette.length / 3} in frame ${number}`)
        }
        pixels[at] = palette[3 * color]
        pixels[at + 1] = palette[3 * color + 1]
        pixels[at + 2] = palette[3 * color + 2]
        pixels[at + 3] = 255
      }
    }
  }
}

function clear({ x, y, width, height }: Frame, pixels: Uint8Array, screenWidth: number): void {
  for (let row = y; row < y + height; row++) {
    const at = 4 * (row * screenWidth + x)
    pixels.fill(0, at, at + 4 * width)
  }
}

function every4th(pixels: Uint8Array, value: number): boolean {
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== value) return false
  return true
}

function withoutAlpha(pixels: Uint8Array): Uint8Array {
  const colors = new Uint8Array((pixels.length / 4) * 3)
  for (let from = 0, to = 0; from < pixels.length; from += 4) {
    colors[to++] = pixels[from]
    colors[to++] = pixels[from + 1]
    colors[to++] = pixels[from + 2]
  }
  return colors
}
