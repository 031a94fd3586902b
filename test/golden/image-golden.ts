import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** A file of some image format, and what a reference implementation reads from it. */
export interface GoldenImage {
  name: string
  file: Buffer
  width: number
  height: number
  channels: number
  samples: ArrayLike<number>
  /** The image that is meant, of so many. */
  page?: number | string
  pages?: number
  alpha?: boolean
  max?: number
  /** Whether it holds two values only. */
  mask?: boolean
  /** How much a sample may differ; exact without it. */
  tolerance?: number
}

const ARRAYS = {
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  f4: Float32Array,
  f8: Float64Array,
}

type StoredImage = Omit<GoldenImage, 'file' | 'samples'> & {
  file: string
  samples: string
  type: keyof typeof ARRAYS
}

/** Reads what make_image_golden.py wrote. */
export function readImageGolden(): GoldenImage[] {
  const bytes = gunzipSync(readFileSync(new URL('images.json.gz', import.meta.url)))
  return JSON.parse(bytes.toString()).map(
    ({ file, samples, type, ...rest }: StoredImage): GoldenImage => ({
      ...rest,
      file: Buffer.from(file, 'base64'),
      samples: new ARRAYS[type](Uint8Array.from(Buffer.from(samples, 'base64')).buffer),
    }),
  )
}
