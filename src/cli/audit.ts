import { basename } from 'node:path'
import { auditPage } from '../audit/audit-page.ts'
import type { AuditResult, Severity } from '../audit/audit-report.ts'
import { auditReward } from '../audit/audit-reward.ts'
import { auditTable } from '../audit/audit-table.ts'
import type { BitMask } from '../mask/bitmask.ts'
import { readMask } from '../node/image.ts'
import { checkFolderOf, makeFolder, writeWhole } from './audit-output.ts'
import { dataUri, picturesOf, writeExploits } from './audit-pictures.ts'
import { progressLine } from './audit-progress.ts'
import { moduleSubject, namedSubject, type SubjectName } from './audit-subject.ts'
import { evenly, goodFiles, readTruths } from './audit-truths.ts'
import type { Io } from './io.ts'

/** Options of the command `audit`, already checked. */
export interface AuditFilesOptions {
  reward: SubjectName
  module?: string
  /** A file or a folder. */
  good?: string
  budget: number
  seed: number
  maxTruths: number
  threshold: number
  /** A file, or true for the standard output. */
  json?: string | true
  html?: string
  pictures?: string
  failOn: Severity | 'never'
}

/** Exit codes of the command `audit`. */
const EXIT = { clean: 0, findings: 3, interrupted: 130 } as const

/** The least grave first. */
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error']

/**
 * Audits a reward on masks from files, prints the result and writes the files that are wanted.
 *
 * @param files - PNG files of true masks
 * @returns the exit code: 0, 3 for findings as grave as `failOn`, 130 if it was interrupted
 */
export async function auditFiles(
  files: readonly string[],
  options: AuditFilesOptions,
  io: Io,
): Promise<number> {
  const { module, budget, seed, json, html, pictures } = options
  for (const path of [json, html]) if (typeof path === 'string') await checkFolderOf(path)
  const kept = evenly(files, options.maxTruths)
  const truths = await readTruths(kept, options.threshold)
  const reward = module === undefined ? namedSubject(options.reward) : await moduleSubject(module)
  const good: (BitMask | undefined)[] = []
  for (const path of options.good === undefined ? [] : await goodFiles(options.good, kept)) {
    good.push(
      path === undefined ? undefined : await readMask(path, { threshold: options.threshold }),
    )
  }
  if (pictures !== undefined) await makeFolder(pictures)

  const progress = progressLine(io)
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt)
  let audit: AuditResult
  try {
    audit = await auditReward(reward, truths, {
      budget,
      seed,
      good,
      onProgress: progress.update,
      signal: stop.signal,
    })
  } catch (error) {
    if (!stop.signal.aborted) throw error
    progress.clear()
    io.err('audit: interrupted, nothing written\n')
    return EXIT.interrupted
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
  progress.clear()
  await present(audit, { truths, files: kept, available: files.length }, options, io)
  return isFailure(audit, options.failOn) ? EXIT.findings : EXIT.clean
}

/** The masks of an audit and where they are from. */
interface Masks {
  truths: readonly BitMask[]
  files: readonly string[]
  /** How many files there were to choose from. */
  available: number
}

async function present(
  audit: AuditResult,
  { truths, files, available }: Masks,
  { reward, module, json, html, pictures }: AuditFilesOptions,
  io: Io,
): Promise<void> {
  const { report } = audit
  const subject = module ?? reward
  const images = html === undefined && pictures === undefined ? [] : picturesOf(audit, truths)
  const written: string[] = []
  if (html !== undefined) {
    const options = {
      subject: module ?? `the ${reward} reward`,
      // The messages of the report speak of truths by their numbers.
      truthNames: files.map((file, i) => `truth ${i}, ${basename(file)}`),
      pictures: images.map(dataUri),
    }
    await writeWhole(html, auditPage(report, options))
    written.push(`page written to ${html}\n`)
  }
  if (pictures !== undefined) {
    await writeExploits(audit, images, pictures)
    written.push(`pictures written to ${pictures}\n`)
  }
  const text = `${JSON.stringify({ reward: subject, files, ...report }, null, 2)}\n`
  if (json === true) return io.out(text)
  if (json !== undefined) {
    await writeWhole(json, text)
    written.push(`report written to ${json}\n`)
  }
  const some = files.length < available ? `, ${files.length} of ${available} files` : ''
  const numbered = files.map((file, i) => `truth ${i}  ${file}\n`)
  io.out(`reward   ${subject}${some}\n${numbered.join('')}\n`)
  io.out([auditTable(report).trimEnd(), '\n', ...written].join(''))
}

function isFailure({ report }: AuditResult, failOn: Severity | 'never'): boolean {
  if (failOn === 'never' || report.worst === 'none') return false
  return SEVERITIES.indexOf(report.worst) >= SEVERITIES.indexOf(failOn)
}
