import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FilePair } from '../../../../src/node/folders/pairs/file-pair.ts'
import { pairWarnings } from '../../../../src/node/folders/pairs/pair-warnings.ts'

let folder: string
const at = (path: string) => join(folder, path)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-doubts-'))
  await mkdir(at('a'))
  for (const name of ['1', '2']) await writeFile(at(`a/${name}.png`), '')
  await symlink(at('a'), at('b'))
  await link(at('a/1.png'), at('hard.png'))
})
afterAll(() => rm(folder, { recursive: true }))

const told = async (...pairs: Omit<FilePair, 'name'>[]) => {
  const named = pairs.map((pair, i) => ({ name: String(i), ...pair }))
  const warnings = await pairWarnings({ pairs: named, missing: [], others: [] })
  return warnings.map(({ kind, message }) => `${kind}: ${message}`)
}

describe('pairWarnings', () => {
  it('tells of one file as prediction and truth, whatever the paths are', async () => {
    const [one, two] = [at('a/1.png'), at('a/2.png')]
    expect(await told({ pred: one, truth: two, against: at('none.png') })).toEqual([])
    expect(await told({ pred: one, truth: at('hard.png') })).toEqual([
      `same-file: '${one}' is the prediction and the truth at once`,
    ])
    expect(
      await told(
        { pred: one, truth: two },
        { pred: two, truth: at('b/2.png') },
        { pred: two, truth: two },
      ),
    ).toEqual([
      `same-file: '${two}' is the prediction and the truth at once, and so in 1 more pairs`,
    ])
    expect(await told({ pred: one, truth: two, against: at('b/1.png') })).toEqual([
      `same-file: '${one}' is the prediction and the other method's prediction at once`,
    ])
  })

  it.each<[pred: string, truth: string]>([
    ['labelsTr/x.png', 'pred/x.png'],
    ['DRIVE/1st_manual/01_manual1.png', 'out/01_pred.png'],
    ['gt/1.png', 'predictions/1.png'],
    ['Image_01L_1stHO.png', 'results/Image_01L.png'],
  ])('tells of names that say the reverse: %s, %s', async (pred, truth) => {
    expect(await told({ pred, truth })).toEqual([
      expect.stringMatching(/^swapped: .*: the predictions come first$/),
    ])
    expect(await told({ pred: truth, truth: pred })).toEqual([])
    // One of three may be called so.
    const rest = { pred: 'a/1.png', truth: 'b/1.png' }
    expect(await told({ pred, truth }, rest, rest)).toEqual([])
  })

  it('does not doubt a second observer', async () => {
    expect(
      await told({ pred: '2nd_manual/01_manual2.png', truth: '1st_manual/01_manual1.png' }),
    ).toEqual([])
    expect(await told({ pred: 'gt_pred/1.png', truth: 'pred_gt/1.png' })).toEqual([])
  })

  it('says what was left out', async () => {
    const missing = [
      { role: 'pred', path: 'p.png' },
      { role: 'truth', path: 't.png', reason: 'it is not there' },
    ] as const
    const found = { pairs: [], missing, others: ['a.txt', 'b.txt'] }
    const warnings = await pairWarnings(found, 'map')
    expect(warnings.map(({ kind, message }) => [kind, message])).toEqual([
      ['without-partner', "'p.png' (map) has no partner"],
      ['other-size', "'t.png' (truth) is left out: it is not there"],
      ['not-used', "2 files are not images by the ending and were left out, such as 'a.txt'"],
    ])
  })
})
