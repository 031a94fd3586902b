import { checkCount, readOptions } from '../../mask/options.ts'
import { pathName } from '../file-error.ts'
import { CHOICE_OPTIONS, type ImageChoiceOptions } from './choice-options.ts'
import { decodeSamples, loadLibrary } from './decode-samples.ts'
import type { ImageSamples } from './image-samples.ts'
import { readRegularFile } from './read-regular-file.ts'

/** The probability of each pixel to be foreground. */
export interface ProbabilityMap {
  /** `width · height` values from 0 to 1, row by row. */
  readonly data: Float32Array
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
}

/**
 * Reads a probability map from a file of any format that `readMask` reads. Integers are divided by the
 * greatest value that the file can hold, such as 255 for 8 bits and 65535 for 16; floats are
 * probabilities as they are. Alpha is ignored.
 *
 * @param path - the file
 * @param options - `page`: which image of several; `category`: which annotations of a COCO file
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if the file cannot be read, as `readMask` says; if a float is outside [0, 1], as
 * logits are; if integers have a sign or more than 16 bits, of which the scale is unknown, or are 0 and
 * 1 alone where they could be more, as those of a mask are; if its channels differ, so that it is not a map of one class; or if one value stands for
 * every pixel while the alpha channel varies. The message names the file
 *
 * @example
 * ```ts
 * import { readProbability } from 'vessel-reward/node'
 *
 * const { data, width, height } = await readProbability('pred.png')
 * width * height === data.length // => true
 * Math.max(...data) // => 1
 * ```
 */
export async function readProbability(
  path: string | URL,
  options?: ImageChoiceOptions,
): Promise<ProbabilityMap> {
  checkCount(arguments.length, 2, 'readProbability')
  const name = pathName(path)
  const choice = readOptions(options, CHOICE_OPTIONS, 'readProbability')
  const bytes = await readRegularFile(path, name)
  await loadLibrary(bytes)
  return probabilitiesOf(decodeSamples(bytes, name, choice), name)
}

/** The same of samples. */
function probabilitiesOf(image: ImageSamples, name: string): ProbabilityMap {
  const { data, width, height, channels, max } = image
  const colors = image.alpha ? channels - 1 : channels
  const place = (i: number) => `column ${i % width}, row ${Math.floor(i / width)}`
  checkScale(image, name)
  const values = new Float32Array(width * height)
  let isConstant = true
  let isAlphaConstant = true
  for (let i = 0, at = 0; i < values.length; i++, at += channels) {
    const value = data[at]
    for (let c = 1; c < colors; c++) {
      if (data[at + c] === value) continue
      throw new RangeError(
        `expected ${name} to hold one probability a pixel, got channels that differ at ${place(i)}: ` +
          `${value} and ${data[at + c]}`,
      )
    }
    if (value !== data[0]) isConstant = false
    if (image.alpha && data[at + colors] !== data[colors]) isAlphaConstant = false
    const probability = max === undefined ? value : value / max
    if (!(probability >= 0 && probability <= 1)) throw notProbable(name, value, place(i), max)
    values[i] = probability
  }
  if (isConstant && !isAlphaConstant) {
    throw new RangeError(
      `expected ${name} to hold probabilities in its colours, got ${data[0]} at every pixel and an alpha channel that varies`,
    )
  }
  return { data: values, width, height }
}

/** Refuses integers that would become probabilities next to 0. */
function checkScale({ data, max, format }: ImageSamples, name: string): void {
  if (max === undefined || max === 1) return
  const isUnsigned = data instanceof Uint8Array || data instanceof Uint16Array
  if (!isUnsigned) {
    throw new RangeError(
      `expected ${name} to hold floats or integers of 8 or 16 bits without a sign, whose greatest value is probability 1, got others (${format}): write floats from 0 to 1`,
    )
  }
  let isMask = false
  for (let i = 0; i < data.length; i++) {
    if (data[i] > 1) return
    if (data[i] === 1) isMask = true
  }
  if (!isMask) return
  throw new RangeError(
    `expected ${name} to hold probabilities on its scale of 0 to ${max}, got only 0 and 1: it seems to be a mask, which has 0 and ${max} to be a map`,
  )
}

function notProbable(
  name: string,
  value: number,
  place: string,
  max: number | undefined,
): RangeError {
  const advice =
    max === undefined ? ': if these are logits, apply a sigmoid before they are written' : ''
  return new RangeError(
    `expected ${name} to hold probabilities from 0 to 1, got ${value} at ${place}${advice}`,
  )
}
