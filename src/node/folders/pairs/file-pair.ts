/** What an image of a pair is. */
export type PairRole = 'pred' | 'truth' | 'within' | 'against' | 'image'

/** Files of one image; see `readPairs`. */
export interface FilePair {
  /** The file name of the prediction without its ending, or the name that a list gives. */
  readonly name: string
  /** Path of the prediction. */
  readonly pred: string
  /** Path of the truth. */
  readonly truth: string
  /** Path of the field of view. */
  readonly within?: string
  /** Path of another method's prediction. */
  readonly against?: string
  /** Path of the picture that the masks are of. */
  readonly image?: string
}

/** An image that is left out; see `readPairs`. */
export interface MissingPartner {
  /** What it is. */
  readonly role: PairRole
  /** Where it is. */
  readonly path: string
  /** Why it is left out, where that is not for want of a partner. */
  readonly reason?: string
}
