import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { BitMask } from 'vessel-reward'

/** What pycocotools made of a mask. */
export interface GoldenRle {
  size: [height: number, width: number]
  mask: BitMask
  counts: string
}

/** What pycocotools made of polygons: each is x, y, x, y … */
export interface GoldenPolygons {
  size: [height: number, width: number]
  polygons: number[][]
  counts: string
}

/** Reads what make_rle_golden.py wrote. */
export function readRleGolden(): { masks: GoldenRle[]; polygons: GoldenPolygons[] } {
  const bytes = gunzipSync(readFileSync(new URL('rle.json.gz', import.meta.url)))
  const { masks, polygons } = JSON.parse(bytes.toString())
  return { masks: masks.map(unpacked), polygons }
}

function unpacked({ size, mask, counts }: GoldenRle & { mask: string }): GoldenRle {
  const [height, width] = size
  const packed = Buffer.from(mask, 'base64')
  const data = Uint8Array.from(
    { length: width * height },
    (_, i) => (packed[i >> 3] >> (7 - (i & 7))) & 1,
  )
  return { size, counts, mask: BitMask.from({ data, width, height }) }
}
