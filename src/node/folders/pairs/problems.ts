import { printable } from '../../printable.ts'
import type { MissingPartner, PairRole } from './file-pair.ts'

const ROLES: Record<PairRole, string> = {
  pred: 'prediction',
  truth: 'truth',
  within: 'field of view',
  against: "other method's prediction",
  image: 'image',
}

/** So many names are shown of a long list. */
const SHOWN = 10

/**
 * Names of a list, the first few of a long one.
 *
 * @param notes - what is said of each, in brackets
 */
export function list(names: readonly string[], notes?: readonly string[]): string {
  const shown = names
    .slice(0, SHOWN)
    .map((name, i) => `'${printable(name)}'${notes === undefined ? '' : ` (${notes[i]})`}`)
  const more = names.length > SHOWN ? [`${names.length - SHOWN} more`] : []
  return [...shown, ...more].join(', ')
}

/** What does not pair, gathered so that all of it is told at once. */
export class Problems {
  readonly missing: MissingPartner[] = []
  readonly #lines: string[] = []
  #isAmbiguous = false
  #isByName = false

  /** Images of which none of the other list has the name. */
  alone(role: PairRole, other: PairRole, names: readonly string[], paths: readonly string[]): void {
    for (const path of paths) this.missing.push({ role, path })
    const what = names.length === 1 ? `${ROLES[role]} has` : `${ROLES[role]}s have`
    this.#lines.push(`${names.length} ${what} no ${ROLES[other]}: ${list(names)}`)
    this.#isByName = true
  }

  /** Images of which several have one name; this is never left out. */
  several(
    role: PairRole,
    names: readonly string[],
    otherRole: PairRole,
    otherNames: readonly string[],
  ): void {
    this.#isAmbiguous = true
    this.#isByName = true
    this.#lines.push(
      `several fit: ${ROLES[role]} ${list(names)} and ${ROLES[otherRole]} ${list(otherNames)}`,
    )
  }

  /**
   * Pairs that are left out for another reason.
   *
   * @param images - those that are to blame
   * @param notes - what is said of each, where the text does not say it already
   */
  others(
    text: string,
    images: readonly Required<MissingPartner>[],
    notes?: readonly string[],
  ): void {
    this.missing.push(...images.map(({ role, path, reason }) => ({ role, path, reason })))
    const paths = images.map(({ path }) => path)
    this.#lines.push(`${text}: ${list(paths, notes)}`)
  }

  /** @throws RangeError that tells all, unless it may be left out */
  throwIfAny(allowMissing: boolean): void {
    const isAllowed = allowMissing && !this.#isAmbiguous
    if (this.#lines.length === 0 || isAllowed) return
    const advice = [
      ...(this.#isByName ? ['match says which part of a name counts'] : []),
      ...(this.#isAmbiguous ? [] : ['allowMissing leaves them out']),
    ]
    throw new RangeError(`images do not pair: ${this.#lines.join('; ')} (${advice.join(', ')})`)
  }
}
