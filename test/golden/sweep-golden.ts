import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { ImageMask, MaskLike } from 'vessel-reward'

/** dice, iou, recall, precision, specificity, accuracy, mcc; 0 where a quotient is 0/0. */
type Metrics = number[]

/** A map against a truth, by scikit-learn; null is undefined. */
export interface SweepGoldenCase {
  name: string
  map: ImageMask
  truth: ImageMask
  within: MaskLike | undefined
  averagePrecision: number | null
  rocAuc: number | null
  /** By threshold. */
  metrics: Metrics[]
}

export interface SweepGolden {
  thresholds: number[]
  cases: SweepGoldenCase[]
  /** The pixels of several cases as one. */
  pooled: { names: string[]; averagePrecision: number; rocAuc: number; metrics: Metrics[] }[]
}

type Written = Omit<SweepGoldenCase, 'map' | 'truth' | 'within'> & {
  height: number
  width: number
  values: string
  truth: string
  within: string | null
}

export function readSweepGolden(): SweepGolden {
  const path = fileURLToPath(new URL('./sweep.json.gz', import.meta.url))
  const { cases, ...rest } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Omit<
    SweepGolden,
    'cases'
  > & { cases: Written[] }
  return { ...rest, cases: cases.map(caseOf) }
}

function caseOf({ values, truth, within, width, height, ...rest }: Written): SweepGoldenCase {
  const bytes = Buffer.from(values, 'base64')
  const data = Float32Array.from({ length: width * height }, (_, i) => bytes.readFloatLE(4 * i))
  const maskOf = (text: string) => {
    const packed = Buffer.from(text, 'base64')
    const bits = Uint8Array.from(data, (_, i) => (packed[i >> 3] >> (i & 7)) & 1)
    return { data: bits, width, height }
  }
  return {
    ...rest,
    map: { data, width, height },
    truth: maskOf(truth),
    within: within === null ? undefined : maskOf(within),
  }
}
