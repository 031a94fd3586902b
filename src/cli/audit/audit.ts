import { basename, join } from 'node:path'
import { auditReward } from '../../audit/audit-reward.ts'
import type { AuditProgress } from '../../audit/options.ts'
import { auditPage } from '../../audit/page/page.ts'
import type { AuditResult, Severity } from '../../audit/report.ts'
import { auditTable } from '../../audit/text-report.ts'
import type { BitMask } from '../../mask/bitmask.ts'
import { writeFileAtomically } from '../../node/files.ts'
import { overlay } from '../../node/overlay/overlay.ts'
import { encodePng } from '../../node/png/write-png.ts'
import { jsonText, printable, printableLines } from '../../node/printable.ts'
import type { Io } from '../io.ts'
import { type MaskReader, type MaskReaderOptions, maskReader } from '../mask-reader.ts'
import type { CommandWarning } from '../mask-warnings.ts'
import { checkFolderOf, makeFolder } from '../output-folders.ts'
import { moduleSubject, namedSubject, type SubjectName } from './subject.ts'
import { evenly, type FoundTruths, goodFiles } from './truths.ts'

/** Options of the command `audit`, already checked. */
export interface AuditFilesOptions extends MaskReaderOptions {
  reward: SubjectName
  module?: string
  /** A file or a folder. */
  good?: string
  /** Whether masks are in the alpha channels. */
  alpha?: true
  /** Which image of a file that holds several. */
  page?: number | string
  budget: number
  seed: number
  maxTruths: number
  /** A file, or true for the standard output. */
  json?: string | true
  html?: string
  pictures?: string
  failOn: Severity | 'never'
}

/** Exit codes of the command `audit`. */
const EXIT = { clean: 0, findings: 3 } as const
/** Signals that stop an audit, and its exit code then. */
const STOPPED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
const SIGNALS = Object.keys(STOPPED) as (keyof typeof STOPPED)[]

/** The least grave first. */
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error']

/**
 * Audits a reward on masks from files, prints the result and writes the files that are wanted.
 *
 * @param found - PNG files of true masks
 * @returns the exit code: 0, 3 for findings as grave as `failOn`, 129, 130 or 143 if a signal
 * stopped it
 */
export async function auditFiles(
  found: FoundTruths,
  options: AuditFilesOptions,
  io: Io,
): Promise<number> {
  const { module, budget, seed, json, html, pictures } = options
  for (const path of [json, html]) if (typeof path === 'string') await checkFolderOf(path)
  const images = maskReader(io, options)
  for (const warning of found.warnings) images.warn(warning)
  const kept = evenly(found.files, options.maxTruths)
  const truths: BitMask[] = []
  // One after the other: of many large images only one is held decoded.
  for (const path of kept)
    truths.push(await images.read(path, options.alpha === true, { page: options.page }))
  const reward =
    module === undefined
      ? namedSubject(options.reward)
      : await moduleSubject(module, (text) => io.err(`audit: ${printable(text)}\n`))
  const good = await readGood(options, kept, images)
  if (pictures !== undefined) await makeFolder(pictures)

  const progress = progressLine(io)
  const stop = new AbortController()
  let stoppedBy: keyof typeof STOPPED | undefined
  const interrupt = (signal: keyof typeof STOPPED) => {
    // The second one waits for nothing.
    if (stoppedBy !== undefined) process.exit(STOPPED[signal])
    stoppedBy = signal
    stop.abort()
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
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
    if (stoppedBy === undefined) throw error
    progress.clear()
    io.err('audit: interrupted, nothing written\n')
    return STOPPED[stoppedBy]
  } finally {
    // What comes while a stopped tool ends must not change its exit code.
    if (stoppedBy === undefined) {
      for (const signal of SIGNALS) process.removeListener(signal, interrupt)
    }
  }
  progress.clear()
  const masks = { truths, files: kept, available: found.files.length, warnings: images.warnings }
  await present(audit, masks, options, io)
  return isFailure(audit, options.failOn) ? EXIT.findings : EXIT.clean
}

/** The good masks of the truths, where there are any; says for how many there is none. */
async function readGood(
  { good: path, alpha, page }: AuditFilesOptions,
  truths: readonly string[],
  images: MaskReader,
): Promise<(BitMask | undefined)[]> {
  if (path === undefined) return []
  const files = await goodFiles(path, truths)
  const missing = truths.filter((_, i) => files[i] === undefined)
  if (missing.length > 0) {
    const message = `'${path}' has no good mask named like ${missing.length} of ${truths.length} truths, such as '${basename(missing[0])}'`
    images.warn({ kind: 'without-good', message, file: path })
  }
  const good: (BitMask | undefined)[] = []
  for (const file of files)
    good.push(file === undefined ? undefined : await images.read(file, alpha === true, { page }))
  return good
}

