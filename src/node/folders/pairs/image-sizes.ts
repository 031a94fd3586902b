import { type FileHandle, open, stat } from 'node:fs/promises'
import { claimedSize, type ImageSize } from '../../formats/claimed-size.ts'
import { formatName } from '../../png/format-name.ts'
import type { FilePair } from './file-pair.ts'

/** The first bytes of every PNG file: its signature, and how long the header is and its name. */
const START = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')

/** Files that are open at a time. */
const AT_ONCE = 8

/** Headers of most formats are in the first bytes; a TIFF file may have its header at the end. */
const HEADER = 2 ** 16
const MOST_OF_TIFF = 2 ** 25

/**
 * The size that the header of an image claims; undefined for what cannot be read, and where only
 * decoding tells it: arrays in archives, compressed files, COCO files, and files of several images.
 */
export async function imageSize(path: string): Promise<ImageSize | undefined> {
  try {
    // To open a pipe would wait for what writes to it, and to read of it would lose that.
    const there = await stat(path)
    if (!there.isFile()) return undefined
    const file = await open(path)
    try {
      const header = await beginning(file, Math.min(there.size, HEADER))
      if (header.length >= START.length + 8 && header.subarray(0, START.length).equals(START)) {
        return {
          width: header.readUInt32BE(START.length),
          height: header.readUInt32BE(START.length + 4),
        }
      }
      const size = claimedSize(header)
      const isCut = header.length < there.size && there.size <= MOST_OF_TIFF
      if (size !== undefined || !isCut || formatName(header) !== 'a TIFF image') return size
      return claimedSize(await beginning(file, there.size))
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

async function beginning(file: FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, 0)
  return bytes.subarray(0, bytesRead)
}

/** The masks of a pair, which must be of one size. */
const MASKS = ['pred', 'within', 'against'] as const

/** A mask whose size is another one than that of its truth. */
export interface UnequalSize {
  readonly pair: FilePair
  readonly role: (typeof MASKS)[number]
  readonly path: string
  readonly reason: string
}

/** Masks that differ in size from the truth, as far as the first bytes of the files tell. */
export async function unequalSizes(pairs: readonly FilePair[]): Promise<UnequalSize[]> {
  const known = new Map<string, Promise<ImageSize | undefined>>()
  const sizeOf = (path: string) => {
    const size = known.get(path) ?? imageSize(path)
    known.set(path, size)
    return size
  }
  const found: UnequalSize[][] = pairs.map(() => [])
  const check = async (pair: FilePair, i: number) => {
    const truth = await sizeOf(pair.truth)
    for (const role of MASKS) {
      const path = pair[role]
      const size = path === undefined ? undefined : await sizeOf(path)
      if (path === undefined || truth === undefined || size === undefined) continue
      if (size.width === truth.width && size.height === truth.height) continue
      const reason = `it has ${size.width} × ${size.height} pixels and the truth ${truth.width} × ${truth.height}`
      found[i].push({ pair, role, path, reason })
    }
  }
  let next = 0
  const work = async () => {
    while (next < pairs.length) {
      const i = next++
      await check(pairs[i], i)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return found.flat()
}
