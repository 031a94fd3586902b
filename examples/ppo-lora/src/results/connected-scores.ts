import { type BitMask, bettiErrors, topologyErrors } from 'vessel-reward'
import type { ImageReward, Reference } from '../ppo/image-reward.ts'
import { bestThreshold, maskOf, type Scores, scoresOf } from './scores.ts'

/** Scores that tell whether vessels hang together. */
export interface ConnectedScores extends Scores {
  /** How many connected components a mask has more or less than the truth. */
  componentError: number
  /** How many places the library's `topologyErrors` finds, by kind. */
  broken: number
  spurious: number
  missing: number
  extra: number
}

/** The names of {@link ConnectedScores}, as tables show them. */
export const CONNECTED = [
  'dice',
  'recall',
  'precision',
  'clDice',
  'reward',
  'componentError',
  'broken',
  'spurious',
  'missing',
  'extra',
] as const

/** Scores one mask inside its field of view. */
export function connectedScoresOf(
  mask: BitMask,
  reference: Reference,
  reward: ImageReward,
): ConnectedScores {
  const { truth, within } = reference
  const errors = topologyErrors(mask, truth, { within })
  const count = (kind: string) => errors.filter((error) => error.kind === kind).length
  return {
    ...scoresOf(mask, reference, reward),
    componentError: bettiErrors(mask, truth, { within }).b0Error,
    broken: count('broken connection'),
    spurious: count('spurious connection'),
    missing: count('missing branch'),
    extra: count('extra branch'),
  }
}

/** Scores of all images at a threshold of the logits. */
export function connectedScores(
  logits: readonly Float32Array[],
  references: readonly Reference[],
  reward: ImageReward,
  threshold: number,
): ConnectedScores[] {
  return logits.map((one, i) => {
    const reference = references[i]
    return connectedScoresOf(maskOf(one, reference, threshold), reference, reward)
  })
}

/** The threshold of the best Dice on images that choices may be made on. */
export function diceThreshold(
  logits: readonly Float32Array[],
  references: readonly Reference[],
): number {
  // What the masks would earn costs time and decides nothing.
  return bestThreshold(logits, references, () => 0, 'dice').threshold
}

/** The mean over images, score by score. */
export function meanConnected(scores: readonly ConnectedScores[]): ConnectedScores {
  const names = Object.keys(scores[0]) as (keyof ConnectedScores)[]
  const mean = (name: keyof ConnectedScores) =>
    scores.reduce((sum, one) => sum + one[name], 0) / scores.length
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as unknown as ConnectedScores
}

/** The head of a Markdown table of {@link connectedRow}. */
export const CONNECTED_HEAD: string = [
  '| | threshold | Dice | recall | precision | clDice | robust | β0 error | broken | spurious | missing | extra |',
  `|${'---|'.repeat(12)}`,
].join('\n')

/** A row of a Markdown table: means over images. */
export function connectedRow(label: string, threshold: number, scores: ConnectedScores): string {
  const probability = (1 / (1 + Math.exp(-threshold))).toFixed(3)
  const cells = CONNECTED.map((name, i) => scores[name].toFixed(i < 4 ? 4 : i === 4 ? 3 : 2))
  return `| ${[label, probability, ...cells].join(' | ')} |`
}
