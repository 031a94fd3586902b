import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FileFacts, Reply, Request, Step, Verdict } from './messages.ts'

/** A mutant may make a process take memory without end. */
const MAX_MEMORY = 3 * 2 ** 30

const COVER_LIMIT = 20 * 60_000

/** What came of a mutant. */
export interface Outcome {
  verdict: Verdict
  /** How many tests were run before; the one that failed is the next. */
  step: number
  message: string
  /** With `toTheEnd`, the tests that failed. */
  failed: number[]
}

/** A process that runs tests, started again whenever a mutant made it hang or die. */
export class WorkerProcess {
  readonly #sandbox: string
  readonly #root: string
  #child: ChildProcess | undefined

  constructor(root: string, sandbox: string) {
    this.#root = root
    this.#sandbox = sandbox
  }

  async cover(testFile: string): Promise<FileFacts> {
    const reply = await this.#ask({ kind: 'cover', testFile }, COVER_LIMIT)
    if (reply === undefined || reply.kind !== 'covered') {
      const error = 'its process hung or died'
      return { testFile, files: [], loadMs: 0, loadHits: {}, loadTicks: {}, tests: [], error }
    }
    return reply.facts
  }

  /** Runs the steps until one fails, or, `toTheEnd`, all. */
  async try(
    file: string,
    code: string,
    steps: Step[],
    budget: number,
    toTheEnd = false,
  ): Promise<Outcome> {
    const request: Request = { kind: 'try', file, code, steps, budget, toTheEnd }
    const original = readFileSync(join(this.#sandbox, file))
    const reply = await this.#ask(request, 60_000)
    if (reply !== undefined && reply.kind === 'tried') return reply
    // It could not put the file back.
    writeFileSync(join(this.#sandbox, file), original)
    return { verdict: 'timeout', step: 0, message: 'the process hung or died', failed: [] }
  }

  stop(): void {
    this.#child?.removeAllListeners()
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  async #ask(request: Request, limit: number): Promise<Reply | undefined> {
    const child = this.#child ?? (await this.#start())
    return new Promise((resolve) => {
      let end = performance.now() + limit
      const finish = (reply?: Reply) => {
        clearInterval(watch)
        child.removeAllListeners()
        if (reply === undefined) this.stop()
        resolve(reply)
      }
      const watch = setInterval(() => {
        if (performance.now() > end || memoryOf(child.pid) > MAX_MEMORY) finish()
      }, 250)
      child.on('message', (reply: Reply) => {
        if (reply.kind === 'begin') end = performance.now() + reply.limit
        else finish(reply)
      })
      child.on('exit', () => finish())
      child.send(request)
    })
  }

  #start(): Promise<ChildProcess> {
    const child = fork(join(import.meta.dirname, 'worker.ts'), {
      cwd: this.#sandbox,
      execArgv: [
        '--import',
        pathToFileURL(join(this.#root, 'node_modules/tsx/dist/loader.mjs')).href,
      ],
      stdio: ['ignore', 'ignore', process.env.MUTATE_DEBUG ? 'inherit' : 'ignore', 'ipc'],
      env: { ...process.env, TSX_TSCONFIG_PATH: join(this.#sandbox, 'tsconfig.json') },
    })
    this.#child = child
    return new Promise((resolve, reject) => {
      child.once('message', () => resolve(child))
      child.once('exit', () => reject(new Error('the process for the tests did not start')))
    })
  }
}

/** Of a process, where the system tells it. */
function memoryOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/statm`, 'utf8')
    return Number(status.split(' ')[1]) * 4096
  } catch {
    return 0
  }
}
