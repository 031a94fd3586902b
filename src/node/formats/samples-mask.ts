import { BitMask } from '../../mask/bitmask.ts'
import { levelsWarning, type MaskWarning, rangeWarning } from '../png/mask-warning.ts'
import type { MaskSettings } from '../png/png-mask.ts'
import type { ImageSamples, SampleArray } from './image-samples.ts'

/** Values up to this are counted one by one. */
const MOST_VALUE = 65535

/**
 * The mask of an image: by its threshold and its alpha as those of PNG images.
 *
 * @param name - what the image is called in messages
 */
export function maskOfSamples(
  image: ImageSamples,
  name: string,
  { threshold, alpha, onWarning }: MaskSettings,
): BitMask {
  const { width, height, max, format } = image
  if (threshold !== undefined && max !== undefined && threshold >= max) {
    throw new RangeError(
      `expected threshold to be less than ${max}, the greatest value that ${name} can have (a ${format}), got ${threshold}`,
    )
  }
  if (alpha && !image.alpha) {
    throw new RangeError(`expected ${name} to have an alpha channel, got a ${format} without one`)
  }
  const data = alpha ? channelOf(image, image.channels - 1) : greatestColors(image)
  if (max === undefined) checkNumbers(data, image, name)
  if (!alpha && image.alpha && isConstant(data)) {
    if (!isConstant(channelOf(image, image.channels - 1))) throw maskInAlpha(name, data[0])
  }
  const mask = pack(data, width, height, threshold, name)
  if (threshold === undefined) {
    const warning = warningOf(data, max, name)
    if (warning !== undefined) onWarning(warning)
  }
  return mask
}

function pack(
  data: SampleArray,
  width: number,
  height: number,
  threshold: number | undefined,
  name: string,
): BitMask {
  try {
    return BitMask.from({ data, width, height }, threshold === undefined ? {} : { threshold })
  } catch (cause) {
    // What it says of the mask is said of the file.
    const text = (cause as Error).message.replace('the mask', name)
    throw Object.assign(new RangeError(text), { cause })
  }
}

function channelOf({ data, channels, width, height }: ImageSamples, channel: number): SampleArray {
  if (channels === 1) return data
  const values = data.slice(0, width * height)
  for (let i = 0, at = channel; i < values.length; i++, at += channels) values[i] = data[at]
  return values
}

/** The value that a pixel shows: the greatest of its color channels. */
function greatestColors(image: ImageSamples): SampleArray {
  const { data, channels, alpha } = image
  const colors = alpha ? channels - 1 : channels
  const values = channelOf(image, 0)
  for (let c = 1; c < colors; c++) {
    for (let i = 0, at = c; i < values.length; i++, at += channels) {
      // NaN stays, as it is refused.
      if (!(data[at] <= values[i])) values[i] = data[at]
    }
  }
  return values
}

function checkNumbers(data: SampleArray, { width }: ImageSamples, name: string): void {
  const i = data.findIndex((value) => Number.isNaN(value))
  if (i < 0) return
  throw new RangeError(
    `expected ${name} to hold numbers, got NaN at column ${i % width}, row ${Math.floor(i / width)}`,
  )
}

function isConstant(data: SampleArray): boolean {
  for (let i = 1; i < data.length; i++) if (data[i] !== data[0]) return false
  return true
}

/** What is to be said of more than two values where no threshold was given. */
function warningOf(
  data: SampleArray,
  max: number | undefined,
  name: string,
): MaskWarning | undefined {
  // 0 and 1 are never more than two values.
  if (max === 1) return undefined
  let least = data[0]
  let greatest = data[0]
  let isWhole = true
  for (let i = 0; i < data.length; i++) {
    const value = data[i]
    if (value < least) least = value
    if (value > greatest) greatest = value
    if (value !== Math.floor(value)) isWhole = false
  }
  if (!(isWhole && least >= 0 && greatest <= MOST_VALUE)) return rangeWarning(data, name)
  // Files of 32 bits and floats do not tell their scale: that of their values is taken.
  const full = max !== undefined && max <= MOST_VALUE ? max : greatest + 1
  const counts = new Uint32Array(full + 1)
  for (let i = 0; i < data.length; i++) counts[data[i]]++
  return levelsWarning(counts, name)
}

function maskInAlpha(name: string, value: number): RangeError {
  return new RangeError(
    `expected ${name} to show a mask in its colours, got ${value} at every pixel ` +
      'and an alpha channel that varies: the mask seems to be in the alpha channel, which ' +
      'alpha: true reads',
  )
}
