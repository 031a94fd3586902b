import { MAX_PIXELS } from '../mask/layout.ts'

/** What a request may ask for at most. */
export interface Limits {
  /** Bytes of a request as text. */
  readonly requestBytes: number
  /** Pixels of a mask. */
  readonly pixels: number
  /** Predictions or samples of a request. */
  readonly group: number
  /** Whether a mask may be nested lists of numbers. */
  readonly lists: boolean
  /** Bytes of memory, about, for truths that come again. */
  readonly truthBytes: number
}

/** The limits where none are given. */
export const DEFAULT_LIMITS: Limits = {
  requestBytes: 2 ** 26,
  pixels: 2 ** 26,
  group: 1024,
  lists: false,
  truthBytes: 2 ** 28,
}

/** The greatest limits: what the memory of one text, and one mask, can hold. */
export const GREATEST_LIMITS: Omit<Limits, 'lists'> = {
  requestBytes: 2 ** 29 - 64,
  pixels: MAX_PIXELS,
  group: 2 ** 20,
  truthBytes: 2 ** 40,
}
