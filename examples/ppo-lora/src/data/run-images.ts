import { permutation, seedOf } from '../random.ts'
import type { Prepared } from './prepare.ts'

/** The images of a run: all of them, which are taken in turn, or what draws those of an update. */
export type RunImages = readonly Prepared[] | ((update: number) => readonly Prepared[])

/**
 * The images of an update. Of a list all are taken in turn, in an order that is new each time round.
 *
 * @param images - how many an update has
 */
export function imagesOfUpdate(
  all: RunImages,
  update: number,
  { images, seed }: { images: number; seed: number },
): readonly Prepared[] {
  if (typeof all === 'function') return all(update)
  const orders = new Map<number, number[]>()
  return Array.from({ length: images }, (_, i) => {
    const at = update * images + i
    const round = Math.floor(at / all.length)
    const order = orders.get(round) ?? permutation(all.length, seedOf(seed, 1, round))
    orders.set(round, order)
    return all[order[at % all.length]]
  })
}
