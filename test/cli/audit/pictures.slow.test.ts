import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BitMask, dice } from 'vessel-reward'
import { auditPage, auditReward, auditTable } from 'vessel-reward/audit'
import { encodePng, overlay, readMask, writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { dataUri, picturesOf, progressLine } from '../../../src/cli/audit/audit.ts'
import { evenly, goodFiles, truthFiles } from '../../../src/cli/audit/truths.ts'
import { runTool } from '../run-tool.ts'

const MASKS = [1, 2, 3].map((seed) => vesselMask({ width: 72, height: 64, seed }))

let folder: string
const file = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-audited-'))
  for (const name of ['masks', 'good', 'mixed', 'texts', 'empty']) await mkdir(file(name))
  for (const [i, mask] of MASKS.entries()) await writePng(file(`masks/${i}.png`), mask)
  await writePng(file('good/1.png'), MASKS[2])
  await writePng(file('mixed/b.PNG'), MASKS[0])
  await writePng(file('mixed/a.png'), MASKS[0])
  await writePng(file('mixed/.hidden.png'), MASKS[0])
  for (const name of ['z.webp', 'c.doc', 'd.log', '.DS_Store', 'png', 'y.xyz', 'a.png.txt']) {
    await writeFile(file(`mixed/${name}`), '')
  }
  for (const name of ['a.webp', 'b.webp']) await writeFile(file(`texts/${name}`), '')
  await writeFile(
    file('dice.mjs'),
    `export default (pred, truth) => {
      let tp = 0
      for (let y = 0; y < pred.height; y++)
        for (let x = 0; x < pred.width; x++) if (pred.get(x, y) && truth.get(x, y)) tp++
      return pred.count + truth.count === 0 ? 1 : (2 * tp) / (pred.count + truth.count)
    }`,
  )
})
afterAll(() => rm(folder, { recursive: true }))

describe('the files of truths', () => {
  test('are the images of a folder, in order, and what is not read is told', async () => {
    expect(await truthFiles([file('mixed'), file('mixed/b.PNG')])).toEqual({
      files: [file('mixed/a.png'), file('mixed/b.PNG')],
      warnings: [
        {
          kind: 'not-used',
          file: file('mixed'),
          message: `'${file('mixed')}': only image files are read, not a.png.txt, c.doc, d.log, and 3 more`,
        },
      ],
    })
  })

  test('are told of where there are none', async () => {
    await expect(truthFiles([file('texts')])).rejects.toThrow(
      new RangeError(
        `expected image files in the folder '${file('texts')}', got only 2 of other kinds`,
      ),
    )
    await expect(truthFiles([file('empty')])).rejects.toThrow(
      new RangeError(`expected image files in the folder '${file('empty')}', got none`),
    )
  })

  // Names are bytes on Linux only.
  test.skipIf(process.platform !== 'linux')(
    'whose names are not UTF-8 are left out, and told by their bytes',
    async () => {
      await mkdir(file('latin'))
      await writePng(file('latin/one.png'), MASKS[0])
      const name = Buffer.concat([
        Buffer.from(`${file('latin')}/m\xfc`, 'latin1'),
        Buffer.from('\n.png'),
      ])
      await writeFile(name, encodePng(MASKS[1]))
      const message = `'${file('latin')}': left out the file whose name 'm\\xfc\\x0a.png' is not UTF-8: rename it`
      expect(await truthFiles([file('latin')])).toEqual({
        files: [file('latin/one.png')],
        warnings: [{ kind: 'not-used', file: file('latin'), message }],
      })
      const args = ['audit', file('latin'), '--budget', '300', '--fail-on', 'never', '--json']
      const { code, out, err } = await runTool(args)
      expect(code).toBe(0)
      expect(err.split('\n')[0]).toBe(`warning: ${message}`)
      expect(JSON.parse(out).warnings).toEqual([{ kind: 'not-used', file: file('latin'), message }])
      await rm(file('latin/one.png'))
      await expect(truthFiles([file('latin')])).rejects.toThrow('got only 1 of other kinds')
    },
  )

  test('are taken at equal distances', () => {
    const of = (count: number, most: number) =>
      evenly([...'abcdefgh'].slice(0, count), most).join('')
    expect([of(8, 8), of(8, 4), of(8, 3), of(7, 1), of(2, 8)]).toEqual([
      'abcdefgh',
      'aceg',
      'acf',
      'a',
      'ab',
    ])
  })
})

describe('the files of good masks', () => {
  const names = () => ['0.png', '1.png'].map((name) => file(`masks/${name}`))

  test('are named like the truths, or one for one', async () => {
    const truths = names()
    expect(await goodFiles(file('good'), truths)).toEqual([undefined, file('good/1.png')])
    expect(await goodFiles(truths[1], [truths[0]])).toEqual([truths[1]])
    await expect(goodFiles(truths[1], truths)).rejects.toThrow(
      `expected a folder of good masks for 2 truths, got the file '${truths[1]}'`,
    )
  })

  test('are missed where some truths have none', async () => {
    const args = ['audit', ...names(), '--good', file('good'), '--budget', '400', '--json']
    const { out, err } = await runTool(args)
    const message = `'${file('good')}' has no good mask named like 1 of 2 truths, such as '0.png'`
    expect(err).toMatch(/^warning: .*\n/)
    expect(err.split('\n')[0]).toBe(`warning: ${message}`)
    expect(JSON.parse(out).warnings).toEqual([
      { kind: 'without-good', file: file('good'), message },
    ])
  })
})

