import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** A skeleton with the branches that skan finds; see README.md. */
export interface GoldenSkeleton {
  name: string
  width: number
  height: number
  mask: Uint8Array
  components: number
  euler: number
  ties: boolean
  /** Lengths by branch type, ascending. */
  skan: { lengths: number[][]; total: number; cycles: number } | { error: string }
}

/** Points as x and y in turn, with the size of a maximum matching. */
export interface GoldenMatching {
  name: string
  radius: number
  a: number[]
  b: number[]
  edges: number
  matched: number
}

export interface GraphGolden {
  skeletons: GoldenSkeleton[]
  matchings: GoldenMatching[]
}

export function readGraphGolden(): GraphGolden {
  const path = fileURLToPath(new URL('./graph.json.gz', import.meta.url))
  const file = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
    skeletons: (Omit<GoldenSkeleton, 'mask'> & { mask: string })[]
    matchings: GoldenMatching[]
  }
  return {
    skeletons: file.skeletons.map((item) => ({
      ...item,
      mask: unpack(item.mask, item.width * item.height),
    })),
    matchings: file.matchings,
  }
}

/** Undoes NumPy's packbits: the first pixel is the highest bit of the first byte. */
function unpack(base64: string, size: number): Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  return Uint8Array.from({ length: size }, (_, i) => (bytes[i >> 3] >> (7 - (i & 7))) & 1)
}
