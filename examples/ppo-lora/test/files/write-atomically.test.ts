import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeAtomically } from '../../src/files/write-atomically.ts'

let dir: string
const at = (...parts: string[]) => join(dir, ...parts)
const isUnix = process.platform !== 'win32'

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'writing-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('writing atomically', () => {
  it('replaces a file as a whole', () => {
    writeAtomically(at('a.json'), 'old')
    writeAtomically(at('a.json'), 'é')
    expect(readFileSync(at('a.json'), 'utf8')).toBe('é')
    expect(readdirSync(dir)).toEqual(['a.json'])
  })

  it('keeps the old file where the new one cannot be written', () => {
    writeAtomically(at('a.json'), 'old')
    mkdirSync(at('a.json.part', 'inside'), { recursive: true })
    expect(() => writeAtomically(at('a.json'), 'new')).toThrow(`cannot write ${at('a.json')}: `)
    expect(readFileSync(at('a.json'), 'utf8')).toBe('old')
  })

  it('names the file when there is no folder for it', () => {
    const file = at('none', 'a.json')
    expect(() => writeAtomically(file, 'new')).toThrow(`cannot write ${file}: ENOENT`)
    writeFileSync(at('file'), '')
    expect(() => writeAtomically(at('file', 'x'), 'y')).toThrow(
      `cannot write ${at('file', 'x')}: ENOTDIR`,
    )
  })

  it('leaves the old file and no part when it fails', () => {
    mkdirSync(at('folder'))
    writeFileSync(at('folder', 'kept'), 'old')
    expect(() => writeAtomically(at('folder'), 'new')).toThrow(`cannot write ${at('folder')}: `)
    expect(readdirSync(dir)).toEqual(['folder'])
    expect(readFileSync(at('folder', 'kept'), 'utf8')).toBe('old')
  })
})

describe.runIf(isUnix)('writing atomically, what stands at the name', () => {
  it('keeps its mode', () => {
    writeFileSync(at('private'), 'old')
    chmodSync(at('private'), 0o600)
    writeAtomically(at('private'), 'new')
    expect(statSync(at('private')).mode & 0o777).toBe(0o600)
    expect(readFileSync(at('private'), 'utf8')).toBe('new')
  })

  it('stays a link, and the file that it leads to is replaced', () => {
    mkdirSync(at('far'))
    mkdirSync(at('far', 'deep'))
    symlinkSync(at('far', 'deep'), at('folder'))
    writeFileSync(at('far', 'file'), 'old')
    // Relative to the folder that it really lies in, and over a second link.
    symlinkSync('../next', at('folder', 'link'))
    symlinkSync('file', at('far', 'next'))
    writeAtomically(at('folder', 'link'), 'new')
    expect(readFileSync(at('far', 'file'), 'utf8')).toBe('new')
    expect(readlinkSync(at('far', 'next'))).toBe('file')
    expect(readlinkSync(at('folder', 'link'))).toBe('../next')
    expect(readdirSync(at('far')).sort()).toEqual(['deep', 'file', 'next'])
  })

  it('may be a link to a file that is not there yet', () => {
    mkdirSync(at('far'))
    symlinkSync(at('far', 'file'), at('link'))
    writeAtomically(at('link'), 'new')
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(at('far', 'file'), 'utf8')).toBe('new')
    symlinkSync('round', at('round'))
    expect(() => writeAtomically(at('round'), 'new')).toThrow('ELOOP')
  })

  it('is written to where it is a pipe', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const reader = spawn('cat', [at('pipe')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(reader, 'close')
    let read = ''
    reader.stdout.on('data', (part) => {
      read += part
    })
    const content = 'line\n'.repeat(10_000)
    writeAtomically(at('pipe'), content)
    await ended
    expect(read).toBe(content)
    expect(lstatSync(at('pipe')).isFIFO()).toBe(true)
    expect(readdirSync(dir)).toEqual(['pipe'])
  })

  it('is not reached over what another left in the place of the part', () => {
    writeFileSync(at('victim'), 'kept')
    symlinkSync(at('victim'), at('a.json.part'))
    writeAtomically(at('a.json'), 'new')
    expect(readFileSync(at('victim'), 'utf8')).toBe('kept')
    expect(readFileSync(at('a.json'), 'utf8')).toBe('new')
    expect(readdirSync(dir).sort()).toEqual(['a.json', 'victim'])
  })
})
