import type { BitMask } from '../../mask/bitmask.ts'
import type { ScoreFunction } from '../audited-reward.ts'
import { PITFALL_MASKS as M } from './pitfall-masks.ts'

/** A published pitfall of metrics, as a condition on a score. */
export interface Pitfall {
  /** Its name. */
  name: string
  /** What a sound score does. */
  description: string
  /** Where it is described. */
  source: string
  /** What was wrong, if anything, and the scores. */
  check(score: ScoreFunction): {
    /** Whether the score avoids the pitfall. */
    isPassed: boolean
    /** The scores, in words. */
    detail: string
  }
}

const REINKE =
  'A. Reinke et al., "Understanding metric-related pitfalls in image analysis validation", Nature Methods 21, 2024'
const MAIER_HEIN =
  'L. Maier-Hein et al., "Metrics reloaded: recommendations for image analysis validation", Nature Methods 21, 2024'
const SHIT = 'S. Shit et al., "clDice", CVPR 2021'
const MONAI = 'MONAI issue 9095: the distance to an empty prediction is NaN and leaves the mean'

/** A mask with its name in the details. */
type Named = readonly [name: string, pred: BitMask, truth: BitMask]

/** Sums of rounded numbers may differ by so much. */
const ROUNDING = 1e-9

/** Passed if each mask is paid no more than the one before it, or less if `strictly`. */
function inOrder(score: ScoreFunction, strictly: boolean, ...masks: readonly Named[]) {
  const scores = masks.map(([, pred, truth]) => score(pred, truth))
  const isPassed = scores.every((now, i) => {
    if (!Number.isFinite(now)) return false
    return i === 0 || (strictly ? now < scores[i - 1] - ROUNDING : now <= scores[i - 1] + ROUNDING)
  })
  return { isPassed, detail: detailOf(masks, scores) }
}

function allFinite(score: ScoreFunction, ...masks: readonly Named[]) {
  const scores = masks.map(([, pred, truth]) => score(pred, truth))
  return { isPassed: scores.every(Number.isFinite), detail: detailOf(masks, scores) }
}

/** The scores in so many digits that different ones look different. */
function detailOf(masks: readonly Named[], scores: readonly number[]): string {
  const different = (texts: readonly string[]) => new Set(texts).size
  let digits = 4
  while (
    digits < 17 &&
    different(scores.map((one) => text(one, digits))) < different(scores.map(String))
  ) {
    digits++
  }
  return masks.map(([name], i) => `${name} ${text(scores[i], digits)}`).join(', ')
}

function text(value: number, digits = 4): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : String(value)
}

/**
 * What is known to go wrong with metrics, made executable: small drawn masks, and what a sound
 * score must do with them. Where it may be indifferent, equal scores pass.
 */
