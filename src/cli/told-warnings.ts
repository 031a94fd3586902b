import { FOLDER_WARNING_KINDS, type FolderWarning } from '../node/folders/folder-evaluation.ts'
import type { MaskWarning } from '../node/png/mask-warning.ts'
import { printable } from '../node/printable.ts'
import { asFlags } from './flag-words.ts'
import type { Io } from './io.ts'
import { type CommandWarning, warningOf } from './mask-warnings.ts'

/** Of warnings of one kind so many are told one by one. */
const TOLD = 3

/** Tells the first warnings of a kind one by one, and how many more there are at the end. */
export class ToldWarnings {
  /** What was told, as the tool words it. */
  readonly all: CommandWarning[] = []
  readonly #io: Io
  readonly #isThresholdGiven: boolean
  readonly #counts = new Map<CommandWarning['kind'], number>()

  constructor(io: Io, isThresholdGiven: boolean) {
    this.#io = io
    this.#isThresholdGiven = isThresholdGiven
  }

  /** Tells one on the standard error. */
  tell(warning: FolderWarning | CommandWarning): void {
    const [worded] = wordedWarnings([warning], this.#isThresholdGiven)
    if (worded === undefined) return
    this.all.push(worded)
    const count = (this.#counts.get(worded.kind) ?? 0) + 1
    this.#counts.set(worded.kind, count)
    if (count <= TOLD) this.#io.err(`warning: ${printable(worded.message)}\n`)
  }

  tellRest(): void {
    for (const [kind, count] of this.#counts) {
      if (count > TOLD) this.#io.err(`warning: ${count - TOLD} more of this kind (${kind})\n`)
    }
    this.#counts.clear()
  }
}

/** The warnings as the tool words them; without those that a threshold settles. */
export function wordedWarnings<W extends FolderWarning | CommandWarning>(
  warnings: readonly W[],
  isThresholdGiven: boolean,
): W[] {
  return warnings.flatMap((warning) => {
    if (!isOfImage(warning)) return warning
    const shown = warningOf(warning, isThresholdGiven)
    return shown === undefined ? [] : { ...warning, message: asFlags(shown.message) }
  })
}

const NOT_OF_IMAGES: readonly string[] = [...FOLDER_WARNING_KINDS, 'binary-maps']

function isOfImage<W extends { kind: string }>(warning: W): warning is W & MaskWarning {
  return !NOT_OF_IMAGES.includes(warning.kind)
}
