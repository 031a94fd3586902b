import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const CASE_FILES = ['cases-tiny', 'cases-shapes', 'cases-noise', 'cases-large', 'cases-edges']
const PAIR_FILE = 'pairs'

export type GoldenMethod = 'skimage' | 'zhang-suen' | 'guo-hall'
export type GoldenRadius = '0' | '1.5' | '3' | '5'
export type GoldenVersions = Record<'numpy' | 'scipy' | 'skimage' | 'cv2', string>

export interface GoldenComponents {
  /** First 16 hex digits of the SHA-256 of the labels as little-endian int32, row by row. */
  labels: string
  /** Foreground components, which is also the number of labels. */
  b0: number
  b1: number
  euler: number
}

/** Facts of a mask that is taken as a skeleton. */
export interface GoldenSkeletonFacts {
  junctions: {
    /** Junctions by merge radius. */
    crossingNumber: Record<GoldenRadius, number>
    pixels: number
    clusters: number
    /** Means of the candidates merged at radius 3, sorted by y, then x. */
    places: { x: number; y: number }[]
  }
  /** chain = orthogonal + √2 · diagonal */
  length: { pixels: number; orthogonal: number; diagonal: number; chain: number }
  components: Record<4 | 8, number>
}

export interface GoldenSkeleton extends GoldenSkeletonFacts {
  /** 0 or 1 for each pixel, row by row. */
  mask: Uint8Array
}

export interface GoldenCase {
  name: string
  width: number
  height: number
  /** 0 or 1 for each pixel, row by row. */
  mask: Uint8Array
  components: Record<4 | 8, GoldenComponents>
  skeletons: Record<GoldenMethod, GoldenSkeleton>
  /** The same facts for the mask itself, not thinned. */
  asSkeleton: GoldenSkeletonFacts
}

/** Plain formulas; null is 0/0. */
export interface GoldenOverlap {
  dice: number | null
  iou: number | null
  recall: number | null
  precision: number | null
  specificity: number | null
  accuracy: number | null
  fBeta2: number | null
  fBetaHalf: number | null
  mcc: number | null
}

/** null is 0/0: an empty skeleton, or for `value` also tprec = tsens = 0. */
export interface GoldenClDice {
  tprec: number | null
  tsens: number | null
  value: number | null
}

/** Of the scikit-image skeleton: junctions at radius 3, 8-connected components, chain length. */
export interface GoldenRewardFacts {
  junctions: number
  components: number
  length: number
}

/** The terms before their weights, and their weighted sum. */
export interface GoldenReward {
  dice: number
  recall: number
  topology: number
  length: number
  total: number
}

export interface GoldenPair {
  name: string
  width: number
  height: number
  pred: Uint8Array
  truth: Uint8Array
  /** The field of view, with which both masks are intersected first. */
  within: Uint8Array | null
  confusion: { tp: number; fp: number; fn: number; tn: number }
  overlap: GoldenOverlap
  clDice: Record<GoldenMethod, GoldenClDice>
  facts: Record<'pred' | 'truth', GoldenRewardFacts>
  reward: Record<'bounded' | 'literal', GoldenReward>
}

export interface Golden {
  versions: GoldenVersions
  cases: GoldenCase[]
  pairs: GoldenPair[]
}

/** A mask of the cases, with the spacing of [rows, columns] that its distances were measured with. */
interface GoldenSpacing {
  name: string
  width: number
  height: number
  mask: Uint8Array
  spacing: [number, number]
}

export interface GoldenDistances {
  /** Distances as digests: whether these are the very same numbers. */
  exact: (GoldenSpacing & { digest: (distances: Float64Array) => boolean })[]
  /** Distances as numbers, row by row. */
  rounded: (GoldenSpacing & { distances: number[] })[]
}

/** A fact as it lies in the file: masks packed, places as sum of x, sum of y and count. */
type Packed<T> = T extends Uint8Array
  ? string
  : T extends { x: number; y: number }
    ? [number, number, number]
    : T extends object
      ? { [K in keyof T]: Packed<T[K]> }
      : T

type Reference = { mask: string } | { case: string }

type PackedPair = Omit<GoldenPair, 'pred' | 'truth' | 'within'> & {
  pred: Reference
  truth: Reference
  within: Reference | null
}

