/**
 * TensorBoard's event files, written without TensorFlow: a sequence of TFRecords, each of which
 * holds an `Event` message (event.proto and summary.proto of TensorFlow).
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { writeAtomically } from '../files/write-atomically.ts'

/** The length and its checksum stand before a record's bytes, the bytes' checksum after them. */
const HEADER = 12
const FOOTER = 4

/** A log of numbers that TensorBoard shows as curves over the steps. */
export class EventFile {
  private readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /**
   * Starts a file.
   *
   * @param path - TensorBoard looks for names that contain `tfevents`
   * @param wallTime - seconds since 1970
   */
  static create(path: string, wallTime: number = Date.now() / 1000): EventFile {
    writeAtomically(path, frame(encodeVersion(wallTime)))
    return new EventFile(path)
  }

  /**
   * Opens a file to go on after a step: what was logged beyond it is removed, and so is a record
   * that was cut off or damaged, with all that follow it.
   */
  static resume(path: string, step: number): EventFile {
    writeAtomically(path, truncateEvents(readFileSync(path), step))
    return new EventFile(path)
  }

  /**
   * Appends the values of one step; numbers are stored in single precision.
   *
   * @param step - integer, 0 to 2⁵³ − 1
   * @param wallTime - seconds since 1970
   */
  append(
    step: number,
    values: Readonly<Record<string, number>>,
    wallTime: number = Date.now() / 1000,
  ): void {
    appendFileSync(this.path, frame(encodeScalars(step, values, wallTime)))
  }
}

/** The whole, undamaged records up to and with a step. */
export function truncateEvents(bytes: Buffer, step: number): Buffer {
  const kept: Buffer[] = []
  for (let at = 0; at + HEADER + FOOTER <= bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at))
    const end = at + HEADER + length + FOOTER
    if (end > bytes.length) break
    const data = bytes.subarray(at + HEADER, end - FOOTER)
    const isWhole =
      bytes.readUInt32LE(at + 8) === maskedChecksum(bytes.subarray(at, at + 8)) &&
      bytes.readUInt32LE(end - FOOTER) === maskedChecksum(data)
    if (!isWhole) break
    if (stepOf(data) <= step) kept.push(bytes.subarray(at, end))
    at = end
  }
  return Buffer.concat(kept)
}

/** A TFRecord. */
function frame(data: Buffer): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeBigUInt64LE(BigInt(data.length), 0)
  header.writeUInt32LE(maskedChecksum(header.subarray(0, 8)), 8)
  const footer = Buffer.alloc(FOOTER)
  footer.writeUInt32LE(maskedChecksum(data), 0)
  return Buffer.concat([header, data, footer])
}

// Event: 1 wall_time (double), 2 step (int64), 3 file_version (string), 5 summary (message).
// Summary: 1 value (messages). Value: 1 tag (string), 2 simple_value (float).
// A field starts with 8 · its number + its type: 0 varint, 1 eight bytes, 2 length and bytes,
// 5 four bytes. The time comes first and the step second, on which stepOf relies.

function encodeVersion(wallTime: number): Buffer {
  return Buffer.concat([encodeTime(wallTime), encodeBytes(0x1a, Buffer.from('brain.Event:2'))])
}

function encodeScalars(
  step: number,
  values: Readonly<Record<string, number>>,
  wallTime: number,
): Buffer {
  const encoded = Object.entries(values).map(([tag, value]) => {
    const simple = Buffer.alloc(5)
    simple[0] = 0x15
    simple.writeFloatLE(value, 1)
    return encodeBytes(0x0a, Buffer.concat([encodeBytes(0x0a, Buffer.from(tag)), simple]))
  })
  return Buffer.concat([
    encodeTime(wallTime),
    Buffer.from([0x10, ...varint(step)]),
    encodeBytes(0x2a, Buffer.concat(encoded)),
  ])
}

function encodeTime(wallTime: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = 0x09
  bytes.writeDoubleLE(wallTime, 1)
  return bytes
}

function encodeBytes(tag: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...varint(bytes.length)]), bytes])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  // No shifts: steps may exceed 32 bits.
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}

/** The step of an event that this file encoded; 0 if it has none, as the version. */
function stepOf(event: Buffer): number {
  if (event[9] !== 0x10) return 0
  let step = 0
  let scale = 1
  for (let i = 10; i < event.length; i++, scale *= 128) {
    step += (event[i] % 128) * scale
    if (event[i] < 128) break
  }
  return step
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

/** CRC-32C (Castagnoli) of some bytes: an integer, 0 to 2³² − 1. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]) & 255] ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** TFRecord's masked checksum, so that a record of records is not a checksum of itself. */
function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
