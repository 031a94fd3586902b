import { execFileSync } from 'node:child_process'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BitMask } from '../../../src/index.ts'
import { MAX_PIXELS } from '../../../src/mask/layout.ts'
import { decodeMask, encodePng, readMask, writePng } from '../../../src/node/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-files-'))
})
afterEach(() => rm(folder, { recursive: true }))

const MASK = BitMask.from([
  [1, 0, 1],
  [0, 1, 0],
])

async function failureOf(run: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  return run.then(
    () => expect.fail('expected an error'),
    (error) => error,
  )
}

describe('readMask', () => {
  test('reads by path and by URL', async () => {
    const path = join(folder, 'mask.png')
    await writePng(path, MASK)
    expect((await readMask(path)).equals(MASK)).toBe(true)
    expect((await readMask(pathToFileURL(path), { threshold: 254 })).equals(MASK)).toBe(true)
  })

  test('takes a URL of another realm', async () => {
    const path = join(folder, 'mask.png')
    await writePng(path, MASK)
    const { href, protocol } = pathToFileURL(path)
    // What Node takes for a URL: no constructor is asked.
    const url = { href, protocol, hostname: '', pathname: new URL(href).pathname }
    Object.defineProperty(url, Symbol.toStringTag, { value: 'URL' })
    expect((await readMask(url as URL)).equals(MASK)).toBe(true)
    await writePng(url as URL, BitMask.from([[1]]))
    expect((await readMask(path)).count).toBe(1)
  })

  test('names a missing file and keeps the code of the system', async () => {
    const path = join(folder, 'missing.png')
    const error = await failureOf(readMask(path))
    expect(error).toBeInstanceOf(RangeError)
    expect(error.message).toBe(`cannot read '${path}': no such file or folder`)
    expect(error.code).toBe('ENOENT')
    expect(error.cause).toBeInstanceOf(Error)
  })

  test('refuses what is not a file', async () => {
    const error = await failureOf(readMask(folder))
    expect(error).toBeInstanceOf(RangeError)
    expect(error.message).toBe(`cannot read '${folder}': it is not a regular file`)
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect((await failureOf(readMask(pipe))).message).toBe(
      `cannot read '${pipe}': it is not a regular file`,
    )
  })

  test('names a file with the wrong contents', async () => {
    const path = join(folder, 'text.png')
    await writeFile(path, 'no image')
    const error = await failureOf(readMask(path))
    expect(error).toBeInstanceOf(RangeError)
    expect(error.message).toBe(
      `expected '${path}' to be an image (PNG, GIF, TIFF, PNM, BMP, JPEG, NIfTI, NPY, NPZ or COCO), got a text`,
    )
    await writeFile(path, encodePng(MASK).subarray(0, 50))
    expect((await failureOf(readMask(path))).message).toBe(
      `expected '${path}' to be a whole PNG image, got only its first 50 bytes: it ends within a chunk IDAT`,
    )
    await writeFile(path, '')
    expect((await failureOf(readMask(path))).message).toBe(
      `expected '${path}' to be an image (PNG, GIF, TIFF, PNM, BMP, JPEG, NIfTI, NPY, NPZ or COCO), got an empty file`,
    )
  })

  test('rejects arguments of the wrong kind', async () => {
    const read = readMask as (...args: unknown[]) => Promise<unknown>
    for (const [args, message] of [
      [[], 'expected a path (a string or a URL), got undefined'],
      [[7], 'expected a path (a string or a URL), got 7'],
      [['x.png', 'y'], "expected the options of readMask to be a plain object, got 'y'"],
      [['x.png', { threshold: null }], 'expected threshold to be a number, got null'],
      [['x.png', { alpha: 1 }], 'expected alpha to be a boolean, got 1'],
      [['x.png', { onWarning: {} }], 'expected onWarning to be a function, got an object'],
      [
        ['x.png', { treshold: 1 }],
        "unknown option 'treshold' of readMask: did you mean 'threshold'?",
      ],
      [['x.png', {}, 127], 'readMask takes 2 arguments, got 3'],
      [['a\0b'], "cannot read 'a\\u0000b'"],
      [[new URL('http://localhost/x.png')], "cannot read 'http://localhost/x.png'"],
    ] as const) {
      const error = await failureOf(read(...args))
      expect(error.message).toContain(message)
      expect(error instanceof TypeError || error instanceof RangeError).toBe(true)
    }
  })
})