let cache: Golden | undefined

/** Reads the golden files once; later calls return the same object, so leave it unchanged. */
export function readGolden(): Golden {
  cache ??= load()
  return cache
}

/** The masks of the cases, and what `numpy.packbits` makes of each, in base64. */
export function readGoldenBits(): (Pick<GoldenCase, 'width' | 'height' | 'mask'> & {
  bits: string
})[] {
  return CASE_FILES.flatMap((file) =>
    readJson<{ cases: Packed<GoldenCase>[] }>(file).cases.map(({ width, height, mask: bits }) => {
      return { width, height, bits, mask: unpack(bits, width * height) }
    }),
  )
}

/** Reads the golden distances. */
export function readGoldenDistances(): GoldenDistances {
  const byName = new Map(readGolden().cases.map((item) => [item.name, item]))
  const found = <T extends { case: string; spacing: [number, number] }>(item: T) => {
    const { name, width, height, mask } = byName.get(item.case) as GoldenCase
    return { ...item, name: `${name} ${item.spacing}`, width, height, mask }
  }
  const { exact, rounded } = readJson<{
    exact: { case: string; spacing: [number, number]; digest: string }[]
    rounded: { case: string; spacing: [number, number]; distances: number[] }[]
  }>('distances')
  return {
    exact: exact.map((item) => ({
      ...found(item),
      digest: (distances) => digestOf(distances) === item.digest,
    })),
    rounded: rounded.map(found),
  }
}

function digestOf(distances: Float64Array): string {
  return createHash('sha256').update(new Uint8Array(distances.buffer)).digest('hex').slice(0, 16)
}

function load(): Golden {
  const cases = CASE_FILES.flatMap((file) =>
    readJson<{ cases: Packed<GoldenCase>[] }>(file).cases.map(unpackCase),
  )
  const byName = new Map(cases.map((item) => [item.name, item.mask]))
  const { versions, pairs } = readJson<{ versions: GoldenVersions; pairs: PackedPair[] }>(PAIR_FILE)
  return { versions, cases, pairs: pairs.map((pair) => unpackPair(pair, byName)) }
}

function readJson<T>(file: string): T {
  const path = fileURLToPath(new URL(`./${file}.json.gz`, import.meta.url))
  return JSON.parse(gunzipSync(readFileSync(path)).toString()) as T
}

function unpackCase(packed: Packed<GoldenCase>): GoldenCase {
  const { width, height, skeletons } = packed
  const skeleton = (method: GoldenMethod): GoldenSkeleton => ({
    ...unpackFacts(skeletons[method]),
    mask: unpack(skeletons[method].mask, width * height),
  })
  return {
    ...packed,
    mask: unpack(packed.mask, width * height),
    skeletons: {
      skimage: skeleton('skimage'),
      'zhang-suen': skeleton('zhang-suen'),
      'guo-hall': skeleton('guo-hall'),
    },
    asSkeleton: unpackFacts(packed.asSkeleton),
  }
}

function unpackFacts({
  junctions,
  length,
  components,
}: Packed<GoldenSkeletonFacts>): GoldenSkeletonFacts {
  const places = junctions.places.map(([x, y, count]) => ({ x: x / count, y: y / count }))
  return { junctions: { ...junctions, places }, length, components }
}

function unpackPair(packed: PackedPair, cases: Map<string, Uint8Array>): GoldenPair {
  const resolve = (reference: Reference): Uint8Array => {
    if ('mask' in reference) return unpack(reference.mask, packed.width * packed.height)
    const mask = cases.get(reference.case)
    if (!mask) throw new Error(`no golden case named ${reference.case}`)
    return mask
  }
  return {
    ...packed,
    pred: resolve(packed.pred),
    truth: resolve(packed.truth),
    within: packed.within && resolve(packed.within),
  }
}

/** Undoes NumPy's packbits: the first pixel is the highest bit of the first byte. */
function unpack(base64: string, size: number): Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  const mask = new Uint8Array(size)
  for (let i = 0; i < size; i++) mask[i] = ((bytes[i >> 3] as number) >> (7 - (i & 7))) & 1
  return mask
}
