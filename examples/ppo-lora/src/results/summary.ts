import { type Comparison, calibersOf, type JudgedImages, METHODS } from './comparison.ts'
import { type RimErrors, rimErrors } from './rim-errors.ts'
import { meanScores, type Scores } from './scores.ts'

/** What a comparison came to. */
export interface Summary {
  /** What was scored. */
  scored: string
  /** Names of the images, or how many they are. */
  images: readonly string[] | number
  base: Scores
  threshold: Scores
  trained: Scores
  /** Of all methods, by the names that tables show. */
  methods: Record<string, Scores>
  /** Of real images. */
  recallByCaliber?: Record<string, number[]>
  rim?: RimErrors
}

/** Mean scores for a file; of real images also recall by caliber and what lies at the rim. */
export function summaryOf(images: JudgedImages, comparison: Comparison): Summary {
  const { calibers, references, what, names } = images
  const { methods, masks } = comparison
  const means = Object.entries(methods).map(([name, scores]) => [name, meanScores(scores)] as const)
  const all = Object.fromEntries(means)
  return {
    scored: what,
    images: names ?? references.length,
    base: all[METHODS.base],
    threshold: all[METHODS.threshold],
    trained: all[METHODS.trained],
    methods: all,
    ...(calibers && {
      recallByCaliber: calibersOf(comparison, calibers),
      rim: rimErrors(masks, references),
    }),
  }
}
