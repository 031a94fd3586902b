import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pairsFolder } from '../node/folders/folder-fixture.ts'
import { type InstalledPackage, installPackage, NAME } from './packed-package.ts'

const COUNT = 150
const { at } = pairsFolder(COUNT)
let installed: InstalledPackage

beforeAll(() => {
  installed = installPackage({ types: false })
}, 180_000)
afterAll(() => installed?.remove())

/** The built tool, whose workers are real. */
const tool = (...args: string[]) => [
  join(installed.folder, 'node_modules', NAME, 'dist/cli.js'),
  'evaluate',
  at('pred'),
  at('truth'),
  ...args,
]

const linesOf = async (path: string) =>
  (await readFile(path, 'utf8').catch(() => '')).split('\n').length - 1

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends the workers, too, and the next run goes on',
  async (signal, code) => {
    const cases = at(`${signal}.jsonl`)
    const args = tool('--jobs', '2', '--cases', cases)
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let err = ''
    child.stderr.on('data', (text) => {
      err += text
    })
    const ended = once(child, 'close')
    while ((await linesOf(cases)) < 4 && child.exitCode === null) await setTimeout(2)
    child.kill(signal)
    expect((await ended)[0]).toBe(code)
    const done = (await linesOf(cases)) - 1
    expect(done).toBeGreaterThanOrEqual(3)
    expect(done).toBeLessThan(COUNT)
    expect(err).toContain(`evaluate: interrupted after ${done} pairs; `)
    const resumed = installed.node(...args, '--resume', '--json')
    expect(resumed).toBe(installed.node(...tool('--jobs', '1', '--json')))
  },
  60_000,
)
