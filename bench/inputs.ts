import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { decode } from 'fast-png'
import { BitMask } from 'vessel-reward'
import { gaps, plausible } from '../examples/degrade.ts'
import { vesselMask } from '../examples/procedural-vessels.ts'

/** Pairs of masks of one size, one byte per pixel, 0 or 1. */
export interface MaskSet {
  readonly name: string
  readonly width: number
  readonly height: number
  /** Whether the masks come from photographs. */
  readonly real: boolean
  readonly preds: readonly Uint8Array[]
  readonly truths: readonly Uint8Array[]
  /** Digest of all pixels: runs are comparable only on equal inputs. */
  readonly hash: string
}

/** Masks of more pixels than this are large: fewer of them, and slow peers stay out. */
export const LARGE_PIXELS = 2e6

const defaultPairs = (width: number, height: number) => (width * height > LARGE_PIXELS ? 4 : 8)

function maskSet(set: Omit<MaskSet, 'hash'>): MaskSet {
  const hash = createHash('sha1')
  for (const mask of [...set.preds, ...set.truths]) hash.update(mask)
  return { ...set, hash: hash.digest('hex').slice(0, 12) }
}

/** Smaller masks are cut out of synthetic images of this many pixels each way. */
const WHOLE_IMAGE = 1024

/** Predictions fall to pieces: so long are these, about as those of a small network. */
const PIXELS_PER_GAP = 150

/**
 * Seeded synthetic pairs. Small ones are parts of larger images: the vessels of a whole image of
 * 256 × 256 pixels would be single pixels wide, and easily thinned.
 */
export function proceduralSet(width: number, height: number, pairs?: number): MaskSet {
  const preds: Uint8Array[] = []
  const truths: Uint8Array[] = []
  for (let seed = 1; seed <= (pairs ?? defaultPairs(width, height)); seed++) {
    const truth = partOfImage(width, height, seed)
    truths.push(truth.toUint8Array())
    preds.push(gaps(plausible(truth, seed), PIXELS_PER_GAP, seed).toUint8Array())
  }
  return maskSet({ name: `${height}×${width}`, width, height, real: false, preds, truths })
}

/** The middle of an image, where its large vessels branch. */
function partOfImage(width: number, height: number, seed: number): BitMask {
  const whole = { width: Math.max(width, WHOLE_IMAGE), height: Math.max(height, WHOLE_IMAGE), seed }
  const data = middle(vesselMask(whole).toUint8Array(), whole, { width, height })
  return BitMask.from({ data, width, height })
}

interface Size {
  width: number
  height: number
}

function middle(pixels: Uint8Array, whole: Size, { width, height }: Size): Uint8Array {
  const data = new Uint8Array(width * height)
  const left = (whole.width - width) >> 1
  const top = (whole.height - height) >> 1
  for (let y = 0; y < height; y++) {
    const first = (top + y) * whole.width + left
    data.set(pixels.subarray(first, first + width), y * width)
  }
  return data
}

/**
 * Real pairs: a folder with `pred/` and `truth/`, which hold PNGs of equal names and sizes, or a
 * folder of such folders. With each set come its parts of the sizes `crops`, unless it is large.
 */
export function realSets(folder: string, crops: readonly Size[], pairs?: number): MaskSet[] {
  const inside = isPairFolder(folder)
    ? [folder]
    : readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
        .filter(isPairFolder)
  if (inside.length === 0) throw new RangeError(`expected pred/ and truth/ somewhere in ${folder}`)
  return inside.flatMap((one) => {
    const whole = realSet(one, pairs)
    const isLarge = whole.width * whole.height > LARGE_PIXELS
    const fitting = crops.filter(
      ({ width, height }) => !isLarge && width <= whole.width && height <= whole.height,
    )
    const parts = fitting.map((size) => {
      const cut = (mask: Uint8Array) => middle(mask, whole, size)
      const name = `${basename(one)} ${size.height}×${size.width}`
      const { preds, truths } = whole
      return maskSet({ ...whole, ...size, name, preds: preds.map(cut), truths: truths.map(cut) })
    })
    return [...parts, whole]
  })
}

const isPairFolder = (folder: string) =>
  existsSync(join(folder, 'pred')) && existsSync(join(folder, 'truth'))

function realSet(folder: string, pairs?: number): MaskSet {
  const files = readdirSync(join(folder, 'truth')).sort()
  const names = files.filter((name) => name.endsWith('.png'))
  if (names.length === 0) throw new RangeError(`expected PNGs in ${join(folder, 'truth')}`)
  const { width, height } = readMask(join(folder, 'truth', names[0]))
  const wanted = Math.min(names.length, pairs ?? defaultPairs(width, height))
  // Spread over the folder: its first images are often of one patient.
  const chosen = Array.from(
    { length: wanted },
    (_, i) => names[Math.floor((i * names.length) / wanted)],
  )
  const read = (kind: string) =>
    chosen.map((name) => {
      const mask = readMask(join(folder, kind, name))
      if (mask.width === width && mask.height === height) return mask.toUint8Array()
      throw new RangeError(
        `expected ${height} × ${width} pixels in ${join(folder, kind, name)}, got ${mask.height} × ${mask.width}`,
      )
    })
  const name = `${basename(folder)} ${height}×${width}`
  return maskSet({ name, width, height, real: true, preds: read('pred'), truths: read('truth') })
}

function readMask(file: string): BitMask {
  const { data, width, height, depth, channels } = decode(readFileSync(file))
  if (depth < 8) throw new RangeError(`expected 8 or 16 bits per value in ${file}, got ${depth}`)
  return BitMask.from({ data, width, height, channels: channels as 1 | 2 | 3 | 4 })
}
