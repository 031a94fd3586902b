import { pathName } from '../file-error.ts'
import type { OverlayImage } from '../overlay/overlay.ts'
import { decodeSamples, loadLibrary } from './decode-samples.ts'
import type { ImageSamples } from './image-samples.ts'
import { readRegularFile } from './read-regular-file.ts'

/**
 * Reads a picture to look at from a file of any format that `readMask` reads: red, green, blue and
 * alpha of 8 bits. Samples of more bits and floats are brought to 0 … 255 from 0 … the greatest value
 * that the file can hold, or from the least to the greatest that there is where that is unknown.
 *
 * @throws RangeError as `readMask`
 */
export async function readPicture(
  path: string | URL,
  page?: number | string,
): Promise<OverlayImage> {
  const name = pathName(path)
  const bytes = await readRegularFile(path, name)
  await loadLibrary(bytes)
  return pictureOf(decodeSamples(bytes, name, { page, category: undefined }))
}

/** The same of samples. */
function pictureOf(image: ImageSamples): OverlayImage {
  const { data, width, height, channels } = image
  const colors = image.alpha ? channels - 1 : channels
  const [low, high] = rangeOf(image)
  const scale = high > low ? 255 / (high - low) : 0
  const picture = new Uint8ClampedArray(4 * width * height)
  for (let i = 0, from = 0; i < picture.length; i += 4, from += channels) {
    for (let c = 0; c < 3; c++) {
      // Grey is each of its three colors; of two or more than three channels the first ones count.
      const channel = colors < 3 ? 0 : c
      picture[i + c] = (data[from + channel] - low) * scale
    }
    picture[i + 3] = image.alpha ? (data[from + colors] - low) * scale : 255
  }
  return { data: picture, width, height }
}

function rangeOf({ data, max }: ImageSamples): [low: number, high: number] {
  if (max !== undefined && max <= 65535) return [0, max]
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = 0; i < data.length; i++) {
    if (data[i] < low) low = data[i]
    if (data[i] > high && data[i] < Number.POSITIVE_INFINITY) high = data[i]
  }
  return low > Number.NEGATIVE_INFINITY ? [low, high] : [0, high]
}
