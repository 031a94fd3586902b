import { readFile } from 'node:fs/promises'
import { convertIndexedToRgb, decode } from 'fast-png'
import { fileError, pathName } from '../file-error.ts'
import type { OverlayImage } from '../overlay/overlay.ts'
import { printable } from '../printable.ts'

/**
 * Reads a picture, such as a fundus photograph, in colours of 8 bits.
 *
 * @throws RangeError if the file cannot be read or is no PNG image
 */
export async function readPicture(path: string): Promise<OverlayImage> {
  const name = pathName(path)
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw fileError('read', name, error)
  }
  try {
    const png = decode(bytes)
    const { width, height, palette, depth } = png
    const data = palette === undefined ? png.data : convertIndexedToRgb(png)
    const channels = palette === undefined ? png.channels : palette[0].length
    const shift = palette === undefined && depth === 16 ? 8 : 0
    const isGrey = channels < 3
    const rgba = new Uint8ClampedArray(4 * width * height).fill(255)
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) rgba[4 * i + c] = data[i * channels + (isGrey ? 0 : c)] >> shift
    }
    return { data: rgba, width, height }
  } catch (error) {
    throw new RangeError(
      `cannot read ${name} as a PNG image: ${printable((error as Error).message)}`,
    )
  }
}
