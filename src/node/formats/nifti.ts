import type { ImageBytes, ImageChoice, ImageSamples } from './image-samples.ts'
import { bytesOfType, greatestOf, type SampleType, samplesOf } from './sample-types.ts'

/** Codes of the types of values; those that are not numbers are not read. */
const TYPES: Record<number, SampleType> = {
  2: 'u1',
  4: 'i2',
  8: 'i4',
  16: 'f4',
  64: 'f8',
  256: 'i1',
  512: 'u2',
  768: 'u4',
  1024: 'i8',
  1280: 'u8',
}

/** Where the fields of the two versions of the header are. */
const FIELDS = {
  1: { bytes: 348, dimensions: 40, type: 70, offset: 108, slope: 112, magic: 344 },
  2: { bytes: 540, dimensions: 16, type: 12, offset: 168, slope: 176, magic: 4 },
}

/**
 * NIfTI images, versions 1 and 2: one slice along the third dimension. The first dimension of the
 * file is the width and the second one the height, as they are stored: orientations are not applied.
 * Slices of more than three dimensions are counted through, the third one first.
 *
 * Source: nifti1.h and nifti2.h of the NIfTI Data Format Working Group.
 */
export function decodeNifti(file: ImageBytes, { page }: ImageChoice): ImageSamples {
  const { view, bytes, format } = file
  file.need(0, 348, 'its header')
  const little = view.getInt32(0, true) === 348 || view.getInt32(0, true) === 540
  const headerBytes = view.getInt32(0, little)
  if (headerBytes !== 348 && headerBytes !== 540) {
    throw file.damaged(`a header of ${view.getInt32(0, true)} bytes instead of 348 or 540`)
  }
  const isFirst = headerBytes === 348
  const fields = FIELDS[isFirst ? 1 : 2]
  file.need(0, fields.bytes, 'its header')
  const magic = Buffer.from(bytes.subarray(fields.magic, fields.magic + 3)).toString('latin1')
  if (magic === 'ni1' || magic === 'ni2') {
    throw file.unread('a header alone, whose values are in an .img file', 'its values in it')
  }
  const whole = (at: number) =>
    isFirst ? view.getInt16(at, little) : Number(view.getBigInt64(at, little))
  const real = (at: number) => (isFirst ? view.getFloat32(at, little) : view.getFloat64(at, little))
  const step = isFirst ? 2 : 8
  const count = whole(fields.dimensions)
  if (!(count >= 1 && count <= 7)) throw file.damaged(`${count} dimensions`)
  const shape = Array.from({ length: 7 }, (_, i) =>
    i < count ? whole(fields.dimensions + step * (i + 1)) : 1,
  )
  const [width, height, ...deeper] = shape
  const type = TYPES[view.getInt16(fields.type, little)]
  if (type === undefined) {
    throw file.unread(
      `values of the type ${view.getInt16(fields.type, little)}`,
      'one number a pixel',
    )
  }
  const size = bytesOfType(type)
  file.checkSize(width, height, size)
  const slices = deeper.reduce((product, length) => product * length, 1)
  if (!(slices >= 1 && deeper.every((length) => length >= 1))) {
    throw file.damaged(`dimensions of ${shape.slice(0, count).join(' × ')}`)
  }
  const slice = file.choose(page, slices, 'slice')
  const offset = isFirst
    ? view.getFloat32(fields.offset, little)
    : Number(view.getBigInt64(fields.offset, little))
  if (!(Number.isInteger(offset) && offset >= fields.bytes)) {
    throw file.damaged(`byte ${offset} as the place of its values`)
  }
  const sliceBytes = width * height * size
  file.need(offset, slices * sliceBytes, `its values (${shape.slice(0, count).join(' × ')})`)
  const stored = file.part(offset + slice * sliceBytes, sliceBytes, 'its values')
  const raw = samplesOf(stored, type, little)
  const slope = real(fields.slope)
  const intercept = real(fields.slope + (isFirst ? 4 : 8))
  const isScaled = slope !== 0 && Number.isFinite(slope) && !(slope === 1 && intercept === 0)
  const data = isScaled ? Float64Array.from(raw, (value) => slope * value + intercept) : raw
  const max = isScaled ? undefined : greatestOf(type)
  return { data, width, height, channels: 1, alpha: false, max, format }
}
