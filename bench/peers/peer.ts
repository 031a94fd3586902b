import type { MaskSet } from '../inputs.ts'
import type { Library } from '../library.ts'
import type { Contestant } from '../measure.ts'

/** The races: contestants of one group are timed in alternation. */
export const GROUPS = [
  'reward',
  'thinning',
  'components',
  'skeleton',
  'overlap',
  'distances',
  'pack',
  'workers',
  'folders',
] as const

export type Group = (typeof GROUPS)[number]

/** A result made comparable: numbers, or the digest of a mask or of labels. */
export type Outcome = number | string | readonly number[]

/** A stage of another library, on one set of masks. */
export interface Entry extends Contestant {
  /** Our stages that do the same thing. */
  against: readonly string[]
  /** The results per pair, and our stage that must have the same. */
  check?: {
    stage: string
    outcomes(): Outcome[] | Promise<Outcome[]>
    /** How far its numbers may be off; default: 10⁻⁹. */
    error?: number
  }
  /** What a reader must know where results cannot agree. */
  note?(library: Library): string
  /** Frees what the entry holds. */
  close?(): void
}

/** Another library, or Python with some. */
export interface Peer {
  versions: Record<string, string>
  /** What the peer has to offer in a group. */
  enter(group: Group, set: MaskSet): Entry[] | Promise<Entry[]>
  close?(): void
}
