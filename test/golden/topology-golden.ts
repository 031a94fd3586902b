import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { BitMask } from 'vessel-reward'

/** Matched, unmatched of the prediction, unmatched of the truth; each of components, holes. */
export type GoldenMatching = [
  matched: [number, number],
  pred: [number, number],
  truth: [number, number],
]

export interface TopologyPair {
  pred: BitMask
  truth: BitMask
  4: GoldenMatching
  8: GoldenMatching
}

/** Reads what make_topology_golden.py wrote. */
export function readTopologyGolden(): TopologyPair[] {
  const bytes = gunzipSync(readFileSync(new URL('topology.json.gz', import.meta.url)))
  const cases = JSON.parse(bytes.toString()) as Record<string, never>[]
  return cases.map(({ width, height, ...one }) => {
    const unpack = (text: string) => {
      const packed = Buffer.from(text, 'base64')
      const data = Uint8Array.from(
        { length: width * height },
        (_, i) => (packed[i >> 3] >> (7 - (i & 7))) & 1,
      )
      return BitMask.from({ data, width, height })
    }
    return { 4: one[4], 8: one[8], pred: unpack(one.pred), truth: unpack(one.truth) }
  })
}