export const PITFALLS: readonly Pitfall[] = [
  {
    name: 'the truth is best',
    description: 'nothing is paid more than the truth itself',
    source: MAIER_HEIN,
    check: (score) => {
      const perfect = score(M.tree, M.tree)
      const others = [M.thicker, M.thinner, M.withSpecks, M.full, M.empty, M.mirrored]
      const best = Math.max(...others.map((mask) => score(mask, M.tree)))
      return {
        isPassed: perfect >= best - ROUNDING,
        detail: `truth ${text(perfect)}, best of the others ${text(best)}`,
      }
    },
  },
  {
    name: 'empty prediction',
    description: 'an empty prediction has a finite score, below that of half of the vessels',
    source: MONAI,
    check: (score) => inOrder(score, true, ['half', M.half, M.tree], ['empty', M.empty, M.tree]),
  },
  {
    name: 'empty truth',
    description: 'where there is no vessel, finding none is paid more than finding some',
    source: REINKE,
    check: (score) =>
      inOrder(score, true, ['none found', M.empty, M.empty], ['specks', M.specks, M.empty]),
  },
  {
    name: 'nothing in common',
    description:
      'masks without a common pixel have a finite score, below that of half of the vessels',
    source: MAIER_HEIN,
    check: (score) =>
      inOrder(score, true, ['half', M.half, M.tree], ['elsewhere', M.elsewhere, M.tree]),
  },
  {
    name: 'smallest masks',
    description: 'masks of one pixel and of one row have finite scores',
    source: REINKE,
    check: (score) =>
      allFinite(
        score,
        ['1 of 1', M.onePixel, M.onePixel],
        ['0 of 1', M.noPixel, M.onePixel],
        ['1 of 0', M.onePixel, M.noPixel],
        ['0 of 0', M.noPixel, M.noPixel],
        ['row', M.row, M.row],
        ['part of a row', M.partOfRow, M.row],
      ),
  },
  {
    name: 'vessel without branches',
    description: 'a straight vessel found exactly is paid as much as a tree found exactly',
    source: REINKE,
    check: (score) => {
      const tree = score(M.tree, M.tree)
      const straight = score(M.straight, M.straight)
      const spread = Math.abs(tree - score(M.empty, M.tree))
      // A reward without a number for the empty mask is told so elsewhere.
      const allowed = 0.01 * (Number.isFinite(spread) ? spread : 0) + ROUNDING
      return {
        isPassed: Math.abs(tree - straight) <= allowed,
        detail: `tree ${text(tree)}, straight vessel ${text(straight)}`,
      }
    },
  },
  {
    name: 'over-segmentation',
    description: 'thicker is worse: truth, 1 pixel thicker, 3 pixels thicker, everything',
    source: REINKE,
    check: (score) =>
      inOrder(
        score,
        true,
        ['truth', M.tree, M.tree],
        ['1 thicker', M.thicker, M.tree],
        ['3 thicker', M.muchThicker, M.tree],
        ['everything', M.full, M.tree],
      ),
  },
  {
    name: 'under-segmentation',
    description: 'less is worse: truth, without the thin twig, half, nothing',
    source: REINKE,
    check: (score) =>
      inOrder(
        score,
        true,
        ['truth', M.tree, M.tree],
        ['no twig', M.withoutTwig, M.tree],
        ['half', M.half, M.tree],
        ['nothing', M.empty, M.tree],
      ),
  },
  {
    name: 'small structures',
    description: 'a lost twig is paid no more than as many pixels lost at a thick border',
    source: REINKE,
    check: (score) =>
      inOrder(
        score,
        false,
        ['border lost', M.borderLostAsTwig, M.tree],
        ['twig lost', M.withoutTwig, M.tree],
      ),
  },
  {
    name: 'broken vessel',
    description: 'a gap is paid no more than as many pixels lost at a border',
    source: SHIT,
    check: (score) =>
      inOrder(score, false, ['border lost', M.borderLostAsGap, M.tree], ['gap', M.withGap, M.tree]),
  },
  {
    name: 'false connection',
    description: 'a bridge between vessels is paid no more than as many pixels added at a border',
    source: SHIT,
    check: (score) =>
      inOrder(
        score,
        false,
        ['border added', M.borderAddedAsBridge, M.tree],
        ['bridge', M.withBridge, M.tree],
      ),
  },
  {
    name: 'false components',
    description: 'scattered specks are paid no more than as many pixels added at a border',
    source: REINKE,
    check: (score) =>
      inOrder(
        score,
        false,
        ['border added', M.borderAddedAsSpecks, M.tree],
        ['specks', M.withSpecks, M.tree],
      ),
  },
  {
    name: 'outlier',
    description: 'one false pixel far away costs less than all vessels moved by 3 pixels',
    source: REINKE,
    check: (score) =>
      inOrder(
        score,
        true,
        ['one far pixel', M.withOutlier, M.tree],
        ['moved by 3', M.moved, M.tree],
      ),
  },
  {
    name: 'place matters',
    description: 'the mirrored truth, alike in all counts, is paid less than half of the vessels',
    source: MAIER_HEIN,
    check: (score) =>
      inOrder(score, true, ['half', M.half, M.tree], ['mirrored', M.mirrored, M.tree]),
  },
  {
    name: 'uncertain annotation',
    description: 'a shift by one pixel costs less than half of the vessels',
    source: REINKE,
    check: (score) =>
      inOrder(score, true, ['shifted by 1', M.shifted, M.tree], ['half', M.half, M.tree]),
  },
  {
    name: 'much background',
    description: 'in an image 9 times as large, missing everything costs at least half as much',
    source: MAIER_HEIN,
    check: (score) => {
      const near = score(M.tree, M.tree) - score(M.empty, M.tree)
      const far = score(M.farTree, M.farTree) - score(M.farEmpty, M.farTree)
      return {
        isPassed: far >= 0.5 * near - ROUNDING && near > 0,
        detail: `costs ${text(near)}, in the large image ${text(far)}`,
      }
    },
  },
]
