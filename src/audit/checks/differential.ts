import type { DifferentialPoint, DifferentialResult } from '../report.ts'
import type { AuditRun } from '../run.ts'

/** Pairs that are shown. */
const SHOWN = 5

/**
 * How far the reward orders the masks of each truth as the reference does, and the pairs on which
 * they disagree most: the reward prefers one by more than the tolerance, the reference the other by
 * most.
 */
export function differential(run: AuditRun): DifferentialResult {
  const { tolerance } = run
  const { referenceName } = run.settings
  const points: DifferentialPoint[] = []
  for (const { name, truth, reward, reference } of run.scored) {
    if (reference === undefined) continue
    if (!Number.isFinite(reward) || !Number.isFinite(reference)) continue
    points.push({ name, truth, reward, reference })
  }
  const correlations: number[] = []
  const pairs: { better: number; worse: number; gap: number }[] = []
  for (let truth = 0; truth < run.closely; truth++) {
    const own: number[] = []
    for (const [i, point] of points.entries()) if (point.truth === truth) own.push(i)
    const correlation = kendall(
      own.map((i) => points[i].reward),
      own.map((i) => points[i].reference),
    )
    if (Number.isFinite(correlation)) correlations.push(correlation)
    for (const better of own) {
      let worst: (typeof pairs)[number] | undefined
      for (const worse of own) {
        const gap = points[worse].reference - points[better].reference
        if (points[better].reward - points[worse].reward <= tolerance || gap <= 0) continue
        if (worst === undefined || gap > worst.gap) worst = { better, worse, gap }
      }
      // One pair for each mask that is paid too much, so that one mask does not fill the list.
      if (worst !== undefined) pairs.push(worst)
    }
  }
  pairs.sort((a, b) => b.gap - a.gap || a.better - b.better)
  return {
    reference: referenceName,
    kendall: correlations.reduce((sum, one) => sum + one, 0) / correlations.length,
    points,
    worst: pairs.slice(0, SHOWN).map(({ better, worse }) => ({ better, worse })),
  }
}

/**
 * Kendall's τ-b, from −1 to 1; NaN where one of the two has one value only. Quadratic, for the few
 * masks of one truth.
 *
 * Source: M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33(3), 1945.
 */
export function kendall(a: readonly number[], b: readonly number[]): number {
  let agree = 0
  let untiedA = 0
  let untiedB = 0
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const signA = Math.sign(a[i] - a[j])
      const signB = Math.sign(b[i] - b[j])
      agree += signA * signB
      untiedA += signA * signA
      untiedB += signB * signB
    }
  }
  return agree / Math.sqrt(untiedA * untiedB)
}
