import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FileFacts, pathOf } from './messages.ts'
import type { WorkerProcess } from './worker-process.ts'

/** A change of how the facts are gathered makes them all anew. */
const VERSION = 1

interface Kept {
  version: number
  /** Of all files that the facts depend on. */
  digest: string
  facts: FileFacts
}

/** The facts of test files: kept in a folder until one of their files changes. */
export class TestFacts {
  readonly #folder: string
  readonly #root: string

  constructor(root: string, folder: string) {
    this.#root = root
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
  }

  /** From the folder, or by running the tests once. */
  async of(
    testFile: string,
    worker: WorkerProcess,
    say: (line: string) => void,
  ): Promise<FileFacts> {
    const path = join(this.#folder, `${testFile.replace(/[^a-z0-9.-]+/gi, '_')}.json`)
    if (existsSync(path)) {
      const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept
      const isFresh = kept.version === VERSION && kept.digest === this.digestOf(kept.facts)
      if (isFresh && kept.facts.error === undefined) return kept.facts
    }
    const start = performance.now()
    const facts = await worker.cover(testFile)
    const digest = this.digestOf(facts)
    writeFileSync(path, JSON.stringify({ version: VERSION, digest, facts } satisfies Kept))
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    say(`  ${testFile}: ${facts.tests.length} tests, ${seconds} s`)
    if (facts.error !== undefined) say(`    cannot be used: ${facts.error}`)
    for (const { name, error } of facts.tests) {
      if (error !== undefined) say(`    not used, it fails without a mutant: ${name}: ${error}`)
    }
    return facts
  }

  /** Of a test file and of all that it imports. */
  digestOf({ testFile, files }: FileFacts): string {
    const hash = createHash('sha256')
    for (const file of [pathOf(testFile), ...files]) {
      const path = join(this.#root, file)
      hash.update(`${file}\n`).update(existsSync(path) ? readFileSync(path) : '')
    }
    return hash.digest('hex').slice(0, 16)
  }
}
