import { counterfactualAdvantages, MultiObjectiveReward, type RewardOptions } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../examples/mulberry32.ts'
import { bits } from '../../oracle/compare.ts'
import { draw, type Grid } from '../../oracle/grid.ts'
import { BLACK_BOX } from './black-box.ts'

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0)

/** A policy that draws the pixels of an image independently. */
interface Problem {
  width: number
  height: number
  /** Pixels that are drawn, and the probability that each is foreground. */
  drawn: { at: number; p: number }[]
  /** All other pixels. */
  fixed: Uint8Array
  truth: Grid
  tile: number
  reward?: RewardOptions
}

/** Every mask that the policy can draw: its probability and d log p / d logit of each pixel. */
function outcomes({ width, height, drawn, fixed }: Problem) {
  return Array.from({ length: 2 ** drawn.length }, (_, code) => {
    const data = Uint8Array.from(fixed)
    let probability = 1
    const slope = drawn.map(({ at, p }, i) => {
      const value = (code >> i) & 1
      data[at] = value
      probability *= value === 1 ? p : 1 - p
      return value - p
    })
    return { mask: { width, height, data }, probability, slope }
  })
}

/**
 * Expectation of Σ A[k, t] · ∇ log p(tile t of sample k) over all pairs of samples, and the
 * gradient of the expected reward, both by enumeration; one number a pixel.
 */
function gradients(problem: Problem, group: 'overlap' | 'skeleton' | 'both') {
  const { drawn, truth, tile, width, reward } = problem
  const all = outcomes(problem)
  const columns = Math.ceil(width / tile)
  const tileOf = drawn.map(
    ({ at }) =>
      Math.floor(Math.floor(at / width) / tile) * columns + Math.floor((at % width) / tile),
  )
  const estimated = drawn.map(() => 0)
  const exact = drawn.map(() => 0)
  const packed = bits(truth)
  const weights = {
    overlap: { topology: 0, length: 0 },
    skeleton: { dice: 0, recall: 0 },
    both: {},
  }[group]
  const options = { ...reward, weights: { ...weights, ...reward?.weights } }
  const { score } = new MultiObjectiveReward(options)
  const masks = all.map(({ mask }) => bits(mask))
  for (const [i, { probability, slope }] of all.entries()) {
    const value = score(masks[i], packed)
    for (const pixel of drawn.keys()) exact[pixel] += probability * value * slope[pixel]
    for (const [j, other] of all.entries()) {
      const { overlap, skeleton } = counterfactualAdvantages([masks[i], masks[j]], packed, {
        tile,
        reward: options,
      })
      const weight = probability * other.probability
      for (const pixel of drawn.keys()) {
        const advantage = overlap[tileOf[pixel]] + skeleton[tileOf[pixel]]
        estimated[pixel] += weight * advantage * slope[pixel]
      }
    }
  }
  return { estimated, exact }
}

const distance = (a: number[], b: number[]) => Math.max(...a.map((v, i) => Math.abs(v - b[i])))

const dot = (a: number[], b: number[]) => sum(a.map((v, i) => v * b[i]))

describe('the gradient that the advantages estimate', () => {
  const next = mulberry32(5)
  const crowded: Problem = {
    width: 3,
    height: 2,
    drawn: Array.from({ length: 6 }, (_, at) => ({ at, p: 0.2 + 0.6 * next() })),
    fixed: new Uint8Array(6),
    truth: draw('##. .##'),
    tile: 2,
  }

  it.each([1, 2, 3])('is that of the expected overlap, tile %i', (tile) => {
    for (const precision of [0, 0.3]) {
      const problem = { ...crowded, tile, reward: { weights: { precision } } }
      const { estimated, exact } = gradients(problem, 'overlap')
      expect(distance(estimated, exact)).toBeLessThan(1e-12)
      expect(Math.max(...exact.map(Math.abs))).toBeGreaterThan(0.05)
    }
  })

  it('is that of the expected reward where tiles do not touch', () => {
    // Six pixels in three tiles, with background between: what is thin and apart stays local.
    const open = [0, 1, 4, 5, 8, 9]
    const apart: Problem = {
      width: 12,
      height: 4,
      drawn: open.map((x) => ({ at: 12 + x, p: 0.2 + 0.6 * next() })),
      fixed: new Uint8Array(48),
      truth: draw('............ ##......#... ............ ............'),
      tile: 4,
    }
    for (const bounded of [true, false]) {
      const { estimated, exact } = gradients({ ...apart, reward: { bounded } }, 'both')
      expect(distance(estimated, exact)).toBeLessThan(1e-12)
      expect(Math.max(...exact.map(Math.abs))).toBeGreaterThan(0.05)
    }
  })

  it('is that of the expected reward with a single tile', () => {
    const { estimated, exact } = gradients({ ...crowded, tile: 3 }, 'both')
    expect(distance(estimated, exact)).toBeLessThan(1e-12)
  })

  it('leans in the skeleton terms where thinning reaches across tiles', () => {
    // The documented limit: a tile's facts then depend on pixels of its neighbours.
    const cosines = (tile: number) =>
      ['#.# ...', '#.# ..#', '.## .#.', '##. #..', '... .##', '.#. #..'].map((truth) => {
        const problem = { ...crowded, truth: draw(truth), tile }
        const { estimated, exact } = gradients(problem, 'skeleton')
        return dot(estimated, exact) / Math.sqrt(dot(estimated, estimated) * dot(exact, exact))
      })
    expect(Math.min(...cosines(3))).toBeGreaterThan(1 - 1e-12)
    expect(Math.min(...cosines(2))).toBeGreaterThan(Math.cos((40 * Math.PI) / 180))
    expect(Math.min(...cosines(1))).toBeLessThan(0.5)
  })

  it.each([1, 2, 3])('is that of the expected reward of a black box, tile %i', (tile) => {
    for (const reward of [BLACK_BOX, { preset: 'robust' as const }]) {
      const { estimated, exact } = gradients({ ...crowded, tile, reward }, 'both')
      expect(distance(estimated, exact)).toBeLessThan(1e-12)
      expect(Math.max(...exact.map(Math.abs))).toBeGreaterThan(0.05)
    }
  })

  it('has less spread than comparing whole masks', () => {
    const problem = { ...crowded, tile: 1 }
    const all = outcomes(problem)
    const truth = bits(problem.truth)
    let byTile = 0
    let byMask = 0
    for (const first of all) {
      for (const second of all) {
        const { rewards, overlap } = counterfactualAdvantages([first.mask, second.mask], truth, {
          tile: 1,
          reward: { weights: { topology: 0, length: 0 } },
        })
        const weight = first.probability * second.probability
        const gain = rewards[0] - rewards[1]
        for (const pixel of problem.drawn.keys()) {
          byTile += weight * (overlap[pixel] * first.slope[pixel]) ** 2
          byMask += weight * (gain * first.slope[pixel]) ** 2
        }
      }
    }
    expect(byTile).toBeLessThan(0.75 ** 2 * byMask)
  })
})
