import type { ImageBytes } from '../image-samples.ts'

/** The names of the tags that are read, of TIFF 6.0. */
export const TAG = {
  subfileType: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  description: 270,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  ccittOptions: 292,
  software: 305,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const

/** Bytes of a value of the types that hold whole numbers: byte, short, long, and their like. */
const TYPE_BYTES: Record<number, number> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 }

/** The type of text, and as much of one as is read. */
const ASCII = 2
const MOST_TEXT = 4096

/** A file has no more pages than this. */
const MOST_PAGES = 2 ** 16

interface Field {
  type: number
  count: number
  /** Where the values are. */
  at: number
}

/** The fields of one image of a TIFF file; values are read when they are asked for. */
export class TiffDirectory {
  readonly file: ImageBytes
  readonly isLittleEndian: boolean
  readonly #fields: ReadonlyMap<number, Field>

  constructor(file: ImageBytes, isLittleEndian: boolean, fields: ReadonlyMap<number, Field>) {
    this.file = file
    this.isLittleEndian = isLittleEndian
    this.#fields = fields
  }

  /**
   * All values of a field; none if it is not there.
   *
   * @param most - more of them are an error, before they are read
   */
  numbers(tag: number, most: number): number[] {
    const field = this.#fields.get(tag)
    if (field === undefined) return []
    const { type, count, at } = field
    const size = TYPE_BYTES[type]
    const { file } = this
    if (size === undefined) throw file.damaged(`a field ${tag} of the type ${type}`)
    if (count > most) throw file.damaged(`${count} values of its field ${tag}, at most ${most}`)
    file.need(at, count * size, `its field ${tag}`)
    return Array.from({ length: count }, (_, i) => {
      const place = at + i * size
      if (size === 1) return file.bytes[place]
      if (size === 2) return file.view.getUint16(place, this.isLittleEndian)
      if (size === 4) return file.view.getUint32(place, this.isLittleEndian)
      return Number(file.view.getBigUint64(place, this.isLittleEndian))
    })
  }

  /** The beginning of a text; empty if it is not there or elsewhere than in the file. */
  text(tag: number): string {
    const field = this.#fields.get(tag)
    if (field === undefined || field.type !== ASCII) return ''
    const end = field.at + Math.min(field.count, MOST_TEXT)
    return Buffer.from(this.file.bytes.subarray(field.at, end)).toString('latin1')
  }

  /** The only value of a field. */
  number(tag: number, missing?: number): number {
    const [value = missing] = this.numbers(tag, 65536)
    if (value === undefined) throw this.file.damaged(`no field ${tag}, which every image has`)
    return value
  }
}

/**
 * The images of a TIFF file (also of a BigTIFF one), in their order. Smaller versions of others are
 * left out.
 *
 * Source: TIFF Revision 6.0, Adobe 1992, and the design of BigTIFF.
 */
export function tiffDirectories(file: ImageBytes): TiffDirectory[] {
  const { bytes, view } = file
  file.need(0, 8, 'its header')
  const isLittleEndian = bytes[0] === 0x49
  const short = (at: number) => view.getUint16(at, isLittleEndian)
  const long = (at: number) => view.getUint32(at, isLittleEndian)
  const isBig = short(2) === 43
  if (isBig) file.need(0, 16, 'its header')
  const wide = (at: number) => (isBig ? Number(view.getBigUint64(at, isLittleEndian)) : long(at))
  const [countBytes, entryBytes, inline] = isBig ? [8, 20, 8] : [2, 12, 4]
  const directories: TiffDirectory[] = []
  const seen = new Set<number>()
  for (let at = wide(isBig ? 8 : 4); at !== 0; ) {
    if (seen.has(at) || seen.size >= MOST_PAGES) {
      throw file.damaged(`images that refer to each other in a circle, at byte ${at}`)
    }
    seen.add(at)
    file.need(at, countBytes, `image ${directories.length}`)
    const count = isBig ? wide(at) : short(at)
    file.need(at + countBytes, count * entryBytes + inline, `the ${count} fields of its image`)
    const fields = new Map<number, Field>()
    for (let i = 0; i < count; i++) {
      const entry = at + countBytes + i * entryBytes
      const type = short(entry + 2)
      const values = wide(entry + 4)
      const isInline = values * (TYPE_BYTES[type] ?? 1) <= inline
      const place = entry + 4 + inline
      fields.set(short(entry), { type, count: values, at: isInline ? place : wide(place) })
    }
    const directory = new TiffDirectory(file, isLittleEndian, fields)
    if ((directory.number(TAG.subfileType, 0) & 1) === 0) directories.push(directory)
    at = wide(at + countBytes + count * entryBytes)
  }
  return directories
}
