import type { PairReply, PairTask } from './messages.ts'
import { type PairSettings, scoreMasks } from './score-masks.ts'

/** Scores a pair, and the other method where there is one; what is known of the truth serves both. */
export function scoreTask({ other, ...masks }: PairTask, settings: PairSettings): PairReply {
  const ours = scoreMasks(masks, settings)
  const theirs = other && scoreMasks({ ...masks, pred: other }, settings)
  return { ours, theirs }
}
