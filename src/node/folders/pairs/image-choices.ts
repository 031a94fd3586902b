import { unknownName } from '../../../mask/options.ts'
import { describe } from '../../../mask/validate.ts'
import type { PairRole } from './file-pair.ts'

/**
 * Which image of files that hold several is meant, or which category: of all masks of a pair, or of
 * those that are named. Pictures (`image`) are meant only by their name.
 */
export type ImageChoices = number | string | Readonly<Partial<Record<PairRole, number | string>>>

/** The same by what an image is. */
export type ChoiceByRole = Readonly<Partial<Record<PairRole, number | string>>>

/** The masks of a pair. */
export const MASK_ROLES = ['pred', 'truth', 'within', 'against'] as const
/** All images of a pair. */
export const PAIR_ROLES: readonly PairRole[] = [...MASK_ROLES, 'image']

/**
 * Checks choices and gives them by role, in one order, so that equal ones are written alike.
 *
 * @throws TypeError or RangeError if they are not valid
 */
export function choicesByRole(value: unknown, name: string): ChoiceByRole {
  if (isChoice(value)) return Object.fromEntries(MASK_ROLES.map((role) => [role, value]))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(
      `expected ${name} to be a number, a name, or an object of these by role, got ${describe(value)}`,
    )
  }
  const given = { ...value } as Record<string, unknown>
  for (const role of Object.keys(given)) {
    if (!(PAIR_ROLES as readonly string[]).includes(role))
      throw unknownName(role, PAIR_ROLES, name, 'role')
    if (given[role] === undefined || isChoice(given[role])) continue
    throw new TypeError(
      `expected ${name}.${role} to be a number or a name, got ${describe(given[role])}`,
    )
  }
  const named = PAIR_ROLES.filter((role) => given[role] !== undefined)
  return Object.fromEntries(named.map((role) => [role, given[role]])) as ChoiceByRole
}

const isChoice = (value: unknown): value is number | string =>
  typeof value === 'string' || typeof value === 'number'

/** The images of a pair that are chosen, and how they become masks. */
export interface PairChoices {
  readonly page?: ChoiceByRole
  readonly category?: ChoiceByRole
  readonly threshold?: number
}

/** Options of `readMask` for one image of a pair. */
export function maskOptions(
  { page, category, threshold }: PairChoices,
  role: PairRole,
): { page?: number | string; category?: number | string; threshold?: number } {
  const chosen = { page: page?.[role], category: category?.[role], threshold }
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined))
}
