import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** `vessel-reward serve` in a process of its own. */
export interface ServeProcess {
  readonly url: string
  /** Microseconds that it has computed, in steps of 10 ms; NaN where the system does not say. */
  cpu(): number
  /** Ends it; returns its exit code. */
  end(): Promise<number>
}

/** Ticks of a process's clock a second, on every Linux. */
const TICKS = 100

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** Starts the built command on a free port. */
export async function startServe(...args: readonly string[]): Promise<ServeProcess> {
  if (!existsSync(cli)) throw new Error('build the package first: npm run build')
  const child: ChildProcess = spawn(
    process.execPath,
    [cli, 'serve', '--port', '0', '--log', 'error', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const [line] = await once(lines, 'line')
  return {
    url: line.replace('listening on ', ''),
    cpu() {
      try {
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
        return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6
      } catch {
        return Number.NaN
      }
    },
    async end() {
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      return (await closed)[0]
    },
  }
}
