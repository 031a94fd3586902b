import { readFileSync, writeFileSync } from 'node:fs'
import type { Mutant } from './mutants.ts'

/** Mutants of one line that no test can notice, or whose effect nothing promises. */
export interface Equivalent {
  /** The line, trimmed. */
  line: string
  /** What {@link changeOf} says of them. */
  mutants: string[]
  reason: string
}

/** By source file. */
export type Equivalents = Record<string, Equivalent[]>

const FILE = new URL('equivalent.json', import.meta.url)

export function readEquivalents(): Equivalents {
  return JSON.parse(readFileSync(FILE, 'utf8'))
}

/** The change in short, with a number if the line has others that read the same. */
export function changeOf({ from, to, nth }: Mutant): string {
  return `${from} → ${to}${nth === 1 ? '' : ` (${nth})`}`
}

/** Why a mutant does not count, if that is known. */
export function reasonOf(mutant: Mutant, all: Equivalents): string | undefined {
  const change = changeOf(mutant)
  return all[mutant.file]?.find(
    ({ line, mutants }) => line === mutant.text && mutants.includes(change),
  )?.reason
}

/** The entries that are true of no mutant, as texts. */
export function staleEntries(all: Equivalents, mutants: readonly Mutant[]): string[] {
  const known = new Set(mutants.map((mutant) => textOf(mutant.file, mutant.text, changeOf(mutant))))
  return Object.entries(all).flatMap(([file, entries]) =>
    entries
      .flatMap((entry) => entry.mutants.map((change) => textOf(file, entry.line, change)))
      .filter((text) => !known.has(text)),
  )
}

const textOf = (file: string, line: string, change: string) => `${file}: ${line}: ${change}`

/** Puts mutants into the committed file. */
export function addEquivalents(mutants: readonly Mutant[], reason: string): void {
  const all = readEquivalents()
  for (const mutant of mutants) {
    all[mutant.file] ??= []
    const entries = all[mutant.file]
    const entry = entries.find((other) => other.line === mutant.text && other.reason === reason)
    if (entry === undefined) {
      entries.push({ line: mutant.text, mutants: [changeOf(mutant)], reason })
    } else if (!entry.mutants.includes(changeOf(mutant))) {
      entry.mutants.push(changeOf(mutant))
    }
  }
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`)
}
