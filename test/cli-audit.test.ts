import { spawn } from 'node:child_process'
import { link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { vesselMask } from '../examples/procedural-vessels.ts'
import type { AuditReport } from '../src/audit/audit-report.ts'
import { main } from '../src/cli/main.ts'
import { readMask, writePng } from '../src/node/index.ts'
import { elements, strictMarkup, textOf } from './audit/strict-markup.ts'

let folder: string
const file = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-audit-'))
  await mkdir(file('masks'))
  await mkdir(file('nothing'))
  await mkdir(file('folder.html'))
  for (const seed of [1, 2, 3]) {
    const truth = vesselMask({ width: 72, height: 64, seed })
    await writePng(file(`masks/${seed}.png`), truth)
  }
  await writeFile(file('masks/readme.txt'), 'no mask')
  await writePng(file('truth.png'), vesselMask({ width: 72, height: 64, seed: 1 }))
  const overlap =
    'let tp = 0, n = pred.count + truth.count; for (let y = 0; y < pred.height; y++) for (let x = 0; x < pred.width; x++) tp += pred.get(x, y) && truth.get(x, y) ? 1 : 0;'
  await writeFile(
    file('dice.mjs'),
    `export default (pred, truth) => { ${overlap} return n === 0 ? 1 : (2 * tp) / n }`,
  )
  await writeFile(
    file('object.mjs'),
    'export default { best: 3, score(pred, truth) { return pred.equals(truth) ? this.best : 0 } }',
  )
  await writeFile(file('greedy.mjs'), 'export default (pred) => pred.count')
  await writeFile(file('class.mjs'), 'export default class A { score() { return 1 } }')
  await writeFile(file('none.mjs'), 'export const score = () => 1')
  await writeFile(file('text.mjs'), "export default 'dice'")
  await writeFile(file('broken.mjs'), 'export default (')
  await writeFile(file('throws.mjs'), "throw new Error('no such model\\nat line 1')")
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs the tool in this process; what begins with `@` is a name in the folder. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const paths = args.map((arg) => (arg.startsWith('@') ? file(arg.slice(1)) : arg))
  const code = await main(['audit', ...paths], {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
  })
  return { code, out, err }
}

const SMALL = ['--budget', '300']

