import type { EmptyPolicy } from '../metrics/checked-pair.ts'
import type { MaskWarning } from '../node/png/mask-warning.ts'

/** What a command warns of: a line on the standard error, and an entry of its JSON. */
export interface CommandWarning extends Omit<MaskWarning, 'kind' | 'file'> {
  kind:
    | MaskWarning['kind']
    | 'binary-maps'
    | 'both-empty'
    | 'one-empty'
    | 'not-used'
    | 'without-good'
    | 'without-partner'
    | 'other-size'
    | 'same-file'
    | 'swapped'
  file?: string
}

const grouped = (count: number) => count.toLocaleString('en-US')

/**
 * The warning of an image as the tool gives it, with the option that cures it; undefined if the
 * caller chose a threshold and so decided already what is foreground.
 */
export function warningOf(
  warning: MaskWarning,
  isThresholdGiven: boolean,
): CommandWarning | undefined {
  const { kind, levels, middle, foreground, foregroundAtMiddle } = warning
  if (kind === 'surplus-data') return warning
  if (isThresholdGiven) return undefined
  if (kind !== 'grey-levels' || levels === undefined || foregroundAtMiddle === undefined) {
    return warning
  }
  const now = foreground === undefined ? '' : ` instead of ${grouped(foreground)}`
  const message = `${warning.file}: ${levels} grey values; at ${middle} it would be ${grouped(foregroundAtMiddle)} pixels${now}: --threshold ${middle}`
  return { ...warning, message }
}

/** What is to be said where masks have no pixel (in the field of view, if there is one). */
export function emptyWarnings(
  pixels: { pred: number; truth: number },
  isWithin: boolean,
  empty: EmptyPolicy,
): CommandWarning[] {
  const where = isWithin ? ' inside the field of view' : ''
  const isNan = empty === 'nan'
  if (pixels.pred === 0 && pixels.truth === 0) {
    const rule = isNan ? 'what is 0/0 is NaN' : 'every metric is perfect by rule'
    return [{ kind: 'both-empty', message: `both masks are empty${where}: ${rule}` }]
  }
  if (pixels.pred !== 0 && pixels.truth !== 0) return []
  const which = pixels.pred === 0 ? 'prediction' : 'truth'
  const rule = isNan ? 'is NaN' : 'has its worst value by rule'
  return [
    {
      kind: 'one-empty',
      message: `the ${which} is empty${where} and the other mask is not: a metric that is 0/0 ${rule}`,
    },
  ]
}
