import { BitMask, type MaskLike } from '../../src/index.ts'
import { anyForm, anyRawForm, type Levels } from './mask-forms.ts'
import { anyPicture, anySize, nearPicture, type Picture } from './pictures.ts'
import type { Random } from './random.ts'

/** For each option of a function, how a value of it is made. */
export type Choices = Record<string, (given: Given) => unknown>

/** Of two numbers, one of them or something between. */
const LEVELS: readonly Levels[] = [
  { background: 0, foreground: 1, threshold: 0 },
  { background: 0, foreground: 1, threshold: 0.5 },
  { background: 3, foreground: 120, threshold: 64 },
  { background: 0.25, foreground: 0.75, threshold: 0.5 },
  { background: -4, foreground: -2, threshold: -3 },
]

/**
 * Makes the arguments of one call. Values come from one sequence of random numbers and forms of
 * masks from another, so that the same call can be made with equal masks in other forms.
 */
export class Given {
  /** For values: what is drawn from it must not depend on forms. */
  readonly random: Random
  readonly #forms: Random
  readonly #bags = new Set<unknown>()
  readonly #picture: Picture
  /** Masks among the arguments that keep facts with them. */
  readonly kept: BitMask[] = []

  constructor(random: Random, forms: Random, maxSide: number) {
    this.random = random
    this.#forms = forms
    const { width, height } = anySize(random, maxSide)
    this.#picture = anyPicture(random, width, height)
  }

  get width(): number {
    return this.#picture.width
  }

  get height(): number {
    return this.#picture.height
  }

  /** A mask of the size that all masks of this call have. */
  mask(): MaskLike {
    return this.#formOf(this.picture())
  }

  /** The pixels of such a mask. */
  picture(): Picture {
    const { random } = this
    const first = this.#picture
    const kind = random.next()
    if (kind < 0.4) return first
    if (kind < 0.75) return nearPicture(random, first)
    return anyPicture(random, first.width, first.height)
  }

  /** A mask that is packed. */
  bits(): BitMask {
    const { width, height, data } = this.picture()
    return this.#keep(BitMask.from({ data, width, height }))
  }

  /** A mask of some other values, with the threshold that tells them apart. */
  withThreshold(): { mask: MaskLike; threshold: number } {
    const levels = this.random.pick(LEVELS)
    const mask = anyForm(this.#forms, this.picture(), levels)
    return { mask, threshold: levels.threshold as number }
  }

  /** A truth with void pixels, and their value. */
  withVoid(): { truth: MaskLike; ignore: number } {
    const { random } = this
    const picture = this.picture()
    const share = random.next() * 0.3
    const data = picture.data.map((value) => (random.chance(share) ? 2 : value))
    const truth = anyRawForm(this.#forms, { ...picture, data }, { background: 0, foreground: 1 })
    return { truth, ignore: 2 }
  }

  /** Some of these options; now and then none at all. */
  options(choices: Choices, needed: readonly string[] = []): unknown {
    const { random } = this
    if (needed.length === 0 && random.chance(0.2)) return undefined
    const bag: Record<string, unknown> = {}
    for (const [name, make] of Object.entries(choices)) {
      // Drawn in any case, so that the values of others do not depend on it.
      const isThere = random.chance(0.5)
      if (isThere || needed.includes(name)) bag[name] = make(this)
    }
    this.#bags.add(bag)
    return bag
  }

  /** Notes an object that holds options, whose names are checked. */
  bag<T extends object>(options: T): T {
    this.#bags.add(options)
    return options
  }

  isOptions(value: unknown): boolean {
    return this.#bags.has(value)
  }

  #formOf(picture: Picture): MaskLike {
    const form = anyForm(this.#forms, picture)
    return BitMask.isMask(form) ? this.#keep(form) : form
  }

  #keep(mask: BitMask): BitMask {
    this.kept.push(mask)
    return mask
  }
}

export const number =
  (low: number, high: number) =>
  ({ random }: Given): number => {
    const kind = random.next()
    if (kind < 0.15) return low
    if (kind < 0.2) return high
    if (kind < 0.6) return random.integer(Math.ceil(low), Math.floor(high))
    return low + (high - low) * random.next()
  }

export const integer =
  (low: number, high: number) =>
  ({ random }: Given): number =>
    random.integer(low, high)

export const among =
  <T>(...values: readonly T[]) =>
  ({ random }: Given): T =>
    random.pick(values)

export const boolean = ({ random }: Given): boolean => random.chance(0.5)

export const mask = (given: Given): MaskLike => given.mask()