describe('audit', () => {
  test('prints what was found, and says so by its exit code', async () => {
    const { code, out, err } = await run('@truth.png', '--module', '@greedy.mjs', ...SMALL)
    expect(code).toBe(3)
    expect(out).toMatch(
      /^reward {3}.*greedy\.mjs\ntruth 0 {2}.*truth\.png\n\naudit of 1 truth, seed 0/,
    )
    expect(out).toMatch(/^error: .*full/m)
    expect(err).toMatch(/^(audit: [a-z ]+\n){4,}$/)
  })

  test('prints one JSON object with the names of the files', async () => {
    const { code, out } = await run('@masks', '--reward', 'design', ...SMALL, '--json')
    expect([0, 3]).toContain(code)
    const { reward, files, ...report } = JSON.parse(out)
    expect(reward).toBe('design')
    expect(files).toEqual(['1.png', '2.png', '3.png'].map((name) => file(`masks/${name}`)))
    expect(report).toMatchObject({ seed: 0, budget: 300, perfect: expect.arrayContaining([6]) })
    expect(report.truths).toHaveLength(3)
    expect(code === 3).toBe(report.worst === 'error')
  })

  test('gives the same bytes for the same seed, and others for another', async () => {
    const text = async (seed: string) => {
      await run(
        ...['@masks', '--max-truths', '1', ...SMALL, '--seed', seed],
        ...['--json', '@same.json', '--html', '@same.html'],
      )
      return [await readFile(file('same.json'), 'utf8'), await readFile(file('same.html'), 'utf8')]
    }
    const first = await text('5')
    expect(await text('5')).toEqual(first)
    expect((await text('6'))[0]).not.toBe(first[0])
  })

  test('takes as many truths as it may, at equal distances', async () => {
    const { out } = await run('@masks', '--max-truths', '2', ...SMALL, '--fail-on', 'never')
    expect(out).toMatch(/^reward {3}design, 2 of 3 files\ntruth 0 .*1\.png\ntruth 1 .*2\.png\n/)
  })

  test('writes a page, pictures and the report', async () => {
    const { out } = await run(
      ...['@masks/1.png', '@masks', '--reward', 'literal', ...SMALL, '--fail-on', 'never'],
      ...['--html', '@page.html', '--pictures', '@new/pictures', '--json', '@report.json'],
    )
    expect(out).toContain(`page written to ${file('page.html')}\n`)
    expect(out).toContain(`pictures written to ${file('new/pictures')}\n`)
    expect(out).toContain(`report written to ${file('report.json')}\n`)
    const report: AuditReport & { files: string[] } = JSON.parse(
      await readFile(file('report.json'), 'utf8'),
    )
    // A file that is named twice is one truth.
    expect(report.files).toHaveLength(3)

    const page = strictMarkup(await readFile(file('page.html'), 'utf8'))
    expect(textOf(elements(page, 'h1')[0])).toBe('Audit of the literal reward')
    const items = elements(page, 'li').map(textOf)
    expect(items).toHaveLength(report.findings.length)
    for (const [i, { message }] of report.findings.entries()) expect(items[i]).toContain(message)
    const images = elements(page, 'img').map(({ attributes }) => attributes.src)
    expect(images).toHaveLength(report.exploits.length)

    const names = await readdir(file('new/pictures'))
    expect(names).toHaveLength(2 * report.exploits.length)
    for (const [i, { name, truth }] of report.exploits.entries()) {
      const rank = String(i + 1).padStart(2, '0')
      const stem = `${rank}-${name.replaceAll(' ', '-')}-truth-${truth}`
      expect(names).toEqual(expect.arrayContaining([`${stem}.png`, `${stem}-mask.png`]))
      const picture = await readFile(file(`new/pictures/${stem}.png`), 'base64')
      expect(images).toContain(`data:image/png;base64,${picture}`)
    }
    const full = names.find((name) => /-full-truth-\d-mask\.png$/.test(name))
    expect((await readMask(file(`new/pictures/${full}`))).count).toBe(72 * 64)
  })

  test.each([['dice.mjs'], ['object.mjs']])('audits what %s exports', async (name) => {
    const { code, out } = await run('@truth.png', '--module', `@${name}`, ...SMALL)
    expect([0, 3]).toContain(code)
    expect(out).toMatch(new RegExp(`^reward {3}.*${name}\\n`))
    expect(out).toMatch(/speckle +(1|3)\.000 /)
  })

  test('compares with good masks that are named like the truths', async () => {
    await mkdir(file('second'))
    await writePng(file('second/2.png'), vesselMask({ width: 72, height: 64, seed: 9 }))
    const { out } = await run('@masks', '--good', '@second', '--budget', '900', '--json')
    const { honest }: AuditReport = JSON.parse(out)
    expect(honest.map(({ name }) => name === 'the good mask given')).toEqual([false, true, false])
  })

  test('fails on what --fail-on says', async () => {
    const code = async (...args: string[]) => (await run('@truth.png', ...SMALL, ...args)).code
    expect(await code('--module', '@greedy.mjs', '--fail-on', 'never')).toBe(0)
    expect(await code('--module', '@greedy.mjs', '--fail-on', 'warning')).toBe(3)
    expect(await code('--module', '@greedy.mjs', '--fail-on', 'info')).toBe(3)
    const { out } = await run('@truth.png', ...SMALL, '--module', '@dice.mjs', '--json')
    const order = ['none', 'info', 'warning', 'error', 'never']
    for (const failOn of order.slice(1)) {
      const isFailure = order.indexOf(JSON.parse(out).worst) >= order.indexOf(failOn)
      expect(await code('--module', '@dice.mjs', '--fail-on', failOn)).toBe(isFailure ? 3 : 0)
    }
  })
})