describe('encodePng', () => {
  test.each([1, 2, 3, 4] as const)('keeps images of %i channels', (channels) => {
    const data = Uint8Array.from({ length: 6 * channels }, (_, i) => (i % 3 === 0 ? i : 0))
    const image = { data, width: 2, height: 3, channels }
    expect(decodeMask(encodePng(image)).equals(BitMask.from(image))).toBe(true)
  })

  test('takes four channels for ImageData', () => {
    const data = Uint8ClampedArray.of(0, 0, 0, 255, 0, 9, 0, 255)
    expect(decodeMask(encodePng({ data, width: 2, height: 1 })).toUint8Array()).toEqual(
      Uint8Array.of(0, 1),
    )
  })

  test('takes arrays of another realm for what they are', () => {
    const [plain, clamped] = runInNewContext(
      '[new Uint8Array([0, 9, 0, 0, 7, 0, 0, 0]), new Uint8ClampedArray([0, 0, 0, 255, 0, 9, 0, 255])]',
    )
    expect(plain instanceof Uint8Array).toBe(false)
    expect(
      decodeMask(encodePng({ data: plain, width: 8, height: 1 }), { threshold: 0 }).count,
    ).toBe(2)
    const bytes = encodePng({ data: clamped, width: 2, height: 1 })
    expect(decodeMask(bytes).toUint8Array()).toEqual(Uint8Array.of(0, 1))
    const foreign = runInNewContext('new Uint8Array(list)', { list: [...bytes] })
    expect(foreign instanceof Uint8Array).toBe(false)
    expect(decodeMask(foreign).toUint8Array()).toEqual(Uint8Array.of(0, 1))
  })

  test('believes the memory of an array, not what it says of itself', () => {
    class Liar extends Uint8Array {
      override get length() {
        return 6
      }
    }
    const data = new Liar(4)
    // An object that only looks like a BitMask has nothing to write.
    const hollow = Object.create(BitMask.prototype) as BitMask
    expect(() => encodePng(hollow)).toThrow(/^expected /)
    expect(() => encodePng({ data, width: 3, height: 2 })).toThrow(
      'expected 6 values for 3 × 2 pixels of 1 channels, got 4',
    )
  })

  test('rejects what is not an image', () => {
    const encode = encodePng as (image: unknown) => unknown
    const data = new Uint8Array(6)
    const cases: [image: unknown, kind: typeof TypeError, message: string][] = [
      [null, TypeError, 'expected an image { data, width, height }, got null'],
      [
        { data: [1], width: 1, height: 1 },
        TypeError,
        'expected the data of the image to be a Uint8Array or a Uint8ClampedArray, got an array of length 1',
      ],
      [
        { data, width: '2', height: 3 },
        TypeError,
        'expected the width of the image to be a number',
      ],
      [
        { data, width: 0, height: 3 },
        RangeError,
        `expected the width of the image to be an integer from 1 to ${MAX_PIXELS}, got 0`,
      ],
      [{ data, width: 2, height: 1.5 }, RangeError, 'expected the height of the image'],
      [
        { data, width: 2, height: 3, channels: 5 },
        RangeError,
        'expected channels to be 1 or 2 or 3 or 4, got 5',
      ],
      [
        { data, width: 2, height: 2 },
        RangeError,
        'expected 4 values for 2 × 2 pixels of 1 channels, got 6',
      ],
      [BitMask.from([]), RangeError, 'expected the width of the image to be an integer from 1'],
    ]
    for (const [image, kind, message] of cases) {
      expect(() => encode(image)).toThrow(kind)
      expect(() => encode(image)).toThrow(message)
    }
  })
})

