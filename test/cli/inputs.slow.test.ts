import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePng, writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { vesselMask } from '../../examples/procedural-vessels.ts'
import { runTool } from './run-tool.ts'

const truth = vesselMask({ width: 64, height: 48, seed: 2 })
const bytes = encodePng(truth)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-inputs-'))
  await writePng(join(folder, 'truth.png'), truth)
})
afterAll(() => rm(folder, { recursive: true }))

const file = (name: string) => join(folder, name)

/** What comes in pieces. */
async function* pieces(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

describe('the standard input', () => {
  const halves = () => pieces(bytes.subarray(0, 5), bytes.subarray(5, 60), bytes.subarray(60))

  test('is each of the inputs', async () => {
    for (const inputs of [
      ['-', file('truth.png')],
      [file('truth.png'), '-'],
      [file('truth.png'), file('truth.png'), '--within', '-'],
    ]) {
      const { code, out, err } = await runTool(['score', ...inputs, '--json'], { in: halves })
      expect([code, err]).toEqual([0, ''])
      expect(JSON.parse(out)).toMatchObject({ width: 64, height: 48, total: 6 })
    }
  })

  test('is a truth of an audit', async () => {
    const { code, out } = await runTool(
      ['audit', '-', '--budget', '300', '--fail-on', 'never', '--json'],
      { in: halves },
    )
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      files: ['-'],
      truths: [{ width: 64, height: 48, pixels: truth.count }],
    })
  })

  test('is one input only', async () => {
    for (const args of [
      ['score', '-', '-'],
      ['score', '-', file('truth.png'), '--within', '-'],
      ['audit', '-', '--good', '-'],
    ]) {
      const { code, out, err } = await runTool(args, { in: halves })
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(
        /^error: expected at most one input to be the standard input '-', got two/,
      )
    }
  })

  test('is no terminal, at which one would wait for ever', async () => {
    const never = () => {
      throw new Error('it was read')
    }
    const run = await runTool(['score', '-', file('truth.png')], { in: never, isInTerminal: true })
    expect(run).toEqual({
      code: 1,
      out: '',
      err: 'error: expected an image from the standard input, got a terminal: add < pred.png\n',
    })
  })

  test('is read no further where it is no PNG image, and may be endless', async () => {
    let ended = false
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(7)
      } finally {
        ended = true
      }
    }
    const { code, err } = await runTool(['score', '-', file('truth.png')], { in: endless })
    expect([code, ended]).toEqual([1, true])
    expect(err).toMatch(
      /^error: expected the standard input to be an image .*, got one that begins/,
    )
  })

  test.each([
    [
      [],
      'expected the standard input to be an image (PNG, GIF, TIFF, PNM, BMP, JPEG, NIfTI, NPY, NPZ or COCO), got an empty file',
    ],
    [[bytes.subarray(0, 8)], 'expected the standard input to be a whole PNG image, got only its'],
    [[bytes.subarray(0, 100)], 'expected the standard input to be a whole PNG image, got only its'],
  ])('that ends too soon, case %#', async (parts, message) => {
    const run = await runTool(['score', '-', file('truth.png')], { in: () => pieces(...parts) })
    expect([run.code, run.out]).toEqual([1, ''])
    expect(run.err).toContain(message)
  })

  test('that fails is named', async () => {
    async function* failing() {
      yield bytes.subarray(0, 50)
      throw Object.assign(new Error('read EIO'), { code: 'EIO' })
    }
    const { code, err } = await runTool(['score', '-', file('truth.png')], { in: failing })
    expect([code, err]).toEqual([1, 'error: cannot read the standard input: read EIO\n'])
  })

  test('that does not come is waited for, and that is said', async () => {
    async function* late() {
      yield bytes.subarray(0, 50)
      await new Promise((resolve) => setTimeout(resolve, 1400))
      yield bytes.subarray(50)
    }
    const { code, err } = await runTool(['score', '-', file('truth.png')], { in: late })
    expect([code, err]).toEqual([0, 'waiting for the standard input to end: 50 bytes so far\n'])
  })
})

describe.skipIf(process.platform === 'win32')('a pipe', () => {
  test('is read like a file', async () => {
    execFileSync('mkfifo', [file('pipe')])
    const written = writeFile(file('pipe'), bytes)
    const { code, out, err } = await runTool(['score', file('pipe'), file('truth.png'), '--json'])
    await written
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({ files: { pred: file('pipe') }, total: 6 })
  })

  test('that holds no PNG image is named', async () => {
    execFileSync('mkfifo', [file('text')])
    const written = writeFile(file('text'), 'no image at all').catch(() => undefined)
    const { code, err } = await runTool(['score', file('text'), file('truth.png')])
    await written
    expect(code).toBe(1)
    expect(err).toMatch(/^error: expected '.*text' to be an image .*, got/)
  })

  test('is one input only', async () => {
    execFileSync('mkfifo', [file('twice')])
    const { code, err } = await runTool(['score', file('twice'), file('twice')])
    expect(code).toBe(2)
    expect(err).toMatch(/^error: expected '.*twice' to be one input, got it for two/)
  })

  test('takes the overlay, whatever it is called', async () => {
    execFileSync('mkfifo', [file('out')])
    const read = readFile(file('out'))
    const { code } = await runTool([
      ...['score', file('truth.png'), file('truth.png'), '--overlay', file('out')],
    ])
    expect(code).toBe(0)
    expect((await read).subarray(1, 4).toString()).toBe('PNG')
  })
})