describe('an audit that cannot be made: exit code 1, one line, nothing written', () => {
  test.each([
    [['@missing.png'], 'cannot read .*missing.png.: no such file or folder'],
    [['@truth.png', '@missing'], 'cannot read .*missing.: no such file or folder'],
    [['@nothing'], 'expected PNG files in the folder .*nothing., got none'],
    [['@masks/readme.txt'], 'expected .*readme.txt. to be a PNG image'],
    [['@truth.png', '--module', '@missing.mjs'], 'cannot load the module .*missing.mjs'],
    [['@truth.png', '--module', '@broken.mjs'], 'cannot load the module .*broken.mjs'],
    [['@truth.png', '--module', '@throws.mjs'], 'cannot load the module .*: no such model'],
    [['@truth.png', '--module', '@none.mjs'], 'expected the default export of .*, got none'],
    [['@truth.png', '--module', '@text.mjs'], "expected the default export of .*, got 'dice'"],
    [['@truth.png', '--module', '@masks'], 'cannot load the module .*masks.: it is not a file'],
    [['@truth.png', '--module', '@class.mjs'], 'expected the default export .*got a class'],
    [['@truth.png', '--html', '@folder.html'], 'cannot write .*folder.html.: it is a folder'],
    [['@truth.png', '--good', '@missing'], 'cannot read .*missing.: no such file or folder'],
    [
      ['@truth.png', '--good', '@masks'],
      'expected good masks in the folder .*truth.png., got none',
    ],
    [['@masks', '--good', '@truth.png'], 'expected a folder of good masks for 3 truths'],
    [['@truth.png', '--html', '@no/page.html'], 'cannot write .*page.html.: no such file'],
    [['@truth.png', '--pictures', '@truth.png'], 'cannot write .*truth.png.: '],
  ])('%j', async (args, message) => {
    const { code, out, err } = await run(...args, '--json', '@never.json', ...SMALL)
    expect([code, out]).toEqual([1, ''])
    // The folder of masks holds another file, of which a warning tells.
    expect(err).toMatch(new RegExp(`^(warning: .*\n)*error: ${message}.*\n$`))
    expect(await readdir(folder)).not.toContain('never.json')
  })
})

describe('wrong usage: exit code 2', () => {
  test.each([
    [[], "missing required argument 'truths'"],
    [['@truth.png', '--reward', 'best'], 'Allowed choices are design, literal, robust.'],
    [['@truth.png', '--reward', 'design', '--module', '@dice.mjs'], 'cannot be used with option'],
    [['@truth.png', '--budget', '10'], 'Expected an integer from 300 to'],
    [['@truth.png', '--seed', '1.5'], 'Expected an integer from 0 to'],
    [['@truth.png', '--max-truths', '0'], 'Expected an integer from 1 to'],
    [['@truth.png', '--fail-on', 'note'], 'Allowed choices are error, warning, info, never.'],
    [['--json', '@masks/1.png', '@truth.png'], 'expected the file of --json to end in .json'],
    [['@truth.png', '--html', '@truth.png'], 'would overwrite the input'],
    [['@truth.png', '--html', '@other.png'], 'would overwrite the input'],
    [['@truth.png', '--module', '@dice.mjs', '--html', '@dice.mjs'], 'would overwrite the input'],
    [['@truth.png', '--html', '@a.json', '--json', '@a.json'], 'to name two files'],
  ])('%j', async (args, message) => {
    const before = await readFile(file('truth.png'))
    await link(file('truth.png'), file('other.png')).catch(() => undefined)
    const { code, out, err } = await run(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(await readFile(file('truth.png'))).toEqual(before)
  })
})

test('on a terminal one line tells how far the audit is, and goes away', async () => {
  let err = ''
  await main(['audit', file('truth.png'), ...SMALL], {
    out: () => undefined,
    err: (text) => {
      err += text
    },
    isErrTerminal: true,
  })
  expect(err.replaceAll('\r\x1b[K', '|')).toMatch(/^(\|audit: [a-z ]+, \d+ of \d+)+\|$/)
})

test('is stopped by an interrupt: exit code 130, nothing written', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const tool = [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'src/cli.ts')]
  const args = ['audit', 'truth.png', '--budget', '1000000', '--html', 'stopped.html']
  const child = spawn(process.execPath, [...tool, ...args], { cwd: folder })
  let err = ''
  child.stderr.on('data', (text) => {
    err += text
    if (err.includes('audit: search\n')) child.kill('SIGINT')
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect(code).toBe(130)
  expect(err).toMatch(/audit: interrupted, nothing written\n$/)
  expect((await readdir(folder)).filter((name) => /stopped|tmp/.test(name))).toEqual([])
}, 60_000)
