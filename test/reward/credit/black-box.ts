import { clDice, type RewardOptions } from 'vessel-reward'

/** A reward that no facts of tiles give: both groups of it are there, and a custom term. */
export const BLACK_BOX: RewardOptions = {
  weights: { precision: 0.3 },
  precisionTarget: 0.9,
  terms: {
    centreline: {
      weight: 3,
      range: [0, 1],
      value: ({ pred, truth }) => clDice(pred.mask, truth.mask),
    },
    components: {
      weight: -0.5,
      value: ({ pred }) => pred.components ** 2,
    },
  },
}
