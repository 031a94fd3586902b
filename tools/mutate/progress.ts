import type { Mutant } from './mutants.ts'

const EVERY_MS = 10_000

/** Says now and then how far it is. */
export class Progress {
  readonly #all: number
  readonly #start = performance.now()
  #done = 0
  #survived = 0
  #said = 0

  constructor(all: number) {
    this.#all = all
  }

  step({ file, line }: Mutant, hasSurvived: boolean): void {
    this.#done++
    if (hasSurvived) this.#survived++
    const now = performance.now()
    if (now - this.#said < EVERY_MS && this.#done < this.#all) return
    this.#said = now
    const each = (now - this.#start) / 1000 / this.#done
    const left = Math.ceil((each * (this.#all - this.#done)) / 60)
    console.log(
      `  ${this.#done}/${this.#all} ${file}:${line}: ${this.#survived} survived, ` +
        `${each.toFixed(2)} s each, ${left} min left`,
    )
  }
}
