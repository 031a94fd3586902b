import { BitMask } from '../../mask/bitmask.ts'
import { copyOf } from '../audited-reward.ts'
import type { AuditFinding } from '../report.ts'
import type { AuditRun } from '../run.ts'
import type { Climb } from './climb-ladders.ts'
import { short } from './term-checks.ts'

/** Masks that are turned and mirrored. */
const TURNED = 3

/** Ways to look at an image that change nothing about it. */
const VIEWS: readonly [string, (mask: BitMask) => BitMask][] = [
  ['mirrored', (mask) => seen(mask, false, (x, y, width) => [width - 1 - x, y])],
  ['upside down', (mask) => seen(mask, false, (x, y, _, height) => [x, height - 1 - y])],
  ['transposed', (mask) => seen(mask, true, (x, y) => [y, x])],
]

/** Evaluations that the checks take, at most. */
export const EVALUATIONS_FOR_CONSISTENCY: number = 2 * 13 + TURNED * VIEWS.length

/** Whether masks get the same reward again, later, in another order, and seen from another side. */
export function checkConsistency(run: AuditRun, { samples }: Climb): AuditFinding[] {
  const { subject, truths } = run
  const findings: AuditFinding[] = []
  const changed: string[] = []
  // Backwards, and as masks of their own: what a reward keeps by object must not matter.
  for (const { mask, name, reward } of [...samples].reverse()) {
    const copy = copyOf(mask)
    for (const time of ['later', 'once more']) {
      const again = subject.score(copy, truths[0], `${name} of truth 0, ${time}`)
      // Zero is zero, whatever its sign, and NaN is NaN.
      const isSame = again === reward || (Number.isNaN(again) && Number.isNaN(reward))
      if (!isSame) changed.push(`${name}: first ${reward}, ${time} ${again}`)
    }
  }
  if (changed.length > 0) {
    findings.push({
      severity: 'error',
      kind: 'order-dependent',
      message: `The same mask is paid differently at another time (${changed.length} of ${2 * samples.length} repetitions): ${changed[0]}.`,
      truth: 0,
    })
  }
  let largest = { difference: run.tolerance, text: '' }
  for (const { mask, name, reward } of samples.slice(0, TURNED)) {
    for (const [view, turn] of VIEWS) {
      const turned = subject.score(turn(mask), turn(truths[0]), `${name} of truth 0, ${view}`)
      const difference = Math.abs(turned - reward)
      if (difference > largest.difference) {
        largest = {
          difference,
          text: `${name} is paid ${short(reward)}, and ${short(turned)} if prediction and truth are ${view}`,
        }
      }
    }
  }
  if (largest.text !== '') {
    findings.push({
      severity: 'info',
      kind: 'asymmetric',
      message: `The reward depends on how the image lies: ${largest.text}.`,
      truth: 0,
    })
  }
  return findings
}

function seen(
  mask: BitMask,
  swaps: boolean,
  place: (x: number, y: number, width: number, height: number) => [x: number, y: number],
): BitMask {
  const { width, height } = mask
  const from = mask.toUint8Array()
  const data = new Uint8Array(from.length)
  const newWidth = swaps ? height : width
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [newX, newY] = place(x, y, width, height)
      data[newY * newWidth + newX] = from[i]
    }
  }
  return BitMask.from({ data, width: newWidth, height: swaps ? width : height })
}
