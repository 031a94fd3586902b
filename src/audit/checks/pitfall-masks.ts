import { BitMask } from '../../mask/bitmask.ts'
import { boundary } from '../../morphology/boundary.ts'
import { dilateOf, erode } from '../../morphology/dilate.ts'
import { shiftOf } from '../corruptions/speckle-and-shift.ts'

const SIZE = 96

/** Names of the {@link PITFALL_MASKS}. */
type PitfallMaskName =
  | 'tree'
  | 'empty'
  | 'full'
  | 'specks'
  | 'withoutTwig'
  | 'mirrored'
  | 'half'
  | 'thicker'
  | 'muchThicker'
  | 'thinner'
  | 'shifted'
  | 'moved'
  | 'elsewhere'
  | 'withGap'
  | 'withBridge'
  | 'withSpecks'
  | 'withOutlier'
  | 'borderLostAsTwig'
  | 'borderLostAsGap'
  | 'borderAddedAsBridge'
  | 'borderAddedAsSpecks'
  | 'straight'
  | 'farTree'
  | 'farEmpty'
  | 'onePixel'
  | 'noPixel'
  | 'row'
  | 'partOfRow'

/** A straight stroke of squares, from end to end. */
type Stroke = readonly [x0: number, y0: number, x1: number, y1: number, thickness: number]

const TRUNK: Stroke = [26, 4, 26, 91, 7]
const UPPER: Stroke = [26, 24, 84, 12, 4]
const LOWER: Stroke = [26, 50, 88, 66, 3]
const TWIG: Stroke = [26, 78, 60, 88, 1]

function drawn(strokes: readonly Stroke[], size = SIZE, offset = 0): BitMask {
  const data = new Uint8Array(size * size)
  for (const [x0, y0, x1, y1, thickness] of strokes) {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1)
    const before = thickness >> 1
    for (let step = 0; step <= steps; step++) {
      const left = offset + Math.round(x0 + ((x1 - x0) * step) / steps) - before
      const top = offset + Math.round(y0 + ((y1 - y0) * step) / steps) - before
      for (let y = top; y < top + thickness; y++) {
        data.fill(1, y * size + left, y * size + left + thickness)
      }
    }
  }
  return BitMask.from({ data, width: size, height: size })
}

function combined(a: BitMask, b: BitMask, rule: (a: number, b: number) => number): BitMask {
  const { width, height } = a
  const others = b.toUint8Array()
  const data = a.toUint8Array().map((value, i) => rule(value, others[i]))
  return BitMask.from({ data, width, height })
}

const without = (a: BitMask, b: BitMask) => combined(a, b, (x, y) => x & ~y & 1)
const union = (a: BitMask, b: BitMask) => combined(a, b, (x, y) => x | y)

/** The first `count` pixels of a mask, column by column. */
function some(mask: BitMask, count: number): BitMask {
  const { width, height } = mask
  const data = new Uint8Array(width * height)
  const all = mask.toUint8Array()
  let left = count
  for (let x = 0; x < width && left > 0; x++) {
    for (let y = 0; y < height && left > 0; y++) {
      if (all[y * width + x] === 0) continue
      data[y * width + x] = 1
      left--
    }
  }
  return BitMask.from({ data, width, height })
}

function fromRule(size: number, rule: (x: number, y: number) => boolean): BitMask {
  const data = new Uint8Array(size * size)
  for (let i = 0; i < data.length; i++) data[i] = rule(i % size, Math.floor(i / size)) ? 1 : 0
  return BitMask.from({ data, width: size, height: size })
}

function masks(): Record<PitfallMaskName, BitMask> {
  const tree = drawn([TRUNK, UPPER, LOWER, TWIG])
  const empty = fromRule(SIZE, () => false)
  const full = fromRule(SIZE, () => true)
  const withoutTwig = drawn([TRUNK, UPPER, LOWER])
  const gap = fromRule(SIZE, (x, y) => x >= 54 && x < 62 && y >= 50 && y < 70).and(tree)
  const bridge = without(drawn([[66, 16, 66, 60, 1]]), tree)
  const specks = fromRule(SIZE, (x, y) => x % 14 === 6 && y % 14 === 5)
  const falseSpecks = without(specks, dilateOf(tree, 'square', 2))
  // The left border of the trunk, on which nothing depends, and the column beside it.
  const border = boundary(drawn([TRUNK])).and(fromRule(SIZE, (x, y) => x < 25 && y > 7 && y < 88))
  const beside = without(dilateOf(drawn([TRUNK]), 'square', 1), tree).and(
    fromRule(SIZE, (x, y) => x < 25 && y > 7 && y < 88),
  )
  const far = (strokes: readonly Stroke[]) => drawn(strokes, 3 * SIZE, SIZE)
  const onePixel = BitMask.from([[1]])
  const mirrored = fromRule(SIZE, (x, y) => tree.get(SIZE - 1 - x, y))
  return {
    tree,
    empty,
    full,
    specks,
    withoutTwig,
    mirrored,
    half: tree.and(fromRule(SIZE, (_, y) => y < 40)),
    thicker: dilateOf(tree, 'square', 1),
    muchThicker: dilateOf(tree, 'square', 3),
    thinner: union(erode(tree), withoutTwig.and(drawn([[26, 4, 26, 91, 1]]))),
    shifted: shiftOf(tree, 1, 0),
    moved: shiftOf(tree, 3, 0),
    elsewhere: without(mirrored, tree),
    withGap: without(tree, gap),
    withBridge: union(tree, bridge),
    withSpecks: union(tree, falseSpecks),
    withOutlier: union(
      tree,
      fromRule(SIZE, (x, y) => x === SIZE - 1 && y === SIZE - 1),
    ),
    borderLostAsTwig: without(tree, some(border, tree.count - withoutTwig.count)),
    borderLostAsGap: without(tree, some(border, gap.count)),
    borderAddedAsBridge: union(tree, some(beside, bridge.count)),
    borderAddedAsSpecks: union(tree, some(beside, falseSpecks.count)),
    straight: drawn([TRUNK]),
    farTree: far([TRUNK, UPPER, LOWER, TWIG]),
    farEmpty: fromRule(3 * SIZE, () => false),
    onePixel,
    noPixel: BitMask.from([[0]]),
    row: BitMask.from([[1, 1, 1, 1, 1]]),
    partOfRow: BitMask.from([[0, 1, 1, 0, 0]]),
  }
}

/** A small tree of a trunk, two branches and a twig, and what may become of it. */
export const PITFALL_MASKS: Readonly<Record<PitfallMaskName, BitMask>> = /* @__PURE__ */ masks()
