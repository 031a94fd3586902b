import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { decode } from 'fast-png'
import { BitMask } from 'vessel-reward'
import { readMask } from 'vessel-reward/node'
import type { Reference } from '../ppo/image-reward.ts'

/** Masks or probability maps of a folder, with their truths. */
export interface MaskFolder {
  names: string[]
  /** Logits of each image, in raster order, so that they are scored like a model's. */
  logits: Float32Array[]
  references: Reference[]
}

/** Farthest from 0 or 1 that a probability is taken: its logit is finite. */
const NEAREST = 1e-6

/**
 * Reads PNG files of one folder and the truths of the same names from another.
 *
 * @throws Error naming the file if one is missing, no PNG image, or of another size than its truth
 */
export async function readMaskFolder(masks: string, truths: string): Promise<MaskFolder> {
  const names = readdirSync(masks)
    .filter((name) => extname(name).toLowerCase() === '.png')
    .sort()
  if (names.length === 0) throw new Error(`expected PNG files in ${masks}, found none`)
  const folder: MaskFolder = { names, logits: [], references: [] }
  for (const name of names) {
    const truth = await readMask(join(truths, name))
    const { values, width, height } = readGrey(join(masks, name))
    if (width !== truth.width || height !== truth.height) {
      throw new Error(
        `${join(masks, name)}: expected ${truth.width} × ${truth.height} pixels as its truth has, got ${width} × ${height}`,
      )
    }
    const logit = (p: number) => Math.log(p / (1 - p))
    const within = BitMask.from({ data: new Uint8Array(width * height).fill(1), width, height })
    folder.logits.push(
      Float32Array.from(values, (p) => logit(Math.min(1 - NEAREST, Math.max(NEAREST, p)))),
    )
    folder.references.push({ truth, within })
  }
  return folder
}

/** The first channel of a PNG image, 0 to 1. */
function readGrey(file: string): { values: Float64Array; width: number; height: number } {
  try {
    const { data, width, height, channels, depth, palette } = decode(readFileSync(file))
    if (palette !== undefined || depth < 8) {
      throw new Error('expected 8 or 16 bits per sample and no palette')
    }
    const values = Float64Array.from(
      { length: width * height },
      (_, i) => data[i * channels] / (2 ** depth - 1),
    )
    return { values, width, height }
  } catch (error) {
    throw new Error(`cannot read ${file}: ${(error as Error).message}`, { cause: error })
  }
}

/** A probability nearer to 0 or 1 than this does not change at any threshold that is tried. */
const SATURATED = 0.025

/** Share of probabilities below which masks count as binary. */
const FEW = 0.001

/**
 * Whether probabilities are in truth masks already: then no threshold can change them.
 *
 * @param probabilities - of every pixel, 0 to 1
 * @returns the share of pixels that a threshold can still decide, and whether these are too few
 */
export function binaryShare(probabilities: Iterable<number>): {
  undecided: number
  isBinary: boolean
} {
  let all = 0
  let between = 0
  for (const p of probabilities) {
    all++
    if (p > SATURATED && p < 1 - SATURATED) between++
  }
  const undecided = all === 0 ? 0 : between / all
  return { undecided, isBinary: undecided < FEW }
}
