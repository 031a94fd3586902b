import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BitMask } from 'vessel-reward'
import { type FilePair, writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { imageSize, unequalSizes } from '../../../../src/node/folders/pairs/image-sizes.ts'

let folder: string
const at = (path: string) => join(folder, path)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-sizes-'))
  await writePng(at('wide.png'), BitMask.from([[1, 0, 1]]))
  await writePng(at('high.png'), BitMask.from([[1], [0], [1]]))
  await writePng(at('also.png'), BitMask.from([[0, 0, 1]]))
  await writeFile(at('text.png'), 'no image, but long enough to be one')
  await writeFile(at('short.png'), '\x89PNG')
})
afterAll(() => rm(folder, { recursive: true }))

it('reads sizes of PNG files', async () => {
  expect(await imageSize(at('wide.png'))).toEqual({ width: 3, height: 1 })
  expect(await imageSize(at('high.png'))).toEqual({ width: 1, height: 3 })
  for (const path of ['text.png', 'short.png', 'none.png', '.']) {
    expect(await imageSize(at(path))).toBeUndefined()
  }
})

it('reads sizes of other formats, in TIFF files at the end too', async () => {
  const header = 'P5 3000 100 255\n'
  await writeFile(at('large.pgm'), Buffer.alloc(header.length + 300_000, header, 'latin1'))
  expect(await imageSize(at('large.pgm'))).toEqual({ width: 3000, height: 100 })
  const pixels = 70_000
  const tags = [
    [256, 3, 1, 700],
    [257, 3, 1, 100],
    [258, 3, 1, 8],
  ]
  const tiff = Buffer.alloc(8 + pixels + 2 + 12 * tags.length + 4)
  tiff.write('II*\0', 'latin1')
  tiff.writeUInt32LE(8 + pixels, 4)
  tiff.writeUInt16LE(tags.length, 8 + pixels)
  for (const [i, [tag, type, count, value]] of tags.entries()) {
    const start = 10 + pixels + 12 * i
    tiff.writeUInt16LE(tag, start)
    tiff.writeUInt16LE(type, start + 2)
    tiff.writeUInt32LE(count, start + 4)
    tiff.writeUInt32LE(value, start + 8)
  }
  await writeFile(at('end.tif'), tiff)
  expect(await imageSize(at('end.tif'))).toEqual({ width: 700, height: 100 })
})

it('finds what differs from the truth, in the order of the pairs', async () => {
  const pair = (pred: string, truth: string, rest: object = {}): FilePair => {
    return { name: pred, pred: at(pred), truth: at(truth), ...rest }
  }
  const pairs = [
    pair('wide.png', 'also.png', { within: at('also.png'), image: at('high.png') }),
    pair('high.png', 'wide.png', { against: at('wide.png'), within: at('high.png') }),
    pair('text.png', 'wide.png'),
    pair('wide.png', 'none.png'),
    pair('wide.png', 'high.png'),
  ]
  const found = await unequalSizes(pairs)
  expect(found.map(({ pair: of, role }) => [pairs.indexOf(of), role])).toEqual([
    [1, 'pred'],
    [1, 'within'],
    [4, 'pred'],
  ])
  expect(found[0].reason).toBe('it has 1 × 3 pixels and the truth 3 × 1')
})

it.skipIf(process.platform === 'win32')('does not wait for what writes to a pipe', async () => {
  execFileSync('mkfifo', [at('pipe.png')])
  expect(await imageSize(at('pipe.png'))).toBeUndefined()
})
