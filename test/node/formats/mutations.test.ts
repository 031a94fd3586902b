import { decodeMask } from 'vessel-reward/node'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../examples/mulberry32.ts'
import { decodeSamples } from '../../../src/node/formats/decode-samples.ts'
import { readImageGolden } from '../../golden/image-golden.ts'
import { COCO } from './coco-files.ts'

const MUTATIONS = 150

/** Files of every format and of each way to store pixels in it. */
const FILES: Record<string, Uint8Array> = {
  ...Object.fromEntries(
    readImageGolden()
      .filter(({ name }) => !/^(npy|nifti)\/.*[>]|-c$/.test(name))
      .map(({ name, file }) => [name, file]),
  ),
  'coco/polygons': Buffer.from(JSON.stringify(COCO)),
}

/** Changes a file as damage does: bytes, a part that is missing, or one that is there twice. */
function mutated(file: Uint8Array, next: () => number): Uint8Array {
  const at = (end: number) => Math.floor(next() * end)
  const kind = at(4)
  if (kind === 0) return file.slice(0, at(file.length))
  if (kind === 1) {
    const from = at(file.length)
    const cut = Buffer.concat([file.subarray(0, from), file.subarray(from + 1 + at(16))])
    return Uint8Array.from(cut)
  }
  const copy = Uint8Array.from(file)
  const isHead = next() < 0.6
  for (let k = 1 + at(4); k > 0; k--) {
    // Most of what can go wrong stands at the beginning.
    const place = at(isHead ? Math.min(file.length, 400) : file.length)
    copy[place] = kind === 2 ? at(256) : [0, 255, 127, 128][at(4)]
  }
  return copy
}

describe('a damaged file is refused by its name, or read', () => {
  const formats = [...new Set(Object.keys(FILES).map((name) => name.split('/')[0]))]
  it.each(formats)('%s', (format) => {
    const names = Object.keys(FILES).filter((name) => name.startsWith(`${format}/`))
    const next = mulberry32(20240917)
    let refused = 0
    const each = Math.ceil(MUTATIONS / names.length)
    for (const name of names) {
      for (let k = 0; k < Math.max(12, each); k++) {
        const bytes = mutated(FILES[name], next)
        try {
          const choice = { page: undefined, category: undefined }
          const { data, width, height, channels } = decodeSamples(bytes, 'the damaged file', choice)
          expect(data.length).toBe(width * height * channels)
          const mask = decodeMask(bytes, { name: 'the damaged file', onWarning: () => {} })
          expect([mask.width, mask.height]).toEqual([width, height])
        } catch (error) {
          refused++
          expect(error).toBeInstanceOf(RangeError)
          expect((error as Error).message).toContain('the damaged file')
        }
      }
    }
    expect(refused).toBeGreaterThan(30)
  })
})
