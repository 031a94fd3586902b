import { decodeMask, type MaskWarning } from 'vessel-reward/node'
import { describe, expect, it } from 'vitest'
import { decodeSamples } from '../../../src/node/formats/decode-samples.ts'
import { readImageGolden } from '../../golden/image-golden.ts'

const IMAGES = readImageGolden()

describe('files of other programs', () => {
  it.each(IMAGES.map((image) => [image.name, image] as const))('%s', (name, image) => {
    const { file, page, tolerance = 0 } = image
    const read = decodeSamples(file, `'${name}'`, { page, category: undefined })
    expect([read.width, read.height, read.channels]).toEqual([
      image.width,
      image.height,
      image.channels,
    ])
    expect(read.alpha).toBe(image.alpha ?? false)
    if (image.max !== undefined) expect(read.max).toBe(image.max)
    expect(read.data.length).toBe(image.samples.length)
    let largest = 0
    for (let i = 0; i < read.data.length; i++) {
      largest = Math.max(largest, Math.abs(read.data[i] - image.samples[i]))
    }
    expect(largest).toBeLessThanOrEqual(tolerance)
    if (image.mask !== true) return
    const warnings: MaskWarning[] = []
    const mask = decodeMask(file, { onWarning: (warning) => warnings.push(warning) })
    const shown = Uint8Array.from({ length: mask.width * mask.height }, (_, i) =>
      image.samples[i * image.channels] > 0 ? 1 : 0,
    )
    expect(mask.toUint8Array()).toEqual(shown)
    expect(warnings).toEqual([])
  })
})
