import { open, stat } from 'node:fs/promises'
import type { FilePair } from './file-pair.ts'

/** Width and height of an image. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** The first bytes of every PNG file: its signature, and how long the header is and its name. */
const START = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')

/** Files that are open at a time. */
const AT_ONCE = 16

/**
 * The size that the header of a PNG file claims; undefined for what cannot be read and for other
 * formats, of which the size is known only once they are decoded.
 */
export async function imageSize(path: string): Promise<ImageSize | undefined> {
  const bytes = Buffer.alloc(START.length + 8)
  try {
    // To open a pipe would wait for what writes to it, and to read of it would lose that.
    if (!(await stat(path)).isFile()) return undefined
    const file = await open(path)
    try {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
      if (bytesRead < bytes.length || !bytes.subarray(0, START.length).equals(START))
        return undefined
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
  return { width: bytes.readUInt32BE(START.length), height: bytes.readUInt32BE(START.length + 4) }
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
