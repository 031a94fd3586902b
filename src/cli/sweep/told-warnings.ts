import type { MaskWarning } from '../../node/png/mask-warning.ts'
import { printable } from '../../node/printable.ts'
import type { Io } from '../io.ts'
import { asFlags } from '../mask-reader.ts'
import { type CommandWarning, warningOf } from '../mask-warnings.ts'

/** Of warnings of one kind so many are told one by one. */
const TOLD = 3

/** Tells the first warnings of a kind one by one, and how many more there are at the end. */
export class ToldWarnings {
  readonly all: CommandWarning[] = []
  readonly #io: Io
  readonly #isThresholdGiven: boolean
  readonly #counts = new Map<CommandWarning['kind'], number>()

  constructor(io: Io, isThresholdGiven: boolean) {
    this.#io = io
    this.#isThresholdGiven = isThresholdGiven
  }

  image(warning: MaskWarning): void {
    const shown = warningOf(warning, this.#isThresholdGiven)
    if (shown !== undefined) this.add({ ...shown, message: asFlags(shown.message) })
  }

  add(warning: CommandWarning): void {
    this.all.push(warning)
    const count = (this.#counts.get(warning.kind) ?? 0) + 1
    this.#counts.set(warning.kind, count)
    if (count <= TOLD) this.#io.err(`warning: ${printable(warning.message)}\n`)
  }

  tellRest(): void {
    for (const [kind, count] of this.#counts) {
      if (count > TOLD) this.#io.err(`warning: ${count - TOLD} more of this kind (${kind})\n`)
    }
    this.#counts.clear()
  }
}
