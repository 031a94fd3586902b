import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ReadPairsOptions, readPairs } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
const at = (path: string) => join(folder, path)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-lists-'))
  for (const path of ['a/pred.png', 'b/pred.png', 't/1.png', 't/2.png', 'fov.png', 'x, "y".png']) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(at(path), '')
  }
})
afterAll(() => rm(folder, { recursive: true }))

const list = async (text: string, options?: ReadPairsOptions) => {
  await writeFile(at('list.csv'), text)
  return readPairs(at('list.csv'), undefined, options)
}

describe('a list of pairs', () => {
  it('says which files belong together, relative to itself', async () => {
    const { pairs } = await list(
      '\ufeffpred, truth,within,image,name\r\na/pred.png,t/1.png,fov.png,,one\r\n\r\n"x, ""y"".png",t/2.png,,fov.png,two\r\n',
    )
    expect(pairs).toEqual([
      { name: 'one', pred: at('a/pred.png'), truth: at('t/1.png'), within: at('fov.png') },
      { name: 'two', pred: at('x, "y".png'), truth: at('t/2.png'), image: at('fov.png') },
    ])
  })

  it('takes absolute paths, and names pairs by files, or by paths where files are called the same', async () => {
    const {
      pairs: [one],
    } = await list(`truth,pred\n${at('t/1.png')},${at('b/pred.png')}\n`)
    expect(one).toEqual({ name: 'pred', pred: at('b/pred.png'), truth: at('t/1.png') })
    const { pairs } = await list('pred,truth\na/pred.png,t/1.png\nb/pred.png,t/2.png')
    expect(pairs.map(({ name }) => name)).toEqual([at('a/pred'), at('b/pred')])
  })

  it('tells files that are not there, or leaves their pairs out', async () => {
    const text = 'pred,truth\na/pred.png,t/1.png\nb/pred.png,t/9.png\n'
    await expect(list(text)).rejects.toThrow(
      `1 file is not there: '${at('t/9.png')}' (allowMissing leaves them out)`,
    )
    const { pairs, missing } = await list(text, { allowMissing: true })
    expect(pairs.map(({ truth }) => truth)).toEqual([at('t/1.png')])
    expect(missing).toEqual([{ role: 'truth', path: at('t/9.png'), reason: 'it is not there' }])
  })

  it.each<[string, string, string]>([
    ['no header', 'a/pred.png,t/1.png\n', "unknown column 'a/pred.png'"],
    ['an unknown column', 'pred,truth,fov\na,b,c\n', "unknown column 'fov'"],
    [
      'a missing column',
      'pred,name\na,b\n',
      'expected the columns pred and truth in the first row',
    ],
    ['semicolons', 'pred;truth\na;b\n', 'expected commas between the columns'],
    ['tabs', 'pred\ttruth\na\tb\n', 'got tabs'],
    ['a column twice', 'pred,truth,pred\na,b,c\n', "got 'pred' twice"],
    ['an empty path', 'pred,truth\na,\n', 'expected a path as truth in line 2'],
    ['a row that is too long', 'pred,truth\na,b,c\n', 'to be comma-separated values'],
    ['a quote that does not end', 'pred,truth\n"a,b\n', 'to be comma-separated values'],
    ['only a header', 'pred,truth\n', 'got only a header'],
    ['nothing', '', 'got nothing'],
    [
      'a prediction twice',
      'pred,truth\na/pred.png,t/1.png\na/pred.png,t/2.png\n',
      'expected each pred',
    ],
    ['a name twice', 'pred,truth,name\na/pred.png,t/1.png,n\nb/pred.png,t/2.png,n\n', 'each name'],
  ])('is refused with %s', async (_, text, message) => {
    const error = await list(text).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RangeError)
    expect(String(error)).toContain(message)
  })

  it('is refused in another encoding', async () => {
    await writeFile(at('utf16.csv'), Buffer.from('\uFEFFpred,truth\na,b\n', 'utf16le'))
    await expect(readPairs(at('utf16.csv'))).rejects.toThrow('to be text in UTF-8')
  })

  it.each(['within', 'against', 'image', 'match'] as const)('has %s itself', async (name) => {
    await expect(list('pred,truth\n', { [name]: 'x' })).rejects.toThrow(
      `expected a list of pairs without ${name}`,
    )
  })

  it('is named with no truths', async () => {
    await expect(readPairs(at('none.csv'))).rejects.toThrow('no such file')
    await expect(readPairs(at('a'))).rejects.toThrow(TypeError)
  })
})

describe('a pattern', () => {
  it('names images by their files if these differ', async () => {
    const { pairs } = await readPairs(at('t/?.png'), at('{t,none}/[12].png'))
    expect(pairs).toEqual([
      { name: '1', pred: at('t/1.png'), truth: at('t/1.png') },
      { name: '2', pred: at('t/2.png'), truth: at('t/2.png') },
    ])
  })

  it('names them by their paths from the first wildcard on if not', async () => {
    const { pairs } = await readPairs(at('*/pred.png'), at('**/pred.png'))
    expect(pairs).toEqual([
      { name: 'a/pred', pred: at('a/pred.png'), truth: at('a/pred.png') },
      { name: 'b/pred', pred: at('b/pred.png'), truth: at('b/pred.png') },
    ])
    const options = { match: '^([^/.]+)', allowMissing: true }
    await expect(readPairs(at('*/pred.png'), at('t/*.png'), options)).rejects.toThrow('nothing in')
  })

  it('is refused where it fits nothing', async () => {
    await expect(readPairs(at('*.gif'), at('t'))).rejects.toThrow('got nothing')
    await expect(readPairs(at('t'), at('t/*.png'), { within: at('no*/*') })).rejects.toThrow('no*')
  })

  it('is a name where a file has that name', async () => {
    await writeFile(at('[1].png'), '')
    const { pairs } = await readPairs(at('[1].png'), at('t/1.png'))
    expect(pairs.map(({ pred }) => pred)).toEqual([at('[1].png')])
  })
})
