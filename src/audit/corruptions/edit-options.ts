import type { OptionRule } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'

/** The rule of a seed. */
export const SEED: OptionRule<number> = {
  default: 0,
  min: -(2 ** 31),
  max: 2 ** 32,
  isInteger: true,
}

/** The rule of a number of changes, which has to be given. */
export const COUNT: OptionRule<number | undefined> = {
  default: undefined,
  min: 0,
  max: 2 ** 27,
  isInteger: true,
}

/** The value of an option that has no default. */
export function required(value: number | undefined, name: string): number {
  if (value !== undefined) return value
  throw new TypeError(`expected ${name} to be a number, got ${describe(value)}`)
}