describe('what an audit prints and writes', () => {
  const options = { budget: 400, seed: 7 }

  test('is the table, with what was audited above and what was written below', async () => {
    const truths = [MASKS[0], MASKS[1]]
    const { report, masks } = await auditReward(dice, truths, options)
    const args = ['audit', file('masks'), '--max-truths', '2', '--module', file('dice.mjs')]
    const { code, out, err } = await runTool([
      ...[...args, '--budget', '400', '--seed', '7', '--fail-on', 'never'],
      ...[
        '--html',
        file('page.html'),
        '--json',
        file('report.json'),
        '--pictures',
        file('pictures'),
      ],
    ])
    expect(code).toBe(0)
    expect(out).toBe(`\
reward   ${file('dice.mjs')}, 2 of 3 files
truth 0  ${file('masks/0.png')}
truth 1  ${file('masks/1.png')}

${auditTable(report)}page written to ${file('page.html')}
pictures written to ${file('pictures')}
report written to ${file('report.json')}
`)
    expect(err).toBe(
      'audit: ladders\naudit: checks\naudit: pitfalls\naudit: known exploits\naudit: search\n',
    )

    const files = [file('masks/0.png'), file('masks/1.png')]
    const head = { reward: file('dice.mjs'), files, warnings: [] }
    const json = `${JSON.stringify({ ...head, ...report }, null, 2)}\n`
    expect(await readFile(file('report.json'), 'utf8')).toBe(json)

    const pictures = masks.map((mask, i) =>
      // 480 pixels a side are six for each of the 72 columns.
      encodePng(overlay(mask, truths[report.exploits[i].truth], { scale: 6 })),
    )
    const page = auditPage(report, {
      subject: file('dice.mjs'),
      truthNames: ['truth 0, 0.png', 'truth 1, 1.png'],
      pictures: pictures.map(
        (png) => `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
      ),
    })
    expect(await readFile(file('page.html'), 'utf8')).toBe(page)
    const [first] = report.exploits
    const stem = file(`pictures/01-${first.name.replaceAll(' ', '-')}-truth-${first.truth}`)
    expect((await readFile(`${stem}.png`)).equals(pictures[0])).toBe(true)
    expect((await readMask(`${stem}-mask.png`)).equals(masks[0])).toBe(true)
  })

  test('has the warnings above the table', async () => {
    const { out } = await runTool([
      ...['audit', file('mixed/a.png'), file('mixed'), '--max-truths', '1'],
      ...['--budget', '300', '--fail-on', 'never'],
    ])
    expect(out.split('\n\n')[0]).toBe(`\
reward   design, 1 of 2 files
truth 0  ${file('mixed/a.png')}
warning  '${file('mixed')}': only image files are read, not a.png.txt, c.doc, d.log, and 3 more`)
  })
})

test('a page that is called something else is wrong usage', async () => {
  for (const name of ['page.pdf', 'page']) {
    const { code, err } = await runTool(['audit', file('masks/0.png'), '--html', file(name)])
    expect(code).toBe(2)
    expect(err).toMatch(
      /^error: expected the file of --html to end in \.html or \.htm or \.xhtml, got/,
    )
  }
})

test('pictures have at most 480 pixels a side, and at least one for each of the mask', () => {
  const sides = [
    [8, 8, 64],
    [60, 20, 480],
    [61, 20, 427],
    [20, 300, 20],
    [481, 2, 481],
  ]
  for (const [width, height, pictured] of sides) {
    const truth = BitMask.from({ data: new Uint8Array(width * height), width, height })
    const exploits = [{ truth: 0 }]
    const [png] = picturesOf({ report: { exploits }, masks: [truth] } as never, [truth])
    const view = new DataView(png.buffer, png.byteOffset)
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([
      pictured,
      (pictured / width) * height,
    ])
  }
  expect(dataUri(Uint8Array.from([1, 2, 255]))).toBe('data:image/png;base64,AQL/')
})

describe('progress', () => {
  const lines = (isErrTerminal: boolean) => {
    let err = ''
    const line = progressLine({
      out: () => {},
      err: (text) => {
        err += text
      },
      isErrTerminal,
    })
    line.clear()
    line.update({ phase: 'ladders', done: 0, total: 7 })
    line.update({ phase: 'ladders', done: 1, total: 7 })
    line.update({ phase: 'search', done: 3, total: 9 })
    line.clear()
    return err
  }

  test('is a line a phase', () => {
    expect(lines(false)).toBe('audit: ladders\naudit: search\n')
  })

  test('is one line on a terminal, which changes now and then and goes away', () => {
    expect(lines(true)).toBe('\r\x1b[Kaudit: ladders, 0 of 7\r\x1b[Kaudit: search, 3 of 9\r\x1b[K')
  })
})

test.skipIf(process.platform === 'win32')('a truth may come by a pipe', async () => {
  execFileSync('mkfifo', [file('pipe')])
  const written = writeFile(file('pipe'), encodePng(MASKS[0]))
  const { out } = await runTool(['audit', file('pipe'), '--budget', '300', '--json'])
  await written
  expect(JSON.parse(out).truths).toEqual([{ width: 72, height: 64, pixels: MASKS[0].count }])
})
