import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { BitMask } from 'vessel-reward'
import { type GoldenCase, type GoldenPair, readGolden } from './golden.ts'

/** Dilation, erosions and boundary of a golden case, each by its digest. */
interface MorphologyValues {
  case: string
  element: 'square' | 'diamond' | 'disk'
  radius: number
  dilated: string
  /** The outside of the image is background. */
  eroded: string
  /** The outside of the image is ignored. */
  ignored: string
  boundary: string
}

export type MorphologyCase = GoldenCase & MorphologyValues

/** What a library returns: null is NaN, `'inf'` is Infinity. */
type Returned = number | 'inf' | null

/** Surface distances of one golden pair; a row is null where a mask is empty, if not said else. */
interface DistanceValues {
  name: string
  spacing: [rows: number, columns: number]
  tolerance: number
  scipy:
    | [hausdorff: number, hd95: number, pooled: number, assd: number, masd: number, nsd: number]
    | null
  /** In single precision, and whatever the masks. */
  monai: [hausdorff: Returned, hd95: Returned, assd: Returned, masd: Returned, nsd: Returned]
  medpy: [pooled: number, assd: number] | null
  surfaceDistance: [hd95: Returned, nsd: Returned] | null
}

export type DistancePair = GoldenPair & DistanceValues

export interface DistanceGolden {
  morphology: MorphologyCase[]
  pairs: DistancePair[]
}

export function readDistanceGolden(): DistanceGolden {
  const path = fileURLToPath(new URL('./surface-distances.json.gz', import.meta.url))
  const file = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
    morphology: MorphologyValues[]
    pairs: DistanceValues[]
  }
  const golden = readGolden()
  const pairs = new Map(golden.pairs.map((pair) => [pair.name, pair]))
  const cases = new Map(golden.cases.map((item) => [item.name, item]))
  return {
    morphology: file.morphology.map((values) => ({
      ...(cases.get(values.case) as GoldenCase),
      ...values,
    })),
    pairs: file.pairs.map((values) => ({ ...(pairs.get(values.name) as GoldenPair), ...values })),
  }
}

/** The digest of a mask as the golden file has it. */
export function digestOf(mask: BitMask): string {
  return createHash('sha256').update(mask.toUint8Array()).digest('hex').slice(0, 12)
}
