import { readFileSync } from 'node:fs'
import { decodeImage, type ImageSamples } from 'vessel-reward/node'

/** An image as a file holds it: samples pixel by pixel, row by row, in the file's own unit. */
export type ImageFile = Pick<ImageSamples, 'width' | 'height' | 'channels' | 'data'>

/**
 * Reads an image of any format that the package reads, gzipped or not; which one it is, its content
 * tells.
 *
 * @throws Error that names the file if it cannot be read, or is not one of these
 */
export function readImageFile(path: string): ImageFile {
  try {
    return decodeImage(readFileSync(path), { name: 'it' })
  } catch (cause) {
    throw new Error(`cannot read the image ${path}: ${(cause as Error).message}`, { cause })
  }
}
