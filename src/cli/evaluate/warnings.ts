import type { FolderWarning } from '../../node/folders/folder-evaluation.ts'
import type { MaskWarning } from '../../node/png/mask-warning.ts'
import { printable } from '../../node/printable.ts'
import type { Io } from '../io.ts'
import { asFlags } from '../mask-reader.ts'
import { type CommandWarning, warningOf } from '../mask-warnings.ts'

/** Of warnings of one kind so many are told one by one. */
const TOLD = 3

/** Tells the first warnings of a kind one by one, and how many more there are at the end. */
export class EvaluationWarnings {
  readonly #io: Io
  readonly #isThresholdGiven: boolean
  readonly #counts = new Map<CommandWarning['kind'], number>()

  constructor(io: Io, isThresholdGiven: boolean) {
    this.#io = io
    this.#isThresholdGiven = isThresholdGiven
  }

  /** The warnings as the tool words them. */
  all(warnings: readonly FolderWarning[]): FolderWarning[] {
    return warnings.flatMap((warning) => this.#worded(warning) ?? [])
  }

  /** Tells one on the standard error. */
  tell(warning: FolderWarning): void {
    const worded = this.#worded(warning)
    if (worded === undefined) return
    const count = (this.#counts.get(worded.kind) ?? 0) + 1
    this.#counts.set(worded.kind, count)
    if (count <= TOLD) this.#io.err(`warning: ${printable(worded.message)}\n`)
  }

  tellRest(): void {
    for (const [kind, count] of this.#counts) {
      if (count > TOLD) this.#io.err(`warning: ${count - TOLD} more of this kind (${kind})\n`)
    }
  }

  #worded(warning: FolderWarning): FolderWarning | undefined {
    if (!isOfImage(warning)) return warning
    const shown = warningOf(warning, this.#isThresholdGiven)
    return shown && { ...warning, message: asFlags(shown.message) }
  }
}

function isOfImage(warning: FolderWarning): warning is FolderWarning & MaskWarning {
  return !['without-partner', 'other-size', 'not-used'].includes(warning.kind)
}
