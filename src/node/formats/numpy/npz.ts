import { crc32, inflateRawSync } from 'node:zlib'
import { describe } from '../../../mask/validate.ts'
import { printable } from '../../printable.ts'
import { ImageBytes, type ImageChoice, type ImageSamples, MAX_BYTES } from '../image-samples.ts'
import { decodeNpy } from './npy.ts'

/** A file within the archive, as the list at its end says. */
interface Entry {
  name: string
  method: number
  checksum: number
  compressedBytes: number
  bytes: number
  at: number
}

const END = 0x06054b50
const LISTED = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
/** A comment of up to 65,535 bytes may stand at the end. */
const MOST_END = END_BYTES + 65535

/**
 * NPZ archives of NumPy, compressed or not: the array that `page` names, or the only one. A page of a
 * named array stands in brackets after its name: `'masks[2]'`.
 *
 * Source: APPNOTE.TXT, the specification of ZIP files, PKWARE.
 */
export function decodeNpz(file: ImageBytes, { page, category }: ImageChoice): ImageSamples {
  const entries = entriesOf(file).filter(({ name }) => name.endsWith('.npy'))
  const names = entries.map(({ name }) => name.slice(0, -4))
  const known = `the arrays ${names.map((name) => printable(describe(name))).join(', ')}`
  if (entries.length === 0) throw file.damaged('no NPY array in it')
  if (page === undefined && entries.length > 1) {
    const advice = `pass page: ${printable(describe(names[0]))}`
    throw new RangeError(`expected ${file.name} to hold one array, got ${known}: ${advice}`)
  }
  const text = String(page ?? '')
  const [, base = text, inBrackets] = /^(.*)\[(\d+)\]$/s.exec(text) ?? []
  const isNamed = page !== undefined && typeof page === 'string'
  const found = isNamed ? names.findIndex((name) => name === text || name === base) : 0
  if (found < 0 || (!isNamed && entries.length > 1)) {
    const got = printable(describe(page))
    throw new RangeError(`expected page to name one of ${known} of ${file.name}, got ${got}`)
  }
  const isWhole = isNamed && (names[found] === text || inBrackets === undefined)
  const inner = isNamed ? (isWhole ? undefined : Number(inBrackets)) : page
  const bytes = extract(file, entries[found])
  const array = new ImageBytes(
    bytes,
    `${printable(describe(names[found]))} of ${file.name}`,
    'NPY array',
  )
  if (Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== '\x93NUMPY') {
    throw array.damaged('one that begins otherwise')
  }
  return { ...decodeNpy(array, { page: inner, category }), format: file.format }
}

function entriesOf(file: ImageBytes): Entry[] {
  const { bytes, view } = file
  let end = bytes.length - END_BYTES
  const last = Math.max(0, bytes.length - MOST_END)
  while (end >= last && view.getUint32(end, true) !== END) end--
  if (end < last || end < 0) {
    throw file.damaged(`only its first ${bytes.length} bytes: the list at its end is missing`)
  }
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  const entries: Entry[] = []
  for (let i = 0; i < count; i++) {
    file.need(at, 46, `entry ${i} of its list`)
    if (view.getUint32(at, true) !== LISTED)
      throw file.damaged(`no entry of its list at byte ${at}`)
    const nameBytes = view.getUint16(at + 28, true)
    const rest = view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    entries.push({
      name: Buffer.from(file.part(at + 46, nameBytes, 'a name')).toString('utf8'),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      compressedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    })
    at += 46 + nameBytes + rest
  }
  return entries
}

function extract(file: ImageBytes, entry: Entry): Uint8Array {
  const { view } = file
  const { at, name, compressedBytes, bytes, checksum, method } = entry
  file.need(at, 30, `'${name}'`)
  if (view.getUint32(at, true) !== LOCAL) throw file.damaged(`no file '${name}' at byte ${at}`)
  const from = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)
  const stored = file.part(from, compressedBytes, `'${name}'`)
  if (bytes > MAX_BYTES) {
    throw new RangeError(
      `expected ${file.name} to have arrays of at most ${MAX_BYTES} bytes, got ${bytes}`,
    )
  }
  const data = method === 0 ? stored : inflate(file, entry, stored)
  if (data.length !== bytes) throw file.damaged(`${data.length} of the ${bytes} bytes of '${name}'`)
  if (crc32(data) !== checksum) throw file.damaged(`a wrong checksum of '${name}'`)
  return data
}

function inflate(file: ImageBytes, { name, method, bytes }: Entry, stored: Uint8Array): Uint8Array {
  if (method !== 8) throw file.unread(`method ${method} for '${name}'`, 'files stored or deflated')
  try {
    return inflateRawSync(stored, { maxOutputLength: Math.max(1, bytes) })
  } catch (cause) {
    const { message } = cause as Error
    throw Object.assign(file.damaged(`an error (${message}) when decompressing '${name}'`), {
      cause,
    })
  }
}
