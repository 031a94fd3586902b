import { mulberry32 } from '../../examples/mulberry32.ts'
import { BitMask, counterfactualAdvantages, MultiObjectiveReward } from '../../src/index.ts'
import { grid } from '../oracle/grid.ts'
import { wireMask } from './wire-masks.ts'

/** A request and what its answer has to hold. */
export interface RandomRequest {
  readonly op: 'score' | 'advantages'
  readonly request: object
  /** The part of its text that is sent, from 0 to 1; undefined for all. */
  readonly cut?: number
  readonly answer: object
}

const rewards = {
  design: new MultiObjectiveReward(),
  robust: new MultiObjectiveReward({ preset: 'robust' }),
}

const json = (value: object) => JSON.parse(JSON.stringify(value))

/** Makes requests, the same ones for a seed; answers are computed by the library itself. */
export function randomRequests(seed: number): (id: number) => RandomRequest {
  const next = mulberry32(seed)
  const below = (n: number) => Math.floor(next() * n)
  /** A mask of stripes and noise. */
  const anyGrid = (width: number, height: number) => {
    const [a, b, c, share] = [below(5), below(5), 2 + below(5), next() / 4]
    return grid(width, height, (x, y) => ((a * x + b * y) % c === 0) !== next() < share)
  }
  return (id) => {
    const [width, height] = [1 + below(40), 1 + below(40)]
    const truth = anyGrid(width, height)
    const masks = Array.from({ length: 2 + below(3) }, () => anyGrid(width, height))
    const reward = (['design', 'robust'] as const)[below(2)]
    const request = { id, truth: wireMask(truth, below(4)), reward }
    const wire = masks.map((mask) => wireMask(mask, below(4)))
    const bits = BitMask.from(truth)
    switch (below(8)) {
      case 0: {
        const { rows, columns, ...credit } = counterfactualAdvantages(masks, bits, { tile: 8 })
        const lists = {
          rewards: Array.from(credit.rewards),
          overlap: Array.from(credit.overlap),
          skeleton: Array.from(credit.skeleton),
        }
        return {
          op: 'advantages',
          request: { ...request, reward: 'design', samples: wire, tile: 8 },
          answer: json({ id, rows, columns, ...lists }),
        }
      }
      case 1:
        return {
          op: 'score',
          request: { ...request, prediction: wire[0] },
          answer: json({ id, reward: rewards[reward].score(masks[0], bits), valid: 1 }),
        }
      case 2: {
        const argument = `predictions[${wire.length}]`
        return {
          op: 'score',
          request: { ...request, predictions: [...wire, { size: [1, 1], counts: [2] }] },
          answer: { error: { code: 'bad-mask', argument } },
        }
      }
      case 3:
        return {
          op: 'score',
          request: { ...request, predictions: wire },
          cut: 0.1 + 0.8 * next(),
          answer: { error: { code: 'bad-json' } },
        }
      default: {
        const scores = Array.from(rewards[reward].scoreBatch(masks, bits))
        return {
          op: 'score',
          request: { ...request, predictions: wire },
          answer: json({ id, rewards: scores, valid: scores.map(() => 1) }),
        }
      }
    }
  }
}
