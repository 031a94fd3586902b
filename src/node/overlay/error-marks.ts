import type {
  TopologyError,
  TopologyErrorKind,
} from '../../metrics/topology-errors/topology-errors.ts'
import type { Color, Outline, Picture } from './picture.ts'

/**
 * What is missing is yellow and what is false vermilion, which colour-blind readers tell apart (M.
 * Okabe and K. Ito, "Color universal design", 2008); each kind has a shape of its own besides.
 */
const MISSING: Color = [240, 228, 66]
const FALSE: Color = [255, 94, 0]
/** Round each mark, so that it stands out from a light vessel as well. */
const RIM: Color = [0, 0, 0]

const SIZE = 7

const isCross: Outline = (dx, dy) =>
  Math.abs(Math.abs(dx) - Math.abs(dy)) <= 1 && Math.max(Math.abs(dx), Math.abs(dy)) < SIZE
const isPlus: Outline = (dx, dy) =>
  Math.min(Math.abs(dx), Math.abs(dy)) <= 1 && Math.max(Math.abs(dx), Math.abs(dy)) <= SIZE
const isDiamond: Outline = (dx, dy) =>
  Math.abs(dx) + Math.abs(dy) <= SIZE && Math.abs(dx) + Math.abs(dy) >= SIZE - 2
const isTriangle: Outline = (dx, dy) => {
  const side = (dy + SIZE) / 2
  return Math.abs(dy) <= SIZE && Math.abs(dx) <= side && (dy > SIZE - 2 || Math.abs(dx) > side - 2)
}

const MARKS: Record<TopologyErrorKind, readonly [Color, Outline]> = {
  'broken connection': [MISSING, isCross],
  'missing branch': [MISSING, isDiamond],
  'spurious connection': [FALSE, isPlus],
  'extra branch': [FALSE, isTriangle],
}

/** Marks topology errors, each with the shape and the colour of its kind. */
export function drawErrors(picture: Picture, errors: readonly TopologyError[]): void {
  for (const { kind, x, y } of errors) {
    const [color, isMark] = MARKS[kind]
    const isRim: Outline = (dx, dy) =>
      isMark(dx - 1, dy) || isMark(dx + 1, dy) || isMark(dx, dy - 1) || isMark(dx, dy + 1)
    picture.mark(x, y, SIZE + 1, RIM, isRim)
    picture.mark(x, y, SIZE, color, isMark)
  }
}
