import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type GoldenCase, type GoldenClDice, type GoldenPair, readGolden } from './golden.ts'

/** Golden values of one pair of `golden.ts`; counts are inside the field of view. */
interface CenterlineValues {
  name: string
  cal: {
    radii: [area: number, length: number]
    /** Components of both, hits and all of the area, hits and all of the length. */
    counts: [number, number, number, number, number, number]
  }
  buffered: {
    tolerance: number
    /** Matched and all pixels of the predicted, then of the true skeleton. */
    pixels: [number, number, number, number]
    /**
     * Ends of orthogonal and of diagonal links: matched and all of the prediction's, then of the
     * truth's skeleton.
     */
    links?: [number, number, number, number, number, number, number, number]
  }
  caliber: {
    bins: number[]
    /** For each stratum tp, fp, fn, hits and all of the predicted, then of the true skeleton. */
    counts: [number, number, number, number, number, number, number][]
  }
  skeletal: {
    alpha: number
    range: number
    /** rSe, rSp, rAcc, confidence; null is 0/0. */
    values: [number | null, number | null, number | null, number | null]
    /** rSe by the rule of the authors' code for pixels on a centreline that is in no segment. */
    published: number | null
  }
}

export type CenterlinePair = GoldenPair & CenterlineValues

interface PublishedPair {
  name: string
  size: number
  pred: string
  truth: string
  /** The value that the tests of MetricsReloaded expect; null is NaN. */
  published: number | null
  clDice: Record<'skimage' | 'guo-hall', GoldenClDice>
}

export interface CenterlineGolden {
  pairs: CenterlinePair[]
  published: (Omit<PublishedPair, 'pred' | 'truth'> & { pred: Uint8Array; truth: Uint8Array })[]
  /** Whether these are the squared distances of all pixels to the nearest foreground. */
  nearest: (GoldenCase & { digest: (squares: Int32Array) => boolean })[]
}

export function readCenterlineGolden(): CenterlineGolden {
  const path = fileURLToPath(new URL('./centerline.json.gz', import.meta.url))
  const file = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
    pairs: CenterlineValues[]
    published: PublishedPair[]
    nearest: { case: string; digest: string }[]
  }
  const golden = readGolden()
  const pairs = new Map(golden.pairs.map((pair) => [pair.name, pair]))
  const cases = new Map(golden.cases.map((item) => [item.name, item]))
  return {
    pairs: file.pairs.map((values) => ({ ...(pairs.get(values.name) as GoldenPair), ...values })),
    published: file.published.map((pair) => ({
      ...pair,
      pred: unpack(pair.pred, pair.size ** 2),
      truth: unpack(pair.truth, pair.size ** 2),
    })),
    nearest: file.nearest.map(({ case: name, digest }) => ({
      ...(cases.get(name) as GoldenCase),
      digest: (squares) => digestOf(squares) === digest,
    })),
  }
}

function digestOf(values: Int32Array): string {
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex').slice(0, 16)
}

/** Undoes NumPy's packbits: the first pixel is the highest bit of the first byte. */
function unpack(base64: string, size: number): Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  return Uint8Array.from({ length: size }, (_, i) => (bytes[i >> 3] >> (7 - (i & 7))) & 1)
}
