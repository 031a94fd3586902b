import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  output: string
  errors: string
}

/** A command of the example in a process of its own. */
export interface Running {
  child: ChildProcess
  /** Resolves when the standard output holds a text, or the process has ended. */
  said: (text: string) => Promise<void>
  ended: Promise<Ended>
}

/** What no more can be written to: files whose names hold a text, after so many writes to them. */
export interface FullDisk {
  names: string
  after: number
}

/** Starts `src/commands/<name>.ts`, on a disk that gets full if one is given. */
export function start(name: string, args: readonly string[], fullDisk?: FullDisk): Running {
  const before = fullDisk === undefined ? [] : ['--import', './test/support/full-disk.mjs']
  const child = spawn(
    process.execPath,
    [...before, '--import', 'tsx', `src/commands/${name}.ts`, ...args],
    {
      cwd: FOLDER,
      env: {
        ...process.env,
        FULL_DISK_FOR: fullDisk?.names,
        FULL_DISK_AFTER: `${fullDisk?.after}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  let errors = ''
  let wake = () => {}
  child.stdout.on('data', (part) => {
    output += part
    wake()
  })
  child.stderr.on('data', (part) => {
    errors += part
  })
  let isOver = false
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      isOver = true
      wake()
      resolve({ code, signal, output, errors })
    })
  })
  const said = async (text: string) => {
    while (!isOver && !output.includes(text)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return { child, said, ended }
}

/** Runs `src/commands/<name>.ts` to its end; see {@link start}. */
export function run(name: string, args: readonly string[], fullDisk?: FullDisk): Promise<Ended> {
  return start(name, args, fullDisk).ended
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
