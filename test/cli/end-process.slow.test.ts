import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { vesselMask } from '../../examples/procedural-vessels.ts'
import { endingOf } from '../../src/cli/end-process.ts'
import { TOOL } from './run-tool.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-end-'))
  await writePng(join(folder, 'truth.png'), vesselMask({ width: 32, height: 24, seed: 2 }))
  const equal = 'export default (pred, truth) => pred.equals(truth) ? 1 : 0'
  const files = {
    'never.mjs': 'await new Promise(() => undefined)',
    'timer.mjs': `setInterval(() => undefined, 1e6)\n${equal}`,
    'slow.mjs': `await new Promise((resolve) => setTimeout(resolve, 2500))\n${equal}`,
    'exits.mjs': 'export default () => process.exit(7)',
    // Both signals are there before anything else can run.
    'hurried.mjs': `let calls = 0\nexport default (pred, truth) => {
      if (++calls === 40) for (const signal of ['SIGINT', 'SIGTERM']) process.kill(process.pid, signal)
      return pred.equals(truth) ? 1 : 0
    }`,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
})
afterAll(() => rm(folder, { recursive: true }))

/** What a process left, and by which code or signal it ended. */
async function ended(child: ChildProcess): Promise<{ end: unknown; out: string; err: string }> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (text) => {
    out += text
  })
  child.stderr?.on('data', (text) => {
    err += text
  })
  const end = await new Promise((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  )
  return { end, out, err }
}

const tool = (...args: string[]) =>
  spawn(process.execPath, [...TOOL, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })

const audit = (module: string) =>
  ended(tool('audit', 'truth.png', '--budget', '300', '--module', module, '--fail-on', 'never'))

describe('a module that', () => {
  test('never finishes loading is said to', async () => {
    expect(await audit('never.mjs')).toEqual({
      end: 1,
      out: '',
      err: "error: cannot load the module 'never.mjs': it never finished loading: its top-level await never settles\n",
    })
  })

  test('takes long to load is waited for, and that is said', async () => {
    const { end, out, err } = await audit('slow.mjs')
    expect(end).toBe(0)
    expect(out).toMatch(/\nfindings: /)
    expect(err).toMatch(/^audit: waiting for the module 'slow.mjs' to load\naudit: ladders\n/)
    expect(err).not.toContain('open')
  })

  test('leaves a timer open does not keep the tool from ending', async () => {
    const { end, out, err } = await audit('timer.mjs')
    expect(end).toBe(0)
    expect(out).toMatch(/\nfindings: .*\n$/)
    expect(err).toMatch(/\nthe audited module left Timeout open: ended all the same\n$/)
  })

  test('ends the process has its exit code', async () => {
    expect(await audit('exits.mjs')).toMatchObject({ end: 7, out: '' })
  })
})

describe.skipIf(process.platform === 'win32')('a signal stops an audit:', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s, exit code %i', async (signal, code) => {
    const name = `${signal}.html`
    const child = tool('audit', 'truth.png', '--budget', '1000000', '--html', name)
    let seen = ''
    child.stderr?.on('data', (text) => {
      seen += text
      if (seen.includes('audit: search\n')) child.kill(signal)
    })
    const { end, out, err } = await ended(child)
    expect([end, out]).toEqual([code, ''])
    expect(err).toMatch(/audit: interrupted, nothing written\n$/)
    expect(await readdir(folder)).not.toContain(name)
  })

  test('the second one waits for nothing', async () => {
    const { end, out, err } = await audit('hurried.mjs')
    expect([end, out]).toEqual([143, ''])
    expect(err).not.toContain('interrupted')
  })
})

describe.skipIf(process.platform === 'win32')('a full standard output', () => {
  test('is one line and exit code 1, whatever the command would have said', async () => {
    // A limit on the size of files stands for a disk that is full.
    const limited = 'ulimit -f 0; exec "$0" "$@" > full.txt'
    for (const args of [['score', 'truth.png', 'truth.png'], ['--help']]) {
      const child = spawn('sh', ['-c', limited, process.execPath, ...TOOL, ...args], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      const { end, err } = await ended(child)
      expect(err).toMatch(/^error: cannot write to the standard output: .*\n$/)
      expect(end).toBe(1)
    }
  })

  test('that is found out late, too', async () => {
    const { process, end, err } = stubs(Object.assign(new Error('write'), { code: 'ENOSPC' }))
    process.stdout.write('a report')
    process.stdout.write('and more of it')
    await end(3)
    expect(err()).toBe('error: cannot write to the standard output: no space left on the device\n')
    expect(process.exitCode).toBe(1)
  })

  test('is another thing than a reader that has seen enough', async () => {
    const { process, end, err } = stubs(Object.assign(new Error('write'), { code: 'EPIPE' }))
    process.stdout.write('a report')
    await end(3)
    expect([process.exitCode, err()]).toEqual([3, ''])
  })
})

test('a standard error that cannot be written to changes nothing', async () => {
  const { process, end } = stubs(undefined, new Error('gone'))
  process.stderr.write('a warning')
  await end(0)
  expect(process.exitCode).toBe(0)
})

test('all is written before the process is ended', async () => {
  const { process, end, events, err } = stubs()
  process.stdout.write('the report')
  await end(3)
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(events).toEqual(['the report', 'exit'])
  expect(process.exitCode).toBe(3)
  expect(err()).toBe('the audited module left Timeout open: ended all the same\n')
})

test('what is left open has its names, and may have none', async () => {
  const messageFor = async (open: string[]) => {
    const { process, end, err } = stubs()
    process.getActiveResourcesInfo = () => open
    await end(0)
    await new Promise((resolve) => setTimeout(resolve, 60))
    return err()
  }
  expect(await messageFor(['PipeWrap', 'TTYWrap', 'Timeout', 'TCPSocketWrap', 'Timeout'])).toBe(
    'the audited module left Timeout, TCPSocketWrap open: ended all the same\n',
  )
  expect(await messageFor(['PipeWrap'])).toBe(
    'the audited module left something open: ended all the same\n',
  )
})

/** A process whose outputs are slow, and fail if they are to. */
function stubs(outError?: Error, errError?: Error) {
  const events: string[] = []
  let err = ''
  const stream = (error: Error | undefined, seen: (text: string) => void) =>
    new Writable({
      write(chunk, _, callback) {
        setTimeout(() => {
          if (error === undefined && chunk.length > 0) seen(String(chunk))
          callback(error)
        }, 5)
      },
    })
  const process = {
    stdout: stream(outError, (text) => events.push(text)),
    stderr: stream(errError, (text) => {
      err += text
    }),
    exitCode: undefined as number | undefined,
    exit: () => {
      events.push('exit')
    },
    getActiveResourcesInfo: () => ['PipeWrap', 'Timeout'],
  }
  return { process, events, end: endingOf(process, 20), err: () => err }
}