/** The masks of an audit and where they are from. */
interface Masks {
  truths: readonly BitMask[]
  files: readonly string[]
  /** How many files there were to choose from. */
  available: number
  warnings: readonly CommandWarning[]
}

async function present(
  audit: AuditResult,
  { truths, files, available, warnings }: Masks,
  { reward, module, json, html, pictures }: AuditFilesOptions,
  io: Io,
): Promise<void> {
  const { report } = audit
  const subject = module ?? reward
  const images = html === undefined && pictures === undefined ? [] : picturesOf(audit, truths)
  const written: string[] = []
  if (html !== undefined) {
    const options = {
      subject: module === undefined ? `the ${reward} reward` : printable(module),
      // The messages of the report speak of truths by their numbers.
      truthNames: files.map((file, i) => `truth ${i}, ${printable(basename(file))}`),
      pictures: images.map(dataUri),
    }
    await writeFileAtomically(html, auditPage(report, options))
    written.push(`page written to ${printable(html)}\n`)
  }
  if (pictures !== undefined) {
    await writeExploits(audit, images, pictures)
    written.push(`pictures written to ${printable(pictures)}\n`)
  }
  const text = jsonText({ reward: subject, files, warnings, ...report })
  if (json === true) return io.out(text)
  if (json !== undefined) {
    await writeFileAtomically(json, text)
    written.push(`report written to ${printable(json)}\n`)
  }
  const some = files.length < available ? `, ${files.length} of ${available} files` : ''
  const numbered = files.map((file, i) => `truth ${i}  ${printable(file)}\n`)
  const doubts = warnings.map(({ message }) => `warning  ${printable(message)}\n`)
  io.out(`reward   ${printable(subject)}${some}\n${[...numbered, ...doubts].join('')}\n`)
  // A reward may be called, and may throw, whatever its author likes.
  io.out([printableLines(auditTable(report).trimEnd()), '\n', ...written].join(''))
}

function isFailure({ report }: AuditResult, failOn: Severity | 'never'): boolean {
  if (failOn === 'never' || report.worst === 'none') return false
  return SEVERITIES.indexOf(report.worst) >= SEVERITIES.indexOf(failOn)
}

/** Pictures of this many pixels a side show single pixels well enough. */
const SIDE = 480

/** The bytes of a PNG picture for each exploit, over its truth. */
export function picturesOf(
  { report, masks }: AuditResult,
  truths: readonly BitMask[],
): Uint8Array[] {
  return report.exploits.map((exploit, i) => {
    const truth = truths[exploit.truth]
    const side = Math.max(truth.width, truth.height)
    const scale = Math.max(1, Math.min(8, Math.floor(SIDE / side)))
    return encodePng(overlay(masks[i], truth, { scale }))
  })
}

/** A picture as an address that holds all of it. */
export function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}

/**
 * Writes two PNG files for each exploit, named by its rank and what it is: the picture over the
 * truth, and the mask as it was scored.
 */
async function writeExploits(
  { report, masks }: AuditResult,
  pictures: readonly Uint8Array[],
  folder: string,
): Promise<void> {
  await makeFolder(folder)
  for (const [i, { name, truth }] of report.exploits.entries()) {
    const rank = String(i + 1).padStart(2, '0')
    const stem = join(folder, `${rank}-${fileName(name)}-truth-${truth}`)
    await writeFileAtomically(`${stem}.png`, pictures[i])
    await writeFileAtomically(`${stem}-mask.png`, encodePng(masks[i]))
  }
}

function fileName(name: string): string {
  return name.replace(/[^a-zA-Z0-9]+/g, '-').replace(/^-|-$/g, '')
}

/** Milliseconds between two states of the line: a terminal is slow. */
const PAUSE = 100

/** Tells how far an audit is: in one changing line on a terminal, else in a line per phase. */
export interface ProgressLine {
  update(progress: AuditProgress): void
  /** Takes the changing line away. */
  clear(): void
}

/** See {@link ProgressLine}. */
export function progressLine(io: Io): ProgressLine {
  let phase = ''
  let shownAt = Number.NEGATIVE_INFINITY
  return {
    update(progress) {
      const isNewPhase = progress.phase !== phase
      phase = progress.phase
      if (io.isErrTerminal !== true) {
        if (isNewPhase) io.err(`audit: ${phase}\n`)
        return
      }
      const now = performance.now()
      if (!isNewPhase && now - shownAt < PAUSE) return
      shownAt = now
      io.err(`\r\x1b[Kaudit: ${phase}, ${progress.done} of ${progress.total}`)
    },
    clear() {
      if (io.isErrTerminal === true && phase !== '') io.err('\r\x1b[K')
    },
  }
}
