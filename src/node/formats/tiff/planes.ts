import { decompress, GROWTH, type Segment } from './decompress.ts'
import { TAG, type TiffDirectory } from './directory.ts'

/** How the samples of an image are stored. */
export interface PixelLayout {
  width: number
  height: number
  /** Bits of a sample. */
  bits: number
  /** Whether each channel is by itself. */
  isPlanar: boolean
  isLittleEndian: boolean
  predictor: number
  compression: number
  /** Images that follow each other: the channels, if each is by itself. */
  planes: number
  /** Samples of a pixel within one of them. */
  samples: number
}

/** The strips or tiles of an image: a strip is a tile as wide as the image. */
interface Tiling {
  width: number
  height: number
  across: number
  down: number
  offsets: number[]
  counts: number[]
  noun: 'strip' | 'tile'
}

/** The samples of all planes as bytes in rows of whole bytes, decompressed, the predictor undone. */
export function readPlanes(directory: TiffDirectory, layout: PixelLayout): Uint8Array {
  const { file } = directory
  const { width, height, bits, samples, planes, compression } = layout
  const tiling = tilingOf(directory, layout)
  const pixelBits = bits * samples
  const rowBytes = Math.ceil((width * pixelBits) / 8)
  checkGrowth(directory, layout, tiling, rowBytes)
  const isReversed = directory.number(TAG.fillOrder, 1) === 2
  const options = directory.number(TAG.ccittOptions, 0)
  const data = new Uint8Array(rowBytes * height * planes)
  for (let i = 0; i < tiling.across * tiling.down * planes; i++) {
    const plane = Math.floor(i / (tiling.across * tiling.down))
    const row = Math.floor(i / tiling.across) % tiling.down
    const x = (i % tiling.across) * tiling.width
    const y = row * tiling.height
    const what = `${tiling.noun} ${i} at byte ${tiling.offsets[i]}`
    const stored = file.part(tiling.offsets[i], tiling.counts[i], `${tiling.noun} ${i}`)
    const rows = Math.min(height - y, tiling.height)
    const segment: Segment = {
      stored: isReversed ? stored.map(reversed) : stored,
      what,
      // The last strip is as short as the image; tiles are always whole.
      rows: tiling.noun === 'tile' ? tiling.height : rows,
      mostRows: tiling.height,
      rowBits: tiling.width * pixelBits,
      rowBytes: Math.ceil((tiling.width * pixelBits) / 8),
    }
    const raw = decompress(file, segment, compression, options)
    const bytes = layout.predictor === 1 ? raw : undoPredictor(raw, segment.rowBytes, layout)
    const columns = Math.min(width - x, tiling.width)
    const used = Math.ceil((columns * pixelBits) / 8)
    for (let r = 0; r < rows; r++) {
      const from = r * segment.rowBytes
      const to = (plane * height + y + r) * rowBytes + (x * pixelBits) / 8
      data.set(bytes.subarray(from, from + used), to)
    }
  }
  return data
}

function tilingOf(directory: TiffDirectory, { width, height, planes }: PixelLayout): Tiling {
  const { file } = directory
  const tileWidth = directory.number(TAG.tileWidth, 0)
  const isTiled = tileWidth !== 0
  const tile = isTiled
    ? { width: tileWidth, height: directory.number(TAG.tileHeight) }
    : { width, height: Math.min(height, directory.number(TAG.rowsPerStrip, height)) }
  if (tile.height < 1) throw file.damaged('strips of no row')
  if (isTiled && (tile.width % 16 !== 0 || tile.height % 16 !== 0 || tile.height < 1)) {
    throw file.damaged(`tiles of ${tile.width} × ${tile.height} pixels, which are multiples of 16`)
  }
  // A tile may be larger than the image, but not without end.
  if (isTiled) file.checkSize(tile.width, tile.height, 8)
  const across = Math.ceil(width / tile.width)
  const down = Math.ceil(height / tile.height)
  const most = across * down * planes
  const offsets = directory.numbers(isTiled ? TAG.tileOffsets : TAG.stripOffsets, most)
  const counts = directory.numbers(isTiled ? TAG.tileBytes : TAG.stripBytes, most)
  const noun = isTiled ? 'tile' : 'strip'
  if (offsets.length !== most || counts.length !== most) {
    const got = Math.min(offsets.length, counts.length)
    throw file.damaged(`${got} ${noun}s instead of ${most}`)
  }
  return { ...tile, across, down, offsets, counts, noun }
}

/** Refuses, before memory is taken, what so few bytes cannot become. */
function checkGrowth(
  { file }: TiffDirectory,
  { compression, height, planes }: PixelLayout,
  { counts, offsets, noun }: Tiling,
  rowBytes: number,
): void {
  let stored = 0
  counts.forEach((count, i) => {
    file.need(offsets[i], count, `${noun} ${i}`)
    stored += count
  })
  const growth = GROWTH[compression]
  // Facsimile rows have at least one bit each.
  const isEnough =
    growth === undefined
      ? 8 * stored >= height * planes
      : growth * stored >= rowBytes * height * planes
  if (!isEnough) {
    throw file.damaged(`only ${stored} bytes for ${rowBytes * height * planes} bytes of pixels`)
  }
}

function reversed(byte: number): number {
  let result = 0
  for (let bit = 0; bit < 8; bit++) result |= ((byte >> bit) & 1) << (7 - bit)
  return result
}

/** Undoes the differences between neighbors in a row. */
function undoPredictor(given: Uint8Array, rowBytes: number, layout: PixelLayout): Uint8Array {
  const { bits, samples, predictor } = layout
  const bytes = given.slice()
  const size = bits / 8
  for (let start = 0; start < bytes.length; start += rowBytes) {
    const row = bytes.subarray(start, start + rowBytes)
    if (predictor === 3) undoFloat(row, samples, size)
    else if (size === 1) for (let i = samples; i < rowBytes; i++) row[i] += row[i - samples]
    else undoWide(row, samples * size, size, layout.isLittleEndian)
  }
  return bytes
}

/** Sums of samples of several bytes, from the lowest byte to the highest with a carry. */
function undoWide(row: Uint8Array, step: number, size: number, isLittleEndian: boolean): void {
  for (let at = step; at < row.length; at += size) {
    for (let k = 0, carry = 0; k < size; k++) {
      const i = at + (isLittleEndian ? k : size - 1 - k)
      const sum = row[i] + row[i - step] + carry
      row[i] = sum
      carry = sum >> 8
    }
  }
}

/** The bytes of floats: all highest ones of a row, then the next, and differences between those. */
function undoFloat(row: Uint8Array, samples: number, size: number): void {
  for (let i = samples; i < row.length; i++) row[i] += row[i - samples]
  const count = row.length / size
  const planes = row.slice()
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < size; k++) row[i * size + (size - 1 - k)] = planes[k * count + i]
  }
}
