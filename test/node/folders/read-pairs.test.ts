import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BitMask } from 'vessel-reward'
import { type ReadPairsOptions, readPairs, writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
const FOLDERS: Record<string, string[]> = {
  pred: ['10_test.png', '2_test.png', '.hidden.png', 'notes.txt'],
  truth: ['2_manual1.png', '10_manual1.png'],
  fov: ['2_test_mask.png', '10_test_mask.png', '11_test_mask.png'],
  more: ['2.png', '10.png', '11.png'],
  twice: ['2_manual1.png', '2_manual2.png', '10.png'],
  others: ['2.webp', '10.webp'],
  empty: [],
  other: ['seven.png'],
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-pairs-'))
  for (const [name, files] of Object.entries(FOLDERS)) {
    await mkdir(join(folder, name, 'inner.png'), { recursive: true })
    for (const file of files) await writeFile(join(folder, name, file), '')
  }
})
afterAll(() => rm(folder, { recursive: true }))

const at = (path: string) => join(folder, path)
const pairs = (pred: string, truth: string, options?: ReadPairsOptions) =>
  readPairs(at(pred), at(truth), options)

describe('readPairs', () => {
  it('pairs by name, 2 before 10, and says what it left out', async () => {
    expect(await pairs('pred', 'truth', { within: at('fov') })).toEqual({
      pairs: [
        {
          name: '2_test',
          pred: at('pred/2_test.png'),
          truth: at('truth/2_manual1.png'),
          within: at('fov/2_test_mask.png'),
        },
        {
          name: '10_test',
          pred: at('pred/10_test.png'),
          truth: at('truth/10_manual1.png'),
          within: at('fov/10_test_mask.png'),
        },
      ],
      missing: [],
      others: [at('pred/notes.txt')],
    })
  })

  it('names all pairs whose sizes differ, of any format, or leaves them out', async () => {
    const image = (width: number, height: number) =>
      Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), Buffer.alloc(width * height, 255)])
    const sizes = { a: [3, 2], b: [4, 4], c: [2, 2] }
    await Promise.all(['sizes', 'same'].map((name) => mkdir(at(name))))
    for (const [name, [width, height]] of Object.entries(sizes)) {
      await writeFile(at(`sizes/${name}.pgm`), image(width, height))
    }
    await writePng(at('same/a.png'), BitMask.from([[1, 0, 1]]))
    await writeFile(at('same/b.pgm'), image(4, 4))
    await writeFile(at('same/c.pgm'), image(1, 2))
    await expect(pairs('sizes', 'same')).rejects.toThrow(
      `images do not pair: 2 differ in size from the truth: '${at('sizes/a.pgm')}' (it has 3 × 2 pixels and the truth 3 × 1), '${at('sizes/c.pgm')}' (it has 2 × 2 pixels and the truth 1 × 2) (allowMissing leaves them out)`,
    )
    const { pairs: kept, missing } = await pairs('sizes', 'same', { allowMissing: true })
    expect(kept.map(({ name }) => name)).toEqual(['b'])
    expect(missing.map(({ role, path }) => [role, path])).toEqual([
      ['pred', at('sizes/a.pgm')],
      ['pred', at('sizes/c.pgm')],
    ])
    await expect(
      readPairs(at('sizes/a.pgm'), at('same/a.png'), { allowMissing: true }),
    ).rejects.toThrow('nothing in')
  })

  it('takes two files, whatever they are called, and one field of view for all', async () => {
    const one = at('other/seven.png')
    const { pairs: single } = await pairs('pred/2_test.png', 'other/seven.png', { within: one })
    expect(single).toEqual([
      { name: '2_test', pred: at('pred/2_test.png'), truth: one, within: one },
    ])
    const { pairs: all } = await pairs('pred', 'truth', { within: one })
    expect(all.map(({ within }) => within)).toEqual([one, one])
  })

  it('tells all that has no partner, or leaves it out', async () => {
    await expect(pairs('pred', 'more')).rejects.toThrow(
      "images do not pair: 1 truth has no prediction: '11.png' (match says which part of a name counts, allowMissing leaves them out)",
    )
    await expect(pairs('more', 'truth', { against: at('other') })).rejects.toThrow(
      "images do not pair: 1 prediction has no truth: '11.png'; 2 truths have no other method's prediction: '2_manual1.png', '10_manual1.png'; 1 other method's prediction has no truth: 'seven.png'",
    )
    const { pairs: kept, missing } = await pairs('pred', 'more', { allowMissing: true })
    expect(kept.map(({ name }) => name)).toEqual(['2_test', '10_test'])
    expect(missing).toEqual([{ role: 'truth', path: at('more/11.png') }])
  })

  it('never chooses among several', async () => {
    const message =
      "several fit: prediction '2_test.png' and truth '2_manual1.png', '2_manual2.png' (match says which part of a name counts)"
    for (const allowMissing of [false, true]) {
      await expect(pairs('pred', 'twice', { allowMissing })).rejects.toThrow(message)
    }
    const { pairs: chosen } = await pairs('pred', 'twice', {
      match: '^(\\d+)(?:_test|_manual1)?\\.png',
      allowMissing: true,
    })
    expect(chosen.map(({ truth }) => truth)).toEqual([
      at('twice/2_manual1.png'),
      at('twice/10.png'),
    ])
  })

  it('compares by the first group of a regular expression, or all of it', async () => {
    for (const match of ['\\d+', /(\d+)_/g, '^(\\d+)']) {
      const { pairs: found } = await pairs('pred', 'truth', { match })
      expect(found.map(({ truth }) => truth)).toEqual([
        at('truth/2_manual1.png'),
        at('truth/10_manual1.png'),
      ])
    }
  })

  it.each<[string, string, string, ReadPairsOptions | undefined, string]>([
    ['a folder that is not there', 'none', 'truth', undefined, 'no such file or folder'],
    ['a folder without images', 'pred', 'empty', undefined, "got only folders: 'inner.png'"],
    ['a folder of others', 'others', 'truth', undefined, "got 2 of '.webp'"],
    ['a folder and a file', 'pred', 'truth/2_manual1.png', undefined, 'two folders or two files'],
    ['no pair', 'pred', 'other', { allowMissing: true }, 'pairs with anything in'],
    ['no regular expression', 'pred', 'truth', { match: '(' }, 'match to be a regular expression'],
  ])('refuses %s', async (_, pred, truth, options, message) => {
    const error = await pairs(pred, truth, options).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RangeError)
    expect(String(error)).toContain(message)
  })

  it.each<[unknown, unknown, unknown]>([
    [7, 'truth', undefined],
    ['pred', undefined, undefined],
    ['pred', 'truth', { within: 7 }],
    ['pred', 'truth', { match: 7 }],
    ['pred', 'truth', { allowMissing: 'yes' }],
  ])('refuses %j, %j, %j', async (pred, truth, options) => {
    const call = readPairs(pred as string, truth as string, options as object)
    await expect(call).rejects.toThrow(TypeError)
  })
})

it('refuses names that are not UTF-8, which lead to no file', async () => {
  const place = at('bytes')
  await mkdir(place)
  const path = Buffer.concat([Buffer.from(`${place}/`), Buffer.of(0xff), Buffer.from('.png')])
  try {
    await writeFile(path, '')
  } catch {
    // Some systems have no such names.
    return
  }
  if ((await readdir(place))[0] !== '\uFFFD.png') return
  for (const where of ['bytes', 'bytes/*.png']) {
    await expect(pairs(where, 'truth')).rejects.toThrow('expected file names in UTF-8')
  }
  await rm(place, { recursive: true })
  await mkdir(place)
  await writeFile(join(place, '2\uFFFD.png'), '')
  const { pairs: found } = await pairs('bytes', 'truth', { match: '\\d+', allowMissing: true })
  expect(found).toHaveLength(1)
})
