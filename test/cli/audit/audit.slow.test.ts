import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import type { AuditReport } from '../../../src/audit/report.ts'
import { readMask, writePng } from '../../../src/node/index.ts'
import { elements, strictMarkup, textOf } from '../../page/strict-markup.ts'

import { file, folder, run } from './audit-files.ts'

const SMALL = ['--budget', '300']

describe('audit', () => {
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

test('is stopped by an interrupt: exit code 130, nothing written', async () => {
  const root = new URL('../../../', import.meta.url)
  // Node itself: the program of tsx ends its child by another signal where that is slow to end.
  const tsx = import.meta.resolve('tsx')
  const tool = ['--import', tsx, fileURLToPath(new URL('src/cli/cli.ts', root))]
  const args = ['audit', 'truth.png', '--budget', '1000000', '--html', 'stopped.html']
  const child = spawn(process.execPath, [...tool, ...args], { cwd: folder })
  let err = ''
  child.stderr.on('data', (text) => {
    const wasAtWork = err.includes('audit: search\n')
    err += text
    // Once: a second interrupt ends it at once.
    if (!wasAtWork && err.includes('audit: search\n')) child.kill('SIGINT')
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect(code).toBe(130)
  expect(err).toMatch(/audit: interrupted, nothing written\n$/)
  expect((await readdir(folder)).filter((name) => /stopped|tmp/.test(name))).toEqual([])
}, 60_000)
