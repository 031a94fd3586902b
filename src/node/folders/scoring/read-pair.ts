import type { BitMask } from '../../../mask/bitmask.ts'
import type { MaskWarning } from '../../png/mask-warning.ts'
import { readMask } from '../../png/read-mask.ts'
import type { FilePair, PairRole } from '../pairs/file-pair.ts'
import { maskOptions, type PairChoices } from '../pairs/image-choices.ts'
import { failure } from './score-masks.ts'

/** The masks of a pair as they were read. */
export interface PairRead {
  readonly truth: BitMask
  readonly within: BitMask | undefined
  readonly pred: BitMask | { readonly error: string }
  /** Another method's prediction, where there is one. */
  readonly other: BitMask | { readonly error: string } | undefined
}

/** Reads pairs; the field of view that served last is kept, as one for all images is read once. */
export class PairReader {
  readonly #choices: PairChoices
  readonly #isAgainst: boolean
  readonly #field: { path?: string; mask?: Promise<BitMask> } = {}

  /**
   * @param choices - pixels greater than the threshold are foreground; which image of files with several
   * @param isAgainst - whether the other method's predictions are read, too
   */
  constructor(choices: PairChoices, isAgainst: boolean) {
    this.#choices = choices
    this.#isAgainst = isAgainst
  }

  /**
   * Reads a pair.
   *
   * @param onWarning - gets what is to be said about its images
   * @throws what `readMask` throws for the truth or the field of view
   */
  async read(files: FilePair, onWarning: (warning: MaskWarning) => void): Promise<PairRead> {
    const { against } = files
    const maskOf = (path: string, role: PairRole) =>
      readMask(path, { ...maskOptions(this.#choices, role), onWarning })
    const pred = await maskOf(files.pred, 'pred').catch(failure)
    const truth = await maskOf(files.truth, 'truth')
    const within = await this.#fieldOf(files.within, (path) => maskOf(path, 'within'))
    const other =
      this.#isAgainst && against !== undefined
        ? await maskOf(against, 'against').catch(failure)
        : undefined
    return { truth, within, pred, other }
  }

  async #fieldOf(
    path: string | undefined,
    maskOf: (path: string) => Promise<BitMask>,
  ): Promise<BitMask | undefined> {
    if (path === undefined) return undefined
    const field = this.#field
    if (field.path !== path || field.mask === undefined) {
      field.path = path
      field.mask = maskOf(path)
      // One that cannot be read is an error of each pair.
      field.mask.catch(() => undefined)
    }
    return field.mask
  }
}
