import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Verdict } from './messages.ts'

/** What came of a mutant, as a line of the file keeps it. */
export interface Result {
  id: string
  file: string
  verdict: Verdict | 'uncovered'
  /** Of the source file: other code may have other results. */
  source: string
  /** Of a survivor: the name of the state of the tests that did not notice it. */
  seen?: string
  /** The test that did. */
  by?: string
  message?: string
  /** Whether tests were left out since the time for one mutant was over. */
  cut?: boolean
  ms: number
}

/** The digests of all test files, with a name for them together. */
export interface TestState {
  state: string
  digests: Record<string, string>
}

/** Results in a file of JSON lines: each is there as soon as it is known. */
export class Results {
  readonly #path: string
  readonly #byId = new Map<string, Result>()
  readonly #states = new Map<string, Record<string, string>>()

  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
    if (!existsSync(path)) return
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      // The last line is broken if the process was stopped while it was written.
      if (!line.endsWith('}')) continue
      const item = JSON.parse(line) as Result | TestState
      if ('state' in item) this.#states.set(item.state, item.digests)
      else this.#byId.set(item.id, item)
    }
  }

  /** Keeps the state of the tests, to which results refer by its name. */
  addState({ state, digests }: TestState): void {
    if (this.#states.has(state)) return
    this.#states.set(state, digests)
    appendFileSync(this.#path, `${JSON.stringify({ state, digests })}\n`)
  }

  /** The digests of the test files that did not notice a survivor. */
  seenBy(result: Result | undefined): Record<string, string> {
    return this.#states.get(result?.seen ?? '') ?? {}
  }

  add(result: Result): void {
    this.#byId.set(result.id, result)
    appendFileSync(this.#path, `${JSON.stringify(result)}\n`)
  }

  /** What is known of a mutant and holds until its file changes. */
  of(id: string, source: string): Result | undefined {
    const result = this.#byId.get(id)
    return result?.source === source ? result : undefined
  }
}

export const hasSurvived = (result: Result | undefined): boolean =>
  result?.verdict === 'survived' || result?.verdict === 'uncovered'
