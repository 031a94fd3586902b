/** Something about an image that is read as a mask, though it may not have been meant so. */
export interface MaskWarning {
  /**
   * - `'grey-levels'`: there are more than two values, and no threshold was given;
   * - `'merged-labels'`: the same, but the few small values look like numbers of classes;
   * - `'surplus-data'`: there is more pixel data than the pixels need.
   */
  readonly kind: 'grey-levels' | 'merged-labels' | 'surplus-data'
  /** All of it in one sentence. */
  readonly message: string
  /** What the image is called: its path, or the option `name`. */
  readonly file: string
  /** How many different values there are. */
  readonly levels?: number
  /** The threshold that was taken. */
  readonly threshold?: number
  /** How many pixels are foreground with it. */
  readonly foreground?: number
  /** The middle of the values that the file can hold, or of those it has if none is above that. */
  readonly middle?: number
  /** How many pixels would be foreground with that as the threshold. */
  readonly foregroundAtMiddle?: number
}

/** A mask has no more classes than this in one image, and no greater numbers for them. */
const MOST_LABELS = 8
const GREATEST_LABEL = 15

/**
 * The warning for an image with more than two values that is read with the threshold 0.
 *
 * @param counts - how many pixels have each value that the file can hold
 * @param file - what the image is called
 */
export function levelsWarning(counts: Uint32Array, file: string): MaskWarning | undefined {
  const values: number[] = []
  for (let value = 0; value < counts.length; value++) if (counts[value] > 0) values.push(value)
  const levels = values.length
  if (levels <= 2) return undefined
  const greatest = values[levels - 1]
  const above = (threshold: number) =>
    values.reduce((sum, value) => (value > threshold ? sum + counts[value] : sum), 0)
  const foreground = above(0)
  const facts = { file, levels, threshold: 0, foreground }
  if (levels <= MOST_LABELS && greatest <= GREATEST_LABEL && greatest < counts.length - 1) {
    const message =
      `${file} has the labels ${values.join(', ')}: all above 0 are merged into one mask of ` +
      `${pixels(foreground)}: pass threshold: 0 if that is meant`
    return { kind: 'merged-labels', message, ...facts }
  }
  const full = counts.length - 1
  const middle = (greatest > full >> 1 ? full : greatest) >> 1
  const foregroundAtMiddle = above(middle)
  const message =
    `${file} has ${levels} grey values; with threshold 0, ${pixels(foreground)} are foreground, ` +
    `at the middle (${middle}) it would be ${inWords(foregroundAtMiddle)}: pass threshold: ${middle}`
  return { kind: 'grey-levels', message, ...facts, middle, foregroundAtMiddle }
}

/** Different values are counted up to here. */
const MOST_LEVELS = 65536

/** The same for values that are not small integers, such as floats. */
export function rangeWarning(data: ArrayLike<number>, file: string): MaskWarning | undefined {
  const values = new Set<number>()
  let greatest = 0
  let foreground = 0
  for (let i = 0; i < data.length; i++) {
    if (values.size < MOST_LEVELS) values.add(data[i])
    if (data[i] > greatest) greatest = data[i]
    if (data[i] > 0) foreground++
  }
  const levels = values.size
  if (levels <= 2) return undefined
  const middle = greatest / 2
  let foregroundAtMiddle = 0
  for (let i = 0; i < data.length; i++) if (data[i] > middle) foregroundAtMiddle++
  const many = levels === MOST_LEVELS ? `at least ${levels}` : `${levels}`
  const message =
    `${file} has ${many} different values; with threshold 0, ${pixels(foreground)} are foreground, ` +
    `at the middle (${middle}) it would be ${inWords(foregroundAtMiddle)}: pass threshold: ${middle}`
  const facts = { file, levels, threshold: 0, foreground, middle, foregroundAtMiddle }
  return { kind: 'grey-levels', message, ...facts }
}

/** The warning for pixel data after the last row. */
export function surplusWarning(file: string, width: number, height: number): MaskWarning {
  const message = `${file} has more pixel data than its ${width} × ${height} pixels need: the rest is ignored`
  return { kind: 'surplus-data', message, file }
}

/** Says it where the caller does not ask for warnings, so that none is silent. */
export function emitWarning({ message, kind }: MaskWarning): void {
  process.emitWarning(message, { type: 'VesselRewardWarning', code: kind })
}

const inWords = (count: number) => count.toLocaleString('en')
const pixels = (count: number) => `${inWords(count)} ${count === 1 ? 'pixel' : 'pixels'}`
