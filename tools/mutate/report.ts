import { changeOf } from './equivalents.ts'
import type { Mutant } from './mutants.ts'
import { hasSurvived, type Result } from './results.ts'
import { folderOf } from './sources.ts'

/** A mutant with what is known of it. */
export interface Judged {
  mutant: Mutant
  result?: Result
  /** Why it does not count. */
  reason?: string
}

const COLUMNS = [
  'folder',
  'mutants',
  'equivalent',
  'tried',
  'killed',
  'timeout',
  'survived',
  'rate',
]

/** One line a folder and one for all. */
export function table(all: readonly Judged[]): string {
  const folders = [...new Set(all.map(({ mutant }) => folderOf(mutant.file)))].sort()
  const rows = folders.map((folder) =>
    rowOf(
      folder,
      all.filter(({ mutant }) => folderOf(mutant.file) === folder),
    ),
  )
  if (folders.length > 1) rows.push(rowOf('all', all))
  return [COLUMNS, ...rows]
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(11))).join(''))
    .join('\n')
}

function rowOf(name: string, judged: readonly Judged[]): string[] {
  const counted = judged.filter(({ reason, result }) => !reason && result?.verdict !== 'invalid')
  const count = (...verdicts: Result['verdict'][]) =>
    counted.filter(({ result }) => result && verdicts.includes(result.verdict)).length
  const [killed, timeout] = [count('killed'), count('timeout')]
  const survived = count('survived', 'uncovered')
  const tried = killed + timeout + survived
  const rate = tried === 0 ? '' : `${((100 * (killed + timeout)) / tried).toFixed(1)} %`
  const equivalent = judged.filter(({ reason }) => reason !== undefined).length
  return [name, judged.length, equivalent, tried, killed, timeout, survived, rate].map(String)
}

/** The place of each mutant that no test noticed, and its line before and after. */
export function survivors(all: readonly Judged[]): string {
  return all
    .filter(({ reason, result }) => !reason && hasSurvived(result))
    .map(({ mutant, result }) => {
      const note =
        result?.verdict === 'uncovered' ? ' (no test runs it)' : result?.cut ? ' (cut)' : ''
      const { id, file, line, text } = mutant
      return `${id} ${file}:${line}${note}\n    ${text}\n    ${changeOf(mutant).replaceAll('\n', '\n    ')}`
    })
    .join('\n')
}
