import type { ImageBytes, ImageChoice, ImageSamples, SampleArray } from '../image-samples.ts'
import { greatestOf, isSampleType, samplesOf } from '../sample-types.ts'
import { GROWTH, isKnownCompression, OTHER_COMPRESSIONS } from './decompress.ts'
import { TAG, type TiffDirectory, tiffDirectories } from './directory.ts'
import { checkOneImage, divideByAlpha, meaningOf, PHOTOMETRIC } from './pixel-meaning.ts'
import { type PixelLayout, readPlanes } from './planes.ts'

const FORMATS: Record<number, string> = { 1: 'u', 2: 'i', 3: 'f', 4: 'u' }

/**
 * TIFF images: grey, color or palette of 1 to 64 bits, integers or floats, in strips or tiles; raw or
 * compressed by PackBits, LZW, deflate or CCITT groups 3 and 4. Where white is 0 the values are
 * turned over.
 *
 * Source: TIFF Revision 6.0, Adobe 1992, and its supplements.
 */
export function decodeTiff(file: ImageBytes, { page }: ImageChoice): ImageSamples {
  const directories = tiffDirectories(file)
  const directory = directories[file.choose(page, directories.length, 'page')]
  const { width, height, bits, channels } = sizeOf(directory)
  const layout = layoutOf(directory, width, height, bits, channels)
  const letter = FORMATS[directory.number(TAG.sampleFormat, 1)] ?? '?'
  const { kind, alpha, isMultiplied } = meaningOf(directory, channels, bits, letter)
  if (directories.length === 1) checkOneImage(directory)
  const type = `${letter}${bits / 8}`
  if (bits >= 8 && !isSampleType(type)) {
    throw file.unread(`samples of ${bits} bits of the kind ${letter}`, 'integers or floats')
  }
  if (bits < 8 && letter !== 'u') throw file.damaged(`samples of ${bits} bits with a sign`)
  const planes = readPlanes(directory, layout)
  const raw =
    bits < 8 ? unpack(planes, layout) : samplesOf(planes, type as 'u1', layout.isLittleEndian)
  const samples = layout.isPlanar ? interleave(raw, width * height, channels) : raw
  const max = isSampleType(type) ? greatestOf(type) : 2 ** bits - 1
  if (kind === PHOTOMETRIC.palette)
    return withPalette(directory, samples, width, height, channels, bits)
  if (kind === PHOTOMETRIC.whiteIsZero && max !== undefined) {
    for (let i = 0; i < samples.length; i++) samples[i] = max - samples[i]
  }
  if (isMultiplied) divideByAlpha(samples, channels, max)
  return { data: samples, width, height, channels, alpha, max, format: file.format }
}

function sizeOf(directory: TiffDirectory) {
  const { file } = directory
  const width = directory.number(TAG.width)
  const height = directory.number(TAG.height)
  const channels = directory.number(TAG.samplesPerPixel, 1)
  if (channels < 1 || channels > 1024) throw file.damaged(`${channels} samples a pixel`)
  const all = directory.numbers(TAG.bits, channels)
  const bits = all[0] ?? 1
  if (all.some((other) => other !== bits)) {
    throw file.unread(`samples of ${all.join(', ')} bits`, 'samples of one size')
  }
  if (![1, 2, 4, 8, 16, 32, 64].includes(bits)) {
    throw file.unread(`samples of ${bits} bits`, 'samples of 1, 2, 4, 8, 16, 32 or 64 bits')
  }
  const formats = directory.numbers(TAG.sampleFormat, channels)
  if (formats.some((other) => other !== formats[0])) {
    throw file.unread(`samples of the formats ${formats.join(', ')}`, 'samples of one format')
  }
  file.checkSize(width, height, Math.max(1, bits / 8) * channels)
  return { width, height, bits, channels }
}

function layoutOf(
  directory: TiffDirectory,
  width: number,
  height: number,
  bits: number,
  channels: number,
): PixelLayout {
  const { file, isLittleEndian } = directory
  const compression = directory.number(TAG.compression, 1)
  if (!isKnownCompression(compression)) {
    const got = OTHER_COMPRESSIONS[compression] ?? `compression ${compression}`
    throw file.unread(got, 'no compression, PackBits, LZW, deflate or CCITT')
  }
  const isPlanar = channels > 1 && directory.number(TAG.planar, 1) === 2
  const isCcitt = GROWTH[compression] === undefined
  if (isCcitt && (bits !== 1 || (channels > 1 && !isPlanar))) {
    throw file.damaged(`CCITT compression of ${channels} samples of ${bits} bits`)
  }
  const predictor = directory.number(TAG.predictor, 1)
  const isFloat = directory.number(TAG.sampleFormat, 1) === 3
  const isKnown =
    predictor === 1 || (predictor === 2 && bits >= 8) || (predictor === 3 && bits >= 16 && isFloat)
  if (!isKnown) throw file.unread(`predictor ${predictor} with ${bits} bits`, 'predictor 1, 2 or 3')
  return {
    width,
    height,
    bits,
    isPlanar,
    isLittleEndian: isLittleEndian || predictor === 3,
    predictor,
    compression,
    planes: isPlanar ? channels : 1,
    samples: isPlanar ? 1 : channels,
  }
}

/** Samples of fewer than 8 bits; rows are of whole bytes. */
function unpack(
  bytes: Uint8Array,
  { width, height, bits, planes, samples }: PixelLayout,
): Uint8Array {
  const perRow = width * samples
  const rowBytes = Math.ceil((perRow * bits) / 8)
  const mask = 2 ** bits - 1
  const data = new Uint8Array(perRow * height * planes)
  for (let i = 0, row = 0; i < data.length; row += rowBytes) {
    for (let bit = 0; bit < perRow * bits; bit += bits) {
      data[i++] = (bytes[row + (bit >> 3)] >> (8 - bits - (bit & 7))) & mask
    }
  }
  return data
}

function interleave(planes: SampleArray, pixels: number, channels: number): SampleArray {
  const data = planes.slice()
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < pixels; i++) data[i * channels + c] = planes[c * pixels + i]
  }
  return data
}

/**
 * Colors of a palette have 16 bits, of which the high bytes are shown. Where all are below 256 they have
 * 8, as libtiff takes them: some programs wrote such files.
 */
function withPalette(
  directory: TiffDirectory,
  samples: SampleArray,
  width: number,
  height: number,
  channels: number,
  bits: number,
): ImageSamples {
  const { file } = directory
  if (channels !== 1 || bits > 8)
    throw file.unread('a palette of more', 'one number of a color a pixel')
  const colors = 2 ** bits
  const palette = directory.numbers(TAG.colorMap, 3 * colors)
  if (palette.length !== 3 * colors) throw file.damaged(`a palette of ${palette.length} values`)
  const shift = palette.some((color) => color > 255) ? 8 : 0
  const data = new Uint8Array(3 * width * height)
  for (let i = 0, at = 0; i < samples.length; i++) {
    for (let c = 0; c < 3; c++) data[at++] = palette[c * colors + samples[i]] >> shift
  }
  return { data, width, height, channels: 3, alpha: false, max: 255, format: file.format }
}
