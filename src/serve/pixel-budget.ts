import type { BitMask } from '../mask/bitmask.ts'
import { RequestError } from './request-error.ts'

/**
 * How many pixels a request may have scored, all its masks together: an empty mask of many pixels is
 * a few bytes, and a request of a thousand of them would keep a thread busy for hours.
 */
export class PixelBudget {
  readonly #most: number
  #left: number

  constructor(most: number) {
    this.#most = most
    this.#left = most
  }

  /** @throws RequestError if so many masks of the truth's size are too much */
  take({ width, height }: BitMask, masks: number): void {
    this.#left -= width * height * masks
    if (this.#left >= 0) return
    throw new RequestError(
      'too-large',
      `expected at most ${this.#most} pixels in all masks of a request, got more`,
    )
  }
}
