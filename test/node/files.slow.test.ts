import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeFileAtomically } from '../../src/node/files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-write-'))
})
afterEach(() => rm(folder, { recursive: true }))

const at = (...names: string[]) => join(folder, ...names)
const modeOf = async (path: string) => (await stat(path)).mode & 0o777

async function failureOf(run: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  return run.then(
    () => expect.fail('expected an error'),
    (error) => error,
  )
}

describe('a regular file', () => {
  test('is made with the mode that the process gives to new files', async () => {
    await writeFile(at('other'), '')
    await writeFileAtomically(at('new.txt'), 'text é')
    expect(await readFile(at('new.txt'), 'utf8')).toBe('text é')
    expect(await modeOf(at('new.txt'))).toBe(await modeOf(at('other')))
    await writeFileAtomically(pathToFileURL(at('new.txt')), Uint8Array.of(1, 2))
    expect(await readFile(at('new.txt'))).toEqual(Buffer.of(1, 2))
    expect((await readdir(folder)).sort()).toEqual(['new.txt', 'other'])
  })

  test.each([0o600, 0o666, 0o755])('keeps its mode %o when it is replaced', async (mode) => {
    await writeFile(at('file'), 'old')
    await chmod(at('file'), mode)
    await writeFileAtomically(at('file'), 'new')
    expect(await readFile(at('file'), 'utf8')).toBe('new')
    expect(await modeOf(at('file'))).toBe(mode)
  })

  test('is refused if it may not be written to', async () => {
    await writeFile(at('file'), 'old')
    await chmod(at('file'), 0o444)
    const isRoot = process.getuid?.() === 0
    // Root may write to everything.
    if (isRoot) for (const path of [folder, at('file')]) await chown(path, 65534, 65534)
    if (isRoot) process.seteuid?.(65534)
    try {
      const error = await failureOf(writeFileAtomically(at('file'), 'new'))
      expect(error.message).toBe(`cannot write '${at('file')}': permission denied`)
      expect(error.code).toBe('EACCES')
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
    expect(await readFile(at('file'), 'utf8')).toBe('old')
  })
})

describe('a symbolic link', () => {
  test('stays, and the file that it leads to is replaced and keeps its mode', async () => {
    await mkdir(at('there'))
    await writeFile(at('there', 'file'), 'old', { mode: 0o600 })
    await symlink('there/file', at('near'))
    await symlink('near', at('far'))
    await writeFileAtomically(at('far'), 'new')
    expect(await readFile(at('there', 'file'), 'utf8')).toBe('new')
    expect(await modeOf(at('there', 'file'))).toBe(0o600)
    expect([await readlink(at('far')), await readlink(at('near'))]).toEqual(['near', 'there/file'])
    expect(await readdir(at('there'))).toEqual(['file'])
  })

  test('that leads to nothing is followed too, from the folder that it is in', async () => {
    await mkdir(at('there', 'in'), { recursive: true })
    await symlink('there/in', at('folder'))
    await symlink('../made', at('there', 'in', 'link'))
    await writeFileAtomically(at('folder', 'link'), 'new')
    expect(await readFile(at('there', 'made'), 'utf8')).toBe('new')
    expect((await lstat(at('there', 'in', 'link'))).isSymbolicLink()).toBe(true)
  })

  test('that leads in a circle is refused', async () => {
    await symlink('b', at('a'))
    await symlink('a', at('b'))
    const error = await failureOf(writeFileAtomically(at('a'), 'new'))
    expect(error.message).toBe(`cannot write '${at('a')}': its links lead in a circle`)
    expect(error.code).toBe('ELOOP')
  })

  test('to a folder is refused as the folder is', async () => {
    await mkdir(at('there'))
    await symlink('there', at('link'))
    for (const name of ['there', 'link']) {
      const error = await failureOf(writeFileAtomically(at(name), 'new'))
      expect(error.message).toBe(`cannot write '${at(name)}': it is a folder`)
      expect(error.code).toBe('EISDIR')
    }
  })
})

describe.skipIf(process.platform === 'win32')('what is not a regular file', () => {
  /** Reads a pipe to its end in a process of its own. */
  function reader(path: string): Promise<Buffer> {
    const cat = spawn('cat', [path])
    const parts: Buffer[] = []
    cat.stdout.on('data', (part) => parts.push(part))
    return once(cat, 'close').then(() => Buffer.concat(parts))
  }

  test('a pipe is written into, directly or through a link, and stays a pipe', async () => {
    execFileSync('mkfifo', [at('pipe')])
    await symlink('pipe', at('link'))
    // Far more than a pipe holds.
    const content = Buffer.alloc(1 << 20, 'content ')
    for (const name of ['pipe', 'link']) {
      const read = reader(at(name))
      await writeFileAtomically(at(name), content)
      expect((await read).equals(content)).toBe(true)
    }
    expect((await lstat(at('pipe'))).isFIFO()).toBe(true)
    expect((await lstat(at('link'))).isSymbolicLink()).toBe(true)
    expect((await readdir(folder)).sort()).toEqual(['link', 'pipe'])
  })

  test('a pipe waits for its reader', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const written = writeFileAtomically(at('pipe'), 'text')
    await new Promise((done) => setTimeout(done, 300))
    const [read] = await Promise.all([reader(at('pipe')), written])
    expect(read.toString()).toBe('text')
  })

  test('a pipe that nobody reads is an error, not a wait without end', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const error = await failureOf(writeFileAtomically(at('pipe'), 'text'))
    expect(error).toBeInstanceOf(RangeError)
    expect(error.message).toBe(`cannot write '${at('pipe')}': nothing reads from it`)
    expect(error.code).toBe('ENXIO')
  })

  test('a pipe whose reader leaves early is an error', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const head = spawn('head', ['-c', '10', at('pipe')], { stdio: 'ignore' })
    const error = await failureOf(writeFileAtomically(at('pipe'), Buffer.alloc(1 << 22)))
    expect(error.code).toBe('EPIPE')
    expect(error.message).toContain('what read from it stopped before the end')
    if (head.exitCode === null) await once(head, 'close')
  })

  test('a socket is not replaced', async () => {
    const server = createServer((socket) => socket.end())
    server.listen(at('socket'))
    await once(server, 'listening')
    try {
      expect((await failureOf(writeFileAtomically(at('socket'), 'text'))).code).toBe('ENXIO')
      expect((await lstat(at('socket'))).isSocket()).toBe(true)
      await once(connect(at('socket')), 'connect')
    } finally {
      server.close()
    }
  })
})

