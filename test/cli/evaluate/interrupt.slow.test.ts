import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { pairsFolder } from '../../node/folders/folder-fixture.ts'
import { runTool, TOOL } from '../run-tool.ts'

const COUNT = 120
const { at } = pairsFolder(COUNT)

const linesOf = async (path: string) =>
  (await readFile(path, 'utf8').catch(() => '')).split('\n').length - 1

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s leaves what is done, and the next run goes on', async (signal, code) => {
  const cases = at(`${signal}.jsonl`)
  const args = ['evaluate', at('pred'), at('truth'), '--jobs', '1', '--cases', cases]
  const child = spawn(process.execPath, [...TOOL, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let err = ''
  child.stderr.on('data', (text) => {
    err += text
  })
  const ended = once(child, 'close')
  while ((await linesOf(cases)) < 4 && child.exitCode === null) await setTimeout(5)
  child.kill(signal)
  expect((await ended)[0]).toBe(code)
  const done = (await linesOf(cases)) - 1
  expect(done).toBeGreaterThanOrEqual(3)
  expect(done).toBeLessThan(COUNT)
  expect(err).toMatch(
    new RegExp(`^evaluate: interrupted after ${done} pairs; .*--resume goes on from there\\n$`),
  )
  const resumed = await runTool([...args, '--resume', '--json'])
  expect(resumed.err).toContain(`${done} pairs taken over`)
  const whole = await runTool(['evaluate', at('pred'), at('truth'), '--json'])
  expect(resumed.out).toBe(whole.out)
})
