import { mulberry32 } from '../../mulberry32.ts'

/** A number that depends on all of its parts; for generators of random numbers. */
export function seedOf(...parts: number[]): number {
  return parts.reduce(
    (hash, part) => Math.imul(hash ^ part, 0x01000193) ^ (hash >>> 13),
    0x811c9dc5,
  )
}

/**
 * The numbers from 0 to `length` − 1 in random order.
 *
 * Source: R. A. Fisher and F. Yates, "Statistical tables", 1938, as R. Durstenfeld wrote it, "Algorithm
 * 235", Communications of the ACM 7, 1964.
 */
export function permutation(length: number, seed: number): number[] {
  const random = mulberry32(seed)
  const order = Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const value = order[i]
    order[i] = order[j]
    order[j] = value
  }
  return order
}

/**
 * A standard normal number.
 *
 * Source: G. E. P. Box and M. E. Muller, "A note on the generation of random normal deviates", Annals of
 * Mathematical Statistics 29, 1958.
 */
export function normal(random: () => number): number {
  // 1 − random() is never 0, so that the logarithm is finite.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