describe('a temporary file', () => {
  const temporaryFiles = async () => (await readdir(folder)).filter((name) => name !== 'file')

  /** A process that has written its temporary file and does not come to rename it. */
  async function stuckWriter(...args: string[]): Promise<ChildProcess> {
    await writeFile(at('file'), 'old')
    const script = fileURLToPath(new URL('stuck-writer.ts', import.meta.url))
    const writer = spawn(process.execPath, ['--import', 'tsx', script, at('file'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(writer.stdout as NodeJS.ReadableStream, 'data')
    expect(await temporaryFiles()).toHaveLength(1)
    return writer
  }

  async function end(writer: ChildProcess, signal: NodeJS.Signals): Promise<unknown[]> {
    const closed = once(writer, 'close')
    writer.kill(signal)
    return closed
  }

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is removed on %s', async (signal) => {
    const writer = await stuckWriter()
    // The process ends as without the library.
    expect(await end(writer, signal)).toEqual([null, signal])
    expect(await readFile(at('file'), 'utf8')).toBe('old')
    expect(await temporaryFiles()).toEqual([])
  })

  test('is removed when the process exits in answer to a signal', async () => {
    const writer = await stuckWriter('exit')
    expect(await end(writer, 'SIGINT')).toEqual([7, null])
    expect(await temporaryFiles()).toEqual([])
  })

  test('stays when the process answers a signal by going on', async () => {
    const writer = await stuckWriter('stay')
    const answer = once(writer.stdout as NodeJS.ReadableStream, 'data')
    writer.kill('SIGINT')
    expect(String(await answer)).toBe('staying')
    expect(await temporaryFiles()).toHaveLength(1)
    expect(await end(writer, 'SIGTERM')).toEqual([null, 'SIGTERM'])
    expect(await temporaryFiles()).toEqual([])
  })

  test('of a killed process is removed by the next write, one of a living process is not', async () => {
    const killed = await stuckWriter()
    await end(killed, 'SIGKILL')
    expect(await temporaryFiles()).toHaveLength(1)
    const living = await stuckWriter()
    expect(await readFile(at('file'), 'utf8')).toBe('old')
    await writeFileAtomically(at('file'), 'new')
    expect(await temporaryFiles()).toHaveLength(1)
    await end(living, 'SIGTERM')
    expect(await temporaryFiles()).toEqual([])
    expect(await readFile(at('file'), 'utf8')).toBe('new')
  })

  test('of another machine is removed after an hour', async () => {
    const id = '3f2b8a70-1111-4222-8333-abcdefabcdef'
    // No process has this number here.
    const names = ['a', 'b'].map((machine) => `.vessel-reward-${machine}.test-99999999-${id}.tmp`)
    for (const name of [...names, '.vessel-reward-notes.tmp']) {
      await writeFile(at(name), '')
      if (name !== names[0]) await utimes(at(name), new Date(0), new Date(0))
    }
    await writeFileAtomically(at('file'), 'new')
    expect((await temporaryFiles()).sort()).toEqual([names[0], '.vessel-reward-notes.tmp'])
  })

  test('is removed when the write fails, and no listener stays', async () => {
    const before = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((name) =>
      process.listenerCount(name),
    )
    const error = await failureOf(writeFileAtomically(at('file'), 7 as never))
    expect(error).toBeInstanceOf(TypeError)
    await writeFileAtomically(at('file'), 'new')
    expect(await temporaryFiles()).toEqual([])
    const after = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name))
    expect(after).toEqual(before)
  })
})

test('a path that is neither a text nor a URL is refused, and one of no file', async () => {
  expect(await failureOf(writeFileAtomically(7 as never, ''))).toBeInstanceOf(TypeError)
  const error = await failureOf(writeFileAtomically(new URL('http://localhost/x'), ''))
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toContain("cannot write 'http://localhost/x'")
})
