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

it('reads sizes of PNG files only', async () => {
  expect(await imageSize(at('wide.png'))).toEqual({ width: 3, height: 1 })
  expect(await imageSize(at('high.png'))).toEqual({ width: 1, height: 3 })
  for (const path of ['text.png', 'short.png', 'none.png', '.']) {
    expect(await imageSize(at(path))).toBeUndefined()
  }
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
