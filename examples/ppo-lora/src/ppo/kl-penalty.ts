import type { Settings } from '../settings.ts'

/** Largest relative change of the coefficient by one update. */
const LARGEST_CHANGE = 0.2

/**
 * The coefficient of the KL penalty for the next update: higher if the divergence was above its
 * target, lower if below.
 *
 * Source: D. M. Ziegler et al., "Fine-tuning language models from human preferences", 2019.
 */
export function klPenaltyAfter(
  coefficient: number,
  kl: number,
  { target }: Settings['kl'],
): number {
  if (target === undefined) return coefficient
  const error = Math.max(-LARGEST_CHANGE, Math.min(LARGEST_CHANGE, kl / target - 1))
  return coefficient * (1 + error / 2)
}
