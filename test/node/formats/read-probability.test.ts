import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePng, type ImageChoiceOptions, readProbability } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPicture } from '../../../src/node/formats/read-picture.ts'
import { gif, npy, pnm, tiff } from './written-files.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-probabilities-'))
})
afterAll(() => rm(folder, { recursive: true }))

const path = () => join(folder, 'file.bin')
async function read(bytes: Uint8Array, options?: ImageChoiceOptions) {
  await writeFile(path(), bytes)
  return readProbability(path(), options)
}

describe('readProbability', () => {
  it('divides integers by the greatest value that the file can hold', async () => {
    expect(await read(pnm(2, 1, 100, [0, 25]))).toEqual({
      data: Float32Array.of(0, 0.25),
      width: 2,
      height: 1,
    })
    expect((await read(npy('u2', [1, 2], [65535, 0]))).data).toEqual(Float32Array.of(1, 0))
    const png = encodePng({ data: Uint8Array.of(0, 51, 255), width: 1, height: 3 })
    expect((await read(png)).data).toEqual(Float32Array.of(0, 0.2, 1))
  })

  it('takes floats as they are, and channels that are equal', async () => {
    expect((await read(npy('f8', [1, 2], [0.1, 1]))).data).toEqual(Float32Array.of(0.1, 1))
    expect((await read(gif(2, 1, [0, 254]))).data).toEqual(
      Float32Array.of(0, Math.fround(254 / 255)),
    )
    expect((await read(tiff(2, 1, [5, 5, 5, 255, 255, 255]))).data[1]).toBe(1)
  })

  it('takes the page that is named', async () => {
    const pages = npy(
      'f4',
      [3, 5, 5],
      Array.from({ length: 75 }, (_, i) => i / 100),
    )
    expect((await read(pages, { page: 2 })).data[0]).toBe(Math.fround(0.5))
    await expect(read(pages)).rejects.toThrow('pass page: 0 to 2')
  })

  it.each<[string, Uint8Array, string]>([
    [
      'logits',
      npy('f4', [1, 2], [0.5, 1.5]),
      'got 1.5 at column 1, row 0: if these are logits, apply a sigmoid',
    ],
    ['NaN', npy('f4', [1, 2], [Number.NaN, 1]), 'got NaN at column 0'],
    [
      'integers of an unknown scale',
      npy('i4', [2, 1], [0, 1]),
      'got others (NPY array): write floats from 0 to 1',
    ],
    [
      'a mask of 0 and 1 of 255',
      npy('u1', [2, 1], [0, 1]),
      'on its scale of 0 to 255, got only 0 and 1: it seems to be a mask',
    ],
    [
      'a softmax without a page',
      npy('f4', [2, 2, 2], [0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 1, 0]),
      'got 2 pages: pass page: 0 to 1',
    ],
    ['colors', tiff(2, 1, [5, 5, 5, 0, 0, 9]), 'channels that differ at column 1, row 0: 0 and 9'],
    [
      'a map in the alpha channel',
      tiff(2, 2, [7, 0, 7, 9, 7, 1, 7, 2], { 338: 2 }),
      'got 7 at every pixel and an alpha channel that varies',
    ],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(message)
    await expect(read(bytes)).rejects.toThrow(RangeError)
    await expect(read(bytes)).rejects.toThrow(path())
  })

  it('names a file that is not there', async () => {
    await expect(readProbability(join(folder, 'none'))).rejects.toThrow('no such file')
    await expect(readProbability(folder)).rejects.toThrow('it is not a regular file')
  })
})

describe('readPicture', () => {
  const picture = async (bytes: Uint8Array) => {
    await writeFile(path(), bytes)
    return [...(await readPicture(path())).data]
  }
  it('gives colors of 8 bits', async () => {
    expect(await picture(tiff(1, 1, [1, 2, 3]))).toEqual([1, 2, 3, 255])
    expect(await picture(pnm(2, 1, 5, [0, 5]))).toEqual([0, 0, 0, 255, 255, 255, 255, 255])
    expect(await picture(npy('u2', [1, 1], [65535]))).toEqual([255, 255, 255, 255])
    expect(await picture(tiff(2, 2, [9, 0, 8, 128, 7, 1, 6, 2], { 338: 2 }))).toEqual([
      9, 9, 9, 0, 8, 8, 8, 128, 7, 7, 7, 1, 6, 6, 6, 2,
    ])
    expect(await picture(npy('f4', [1, 3], [-1, 0, 1]))).toEqual(
      [0, 128, 255].flatMap((grey) => [grey, grey, grey, 255]),
    )
  })
})
