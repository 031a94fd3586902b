import { expect, it } from 'vitest'
import { claimedSize } from '../../../src/node/formats/claimed-size.ts'
import { formatName } from '../../../src/node/png/format-name.ts'
import { readImageGolden } from '../../golden/image-golden.ts'

const IMAGES = readImageGolden()
const NOT_TOLD = ['a PNG image', 'gzip data', 'a ZIP archive', 'a JSON text']

it('tells the size of files of one image, as the decoders do', () => {
  const told: Record<string, number> = {}
  for (const { name, file, width, height, page } of IMAGES) {
    const kind = formatName(file)
    const size = claimedSize(file)
    if (size === undefined) {
      // Of several images none is meant before one is chosen.
      const isHard = NOT_TOLD.some((start) => kind.startsWith(start))
      expect([name, kind, isHard || page !== undefined]).toEqual([name, kind, true])
      continue
    }
    expect([name, size]).toEqual([name, { width, height }])
    told[kind] = 1 + (told[kind] ?? 0)
  }
  expect(Object.values(told).filter((count) => count > 1).length).toBe(9)
})

it('needs only the beginning of a file, but for TIFF', () => {
  for (const { name, file } of IMAGES) {
    if (formatName(file) === 'a TIFF image') continue
    expect([name, claimedSize(file.subarray(0, -1))]).toEqual([name, claimedSize(file)])
  }
})

it('tells nothing of files whose first bytes do not say it, or are damaged', () => {
  for (const { name, file } of IMAGES) {
    for (const length of [0, 1, 5, 12, Math.floor(file.length / 2)]) {
      const size = claimedSize(file.subarray(0, length))
      const whole = claimedSize(file)
      if (size !== undefined) expect([name, length, size]).toEqual([name, length, whole])
    }
  }
  expect(claimedSize(Buffer.from('P5 0 7 255\n'))).toBeUndefined()
  expect(claimedSize(Buffer.from('P5 99999999 99999999 255\n'))).toBeUndefined()
  expect(claimedSize(Buffer.from('[{"image_id": 1}]'))).toBeUndefined()
  expect(claimedSize(Buffer.from('no image'))).toBeUndefined()
})