describe('writePng', () => {
  test('replaces a file as a whole and leaves nothing else behind', async () => {
    const path = join(folder, 'mask.png')
    await writeFile(path, 'something else, longer than the image that replaces it'.repeat(20))
    await writePng(path, MASK)
    expect(await readFile(path)).toEqual(Buffer.from(encodePng(MASK)))
    expect(await readdir(folder)).toEqual(['mask.png'])
    await writePng(pathToFileURL(path), BitMask.from([[1]]))
    expect((await readMask(path)).count).toBe(1)
  })

  test('a reader never sees a part of the file', async () => {
    const path = join(folder, 'mask.png')
    const size = { width: 300, height: 300 }
    const images = [0, 255].map((v) => ({ data: new Uint8Array(90_000).fill(v), ...size }))
    await writePng(path, images[0])
    const write = async () => {
      for (let i = 0; i < 20; i++) await writePng(path, images[i % 2])
    }
    const read = async () => {
      for (let i = 0; i < 20; i++) expect([0, 90_000]).toContain((await readMask(path)).count)
    }
    await Promise.all([write(), write(), read(), read()])
    expect(await readdir(folder)).toEqual(['mask.png'])
  })

  test('leaves nothing behind when it fails', async () => {
    await mkdir(join(folder, 'taken.png', 'inside'), { recursive: true })
    const taken = await failureOf(writePng(join(folder, 'taken.png'), MASK))
    expect(taken).toBeInstanceOf(RangeError)
    expect(taken.message).toMatch(/^cannot write '.*taken\.png': it is a folder$/)
    expect(taken.code).toBe('EISDIR')
    const path = join(folder, 'none', 'mask.png')
    const missing = await failureOf(writePng(path, MASK))
    expect(missing.message).toBe(`cannot write '${path}': no such file or folder`)
    expect(missing.code).toBe('ENOENT')
    expect(await readdir(folder)).toEqual(['taken.png'])
  })

  test('checks the image before it touches the file', async () => {
    const path = join(folder, 'mask.png')
    await writePng(path, MASK)
    const broken = { data: new Uint8Array(3), width: 2, height: 2 }
    expect(await failureOf(writePng(path, broken))).toBeInstanceOf(RangeError)
    expect((await readMask(path)).equals(MASK)).toBe(true)
  })

  test('refuses a name that says another format, before it looks at the image', async () => {
    for (const name of ['x.jpg', 'x.JPEG', 'x.tif', 'x.png.gif', 'x.svg', 'x.npy', 'x.pgm']) {
      const error = await failureOf(writePng(join(folder, name), null as never))
      expect(error).toBeInstanceOf(RangeError)
      expect(error.message).toBe(
        `expected a name that ends in .png, got '${join(folder, name)}': a PNG image is written, whatever its name says`,
      )
    }
    const url = pathToFileURL(join(folder, 'x.webp'))
    expect((await failureOf(writePng(url, MASK))).message).toContain('/x.webp')
    const names = ['x.PNG', 'x', 'x.mask', 'patient.gif.png', 'x.tmp']
    for (const name of names) await writePng(join(folder, name), MASK)
    expect((await readdir(folder)).sort()).toEqual(names.sort())
  })

  test('replaces what a link leads to, not the link', async () => {
    await writePng(join(folder, 'truth.png'), MASK)
    await symlink('truth.png', join(folder, 'link.png'))
    await writePng(join(folder, 'link.png'), BitMask.from([[1]]))
    expect((await readMask(join(folder, 'truth.png'))).count).toBe(1)
    expect(await readlink(join(folder, 'link.png'))).toBe('truth.png')
  })
})
