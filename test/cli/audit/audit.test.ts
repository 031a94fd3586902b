import { link, readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { main } from '../../../src/cli/main.ts'

import { file, folder, run } from './audit-files.ts'

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

  test('takes as many truths as it may, at equal distances', async () => {
    const { out } = await run('@masks', '--max-truths', '2', ...SMALL, '--fail-on', 'never')
    expect(out).toMatch(/^reward {3}design, 2 of 3 files\ntruth 0 .*1\.png\ntruth 1 .*2\.png\n/)
  })
})

describe('an audit that cannot be made: exit code 1, one line, nothing written', () => {
  test.each([
    [['@missing.png'], 'cannot read .*missing.png.: no such file or folder'],
    [['@truth.png', '@missing'], 'cannot read .*missing.: no such file or folder'],
    [['@nothing'], 'expected image files in the folder .*nothing., got none'],
    [['@masks/readme.txt'], 'expected .*readme.txt. to be an image'],
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

test('good masks for all truths need no warning, and nothing listens to signals afterwards', async () => {
  const listeners = () =>
    ['SIGHUP', 'SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal))
  const before = listeners()
  const { err } = await run('@truth.png', '--good', '@masks/2.png', ...SMALL)
  expect(err).toMatch(/^audit: /)
  expect(err).not.toContain('warning')
  expect(listeners()).toEqual(before)
})
