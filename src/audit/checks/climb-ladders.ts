import type { BitMask } from '../../mask/bitmask.ts'
import type { LadderResult, LadderStep, RankInversion } from '../report.ts'
import type { AuditRun, Scored } from '../run.ts'
import { LADDERS, type Ladder, ladderSeed } from './ladders.ts'

/** What came of climbing the ladders. */
export interface Climb {
  perfect: Scored[]
  ladders: LadderResult[]
  /** The steps of each ladder on each truth, in the order of {@link LADDERS}. */
  scored: Scored[][][]
  /** Some corrupted masks of the first truth, to be scored again. */
  samples: { mask: BitMask; name: string; reward: number }[]
}

/** Evaluations that one truth takes. */
export const EVALUATIONS_PER_LADDER_TRUTH: number =
  1 + LADDERS.reduce((sum, { labels }) => sum + labels.length, 0)

/** Scores every step of every ladder on the first `count` truths. */
export async function climbLadders(run: AuditRun, count: number): Promise<Climb> {
  const perfect: Scored[] = []
  const scored: Scored[][][] = LADDERS.map(() => [])
  const samples: Climb['samples'] = []
  for (let truth = 0; truth < count; truth++) {
    const mask = run.truths[truth]
    perfect.push(run.measure(mask, truth, 'truth'))
    if (truth === 0) samples.push({ mask, name: 'truth', reward: perfect[0].reward })
    for (const [l, ladder] of LADDERS.entries()) {
      await run.progress('ladders', truth * LADDERS.length + l, count * LADDERS.length)
      const masks = ladder.masks(mask, ladderSeed(run.settings.seed, ladder, truth))
      scored[l].push(
        masks.map((corrupted, i) => {
          const one = run.measure(corrupted, truth, `${ladder.name} ${ladder.labels[i]}`)
          if (truth === 0 && i === 1) {
            samples.push({ mask: corrupted, name: one.name, reward: one.reward })
          }
          return one
        }),
      )
    }
  }
  await run.progress('ladders', count * LADDERS.length, count * LADDERS.length)
  run.suitTolerance()
  const ladders = LADDERS.map((ladder, l) =>
    ladderResult(ladder, perfect, scored[l], run.tolerance),
  )
  return { perfect, ladders, scored, samples }
}

function ladderResult(
  { name, description, unit, labels }: Ladder,
  perfect: readonly Scored[],
  climbed: readonly Scored[][],
  tolerance: number,
): LadderResult {
  const steps: LadderStep[] = [stepOf('truth', perfect)]
  const inversions: RankInversion[] = []
  for (const [i, label] of labels.entries()) {
    const before = steps[i].rewards
    const step = stepOf(
      label,
      climbed.map((along) => along[i]),
    )
    steps.push(step)
    for (const [truth, reward] of step.rewards.entries()) {
      const rise = reward - before[truth]
      if (rise > tolerance) inversions.push({ step: i + 1, truth, rise })
    }
  }
  inversions.sort((a, b) => b.rise - a.rise || a.step - b.step || a.truth - b.truth)
  const slope = slopeOf(steps.map(({ mean }) => mean))
  return { name, description, unit, steps, inversions, slope }
}

function stepOf(label: string, scored: readonly Scored[]): LadderStep {
  const rewards = scored.map(({ reward }) => reward)
  return {
    label,
    mean: meanOf(rewards),
    rewards,
    dice: meanOf(scored.map(({ dice }) => dice)),
    clDice: meanOf(scored.map(({ clDice }) => clDice)),
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Least-squares slope against the numbers 0, 1, 2, … */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = meanOf(values)
  let above = 0
  let below = 0
  for (const [i, value] of values.entries()) {
    above += (i - middle) * (value - mean)
    below += (i - middle) ** 2
  }
  return above / below
}
