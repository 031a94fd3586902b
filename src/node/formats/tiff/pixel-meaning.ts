import type { SampleArray } from '../image-samples.ts'
import { TAG, type TiffDirectory } from './directory.ts'

/** What the values of an image mean. */
export const PHOTOMETRIC = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3, mask: 4 } as const

const OTHER_PHOTOMETRIC: Record<number, string> = { 5: 'CMYK', 6: 'YCbCr', 8: 'CIELAB' }

/** Kinds of extra channels that are alpha; the colors are multiplied by the first one. */
const ASSOCIATED = 1
const ALPHA = [ASSOCIATED, 2]

/** What the channels of an image are. */
export interface PixelMeaning {
  kind: number
  /** Whether the last channel is alpha, and the colors are multiplied by it. */
  alpha: boolean
  isMultiplied: boolean
}

/**
 * What the channels of an image are; what programs read in different ways is refused. A fourth channel
 * beside red, green and blue is alpha, also where the file does not say so, as OpenCV's do not.
 *
 * @param letter - `u`, `i` or `f`, as samples are unsigned or signed integers or floats
 */
export function meaningOf(
  directory: TiffDirectory,
  channels: number,
  bits: number,
  letter: string,
): PixelMeaning {
  const { file } = directory
  const kind = directory.number(TAG.photometric, PHOTOMETRIC.blackIsZero)
  if (kind in OTHER_PHOTOMETRIC || kind > 4) {
    throw file.unread(
      OTHER_PHOTOMETRIC[kind] ?? `values of the kind ${kind}`,
      'grey, color or a palette',
    )
  }
  file.checkOrientation(directory.number(TAG.orientation, 1))
  if (kind === PHOTOMETRIC.whiteIsZero) checkWhite(directory, bits, letter)
  const colors = kind === PHOTOMETRIC.rgb ? 3 : 1
  const extra = directory.numbers(TAG.extraSamples, channels)
  const isAlpha = ALPHA.includes(extra[0]) || kind === PHOTOMETRIC.rgb
  if (channels < colors || channels > colors + 1 || (channels > colors && !isAlpha)) {
    throw file.unread(
      `${channels} channels, ${colors} of them of color`,
      'one value a pixel or three, and at most an alpha channel',
    )
  }
  const alpha = channels > colors
  return { kind, alpha, isMultiplied: alpha && extra[0] === ASSOCIATED }
}

/**
 * Of floats and of integers with a sign it is not said what black is. The package tifffile stores
 * `True` of NumPy as a bit that is black and reads it as `True`; all others show it turned over.
 */
function checkWhite(directory: TiffDirectory, bits: number, letter: string): void {
  const { file } = directory
  if (letter !== 'u') {
    throw file.unread(
      '0 as white with samples that are floats or have a sign',
      'black as its least value',
    )
  }
  if (bits > 1) return
  const isByTifffile =
    directory.text(TAG.software).startsWith('tifffile') ||
    directory.text(TAG.description).startsWith('{"shape"')
  if (!isByTifffile) return
  throw file.unread(
    'one bit a pixel and 0 as white, of which tifffile itself takes 1 as true and other programs 0: write mask.astype(numpy.uint8)',
    'values that all programs read in one way',
  )
}

/** Undoes that colors are multiplied by alpha, as Pillow does. */
export function divideByAlpha(
  samples: SampleArray,
  channels: number,
  max: number | undefined,
): void {
  const most = max ?? 1
  for (let at = 0; at < samples.length; at += channels) {
    const alpha = samples[at + channels - 1]
    if (alpha === 0 || alpha === most) continue
    for (let c = at; c < at + channels - 1; c++) {
      const color = (samples[c] * most) / alpha
      samples[c] = max === undefined ? color : Math.min(most, Math.floor(color))
    }
  }
}

/** Files of ImageJ may have one directory for several images, which follow each other. */
export function checkOneImage(directory: TiffDirectory): void {
  const [, count] = /^ImageJ=.*?^images=(\d+)$/ms.exec(directory.text(TAG.description)) ?? []
  if (count === undefined || Number(count) < 2) return
  throw directory.file.unread(
    `${count} images of ImageJ in one`,
    'a directory for each of its images',
  )
}
