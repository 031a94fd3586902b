import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { checkPair, FIELD_OPTIONS, type FieldRead } from '../../metrics/checked-pair.ts'
import {
  type TopologyErrorKind,
  type TopologyErrorOptions,
  topologyErrorOptions,
  topologyErrors,
} from '../../metrics/topology-errors/topology-errors.ts'
import { skeletonize, THINNING_RULE } from '../../morphology/skeletonize.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import {
  findJunctions,
  JUNCTIONS_RULE,
  type JunctionMethod,
  type JunctionOptions,
} from '../../topology/junctions.ts'
import { type ErrorMark, errorMarks } from './error-marks.ts'
import { type Color, type Outline, Picture } from './picture.ts'

/** Options of {@link overlay}; the defaults of the first three are those of the reward. */
export interface OverlayOptions {
  /** Field of view: everything outside it is dimmed and has no skeleton. Default: all pixels. */
  within?: MaskLike
  /** Value of void pixels of the truth, which are dimmed likewise. Default: no value. */
  ignore?: number
  /** The thinning variant. Default: `'skimage'`. */
  thinning?: ThinningMethod
  /** What counts as a junction. Default: `{ method: 'crossing-number', mergeRadius: 3 }`. */
  junctions?: JunctionMethod | JunctionOptions
  /**
   * Marks the errors that {@link topologyErrors} finds, with these options of it, in place of the
   * junctions. Default: false.
   */
  errors?: boolean | Pick<TopologyErrorOptions, 'tolerance' | 'minSize'>
  /**
   * Pixels of the picture per pixel of the masks in each direction, 1 to 8. From 2 on a skeleton
   * leaves the colour below it visible. Default: 1.
   */
  scale?: number
}

type ErrorSettings = Pick<TopologyErrorOptions, 'tolerance' | 'minSize'>

interface OverlayRead extends FieldRead {
  junctions: Required<JunctionOptions>
  errors: Required<ErrorSettings> | undefined
}

const ERROR_OPTIONS: OptionTable<ErrorSettings> = {
  tolerance: topologyErrorOptions().tolerance,
  minSize: topologyErrorOptions().minSize,
}

const OVERLAY_OPTIONS: OptionTable<OverlayOptions, OverlayRead> = {
  ...FIELD_OPTIONS,
  thinning: THINNING_RULE,
  junctions: JUNCTIONS_RULE,
  errors: {
    default: undefined,
    read: (value, name) =>
      value === false ? undefined : readOptions(value === true ? {} : value, ERROR_OPTIONS, name),
  },
  scale: { default: 1, min: 1, max: 8, isInteger: true },
}

/** A colour picture; four values a pixel, the last of which is always 255. */
export interface OverlayImage {
  /** Red, green, blue and alpha of each pixel, row by row. */
  data: Uint8ClampedArray<ArrayBuffer>
  /** Width in pixels. */
  width: number
  /** Height in pixels. */
  height: number
}

/**
 * Orange and sky blue are told apart with any kind of colour blindness (M. Okabe and K. Ito,
 * "Color universal design", 2008). Magenta and green need not be: their marks differ in shape.
 */
const COLORS = {
  background: [20, 22, 28],
  truePositive: [226, 226, 226],
  falsePositive: [230, 159, 0],
  falseNegative: [86, 180, 233],
  predSkeleton: [190, 50, 0],
  truthSkeleton: [0, 80, 210],
  bothSkeletons: [96, 96, 104],
  predJunction: [255, 64, 196],
  truthJunction: [0, 190, 110],
} as const satisfies Record<string, Color>

/** Brightness of what lies outside the field of view. */
const DIMMED = 0.35

/** Different sizes, so that the marks of a junction that both have stand one in the other. */
const SQUARE_RADIUS = 5
const RING_RADIUS = 3

const isSquare = (dx: number, dy: number) => Math.max(Math.abs(dx), Math.abs(dy)) === SQUARE_RADIUS
const isRing = (dx: number, dy: number) => Math.round(Math.hypot(dx, dy)) === RING_RADIUS

/**
 * A picture of a prediction over the truth, in colours that colour-blind readers can tell apart:
 *
 * - true positives light grey, false positives orange, false negatives sky blue, on dark;
 * - the skeleton of the prediction in red, that of the truth in blue, dark grey where they
 *   coincide;
 * - junctions of the prediction in magenta squares, those of the truth in green rings;
 * - with `errors`, instead of junctions: yellow crosses for broken connections, yellow diamonds for
 *   missing branches, vermilion plus signs for spurious connections and vermilion triangles for extra
 *   branches; the greater an error, the larger its mark, connections of one gap are one mark, and
 *   branches smaller than `minSize` have none;
 * - everything dimmed outside the field of view.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @returns an image that {@link writePng} and a browser's `ImageData` take
 * @throws TypeError or RangeError if a mask or an option is not valid, sizes differ, or the
 * picture would have more than 2²⁷ pixels
 *
 * @example
 * ```ts
 * import { overlay } from 'vessel-reward/node'
 *
 * const { data, width } = overlay([[1, 0, 0, 0]], [[1, 0, 1, 1]])
 * width // => 4
 * data.slice(4, 8) // => Uint8ClampedArray [20, 22, 28, 255]
 * ```
 */
export function overlay(pred: MaskLike, truth: MaskLike, options?: OverlayOptions): OverlayImage {
  checkCount(arguments.length, 3, 'overlay')
  const read = readOptions(options, OVERLAY_OPTIONS, 'overlay')
  const { thinning, junctions, errors, scale, ...field } = read
  const pair = checkPair(pred, truth, field)
  const { width, height } = pair.truth
  const picture = new Picture(width, height, scale)

  const inside = pair.within?.toUint8Array()
  const predBytes = pair.pred.toUint8Array()
  const truthBytes = pair.truth.toUint8Array()
  paintAreas(picture, predBytes, truthBytes, inside)

  const skeletonOf = (bytes: Uint8Array) => {
    // What a reward thins is the part of the mask inside the field of view.
    const data = inside === undefined ? bytes : bytes.map((value, i) => value & inside[i])
    return skeletonize(BitMask.from({ data, width, height }), { method: thinning })
  }
  const predSkeleton = skeletonOf(predBytes)
  const truthSkeleton = skeletonOf(truthBytes)
  paintSkeletons(picture, predSkeleton.toUint8Array(), truthSkeleton.toUint8Array())

  const image = { data: picture.data, width: picture.width, height: picture.height }
  if (errors !== undefined) {
    const settings = { ...errors, within: pair.within, thinning }
    const { minSize, ...found } = settings
    const { marks } = errorMarks(topologyErrors(pair.pred, pair.truth, found), minSize)
    drawErrors(picture, marks, scale)
    return image
  }
  const places = findJunctions(predSkeleton, junctions)
  for (let i = 0; i < places.length; i += 2) {
    picture.mark(places[i], places[i + 1], SQUARE_RADIUS, COLORS.predJunction, isSquare)
  }
  const truePlaces = findJunctions(truthSkeleton, junctions)
  for (let i = 0; i < truePlaces.length; i += 2) {
    picture.mark(truePlaces[i], truePlaces[i + 1], RING_RADIUS, COLORS.truthJunction, isRing)
  }
  return image
}

function paintAreas(
  picture: Picture,
  pred: Uint8Array,
  truth: Uint8Array,
  inside: Uint8Array | undefined,
): void {
  const { background, falsePositive, falseNegative, truePositive } = COLORS
  const colors = [background, falsePositive, falseNegative, truePositive]
  for (let i = 0; i < pred.length; i++) {
    picture.pixel(i, colors[pred[i] + 2 * truth[i]], inside?.[i] === 0 ? DIMMED : 1)
  }
}

function paintSkeletons(picture: Picture, pred: Uint8Array, truth: Uint8Array): void {
  const { predSkeleton, truthSkeleton, bothSkeletons } = COLORS
  const colors = [bothSkeletons, predSkeleton, truthSkeleton, bothSkeletons]
  for (let i = 0; i < pred.length; i++) {
    const kind = pred[i] + 2 * truth[i]
    if (kind !== 0) picture.dot(i, colors[kind])
  }
}

/**
 * What is missing is yellow and what is false vermilion, which colour-blind readers tell apart (M.
 * Okabe and K. Ito, "Color universal design", 2008); each kind has a shape of its own besides.
 */
const MISSING: Color = [240, 228, 66]
const FALSE: Color = [255, 94, 0]
/** Round each mark, so that it stands out from a light vessel as well. */
const RIM: Color = [0, 0, 0]

/** The shape of each kind, by the half-width of the mark and of its lines. */
const SHAPES: Record<TopologyErrorKind, (radius: number, line: number) => Outline> = {
  'broken connection': (radius, line) => (dx, dy) =>
    Math.abs(Math.abs(dx) - Math.abs(dy)) <= line && Math.max(Math.abs(dx), Math.abs(dy)) < radius,
  'spurious connection': (radius, line) => (dx, dy) =>
    Math.min(Math.abs(dx), Math.abs(dy)) <= line && Math.max(Math.abs(dx), Math.abs(dy)) <= radius,
  'missing branch': (radius, line) => (dx, dy) => {
    const distance = Math.abs(dx) + Math.abs(dy)
    return distance <= radius && distance >= radius - 2 * line
  },
  'extra branch': (radius, line) => (dx, dy) => {
    const side = (dy + radius) / 2
    const isRim = dy > radius - 2 * line || Math.abs(dx) > side - 2 * line
    return Math.abs(dy) <= radius && Math.abs(dx) <= side && isRim
  },
}

const MARK_COLORS: Record<TopologyErrorKind, Color> = {
  'broken connection': MISSING,
  'missing branch': MISSING,
  'spurious connection': FALSE,
  'extra branch': FALSE,
}

/**
 * Half the width of a mark in pixels of the masks: the eye compares areas, so it grows with the root
 * of the error's size; a mark of the least size can still be told from the others.
 */
const markRadius = (size: number) => Math.min(12, 4 + Math.sqrt(size) / 2)
/** In pixels of the picture, the least radius whose shapes differ. */
const LEAST_RADIUS = 5

/** Marks topology errors, each with the shape and the colour of its kind, the greatest on top. */
function drawErrors(picture: Picture, marks: readonly ErrorMark[], scale: number): void {
  for (const { kind, x, y, size } of marks.toReversed()) {
    const radius = Math.max(LEAST_RADIUS, Math.round(markRadius(size) * scale))
    const line = Math.max(1, Math.round(radius / 8))
    const isMark = SHAPES[kind](radius, line)
    const isRim: Outline = (dx, dy) =>
      isMark(dx - 1, dy) || isMark(dx + 1, dy) || isMark(dx, dy - 1) || isMark(dx, dy + 1)
    picture.mark(x, y, radius + 1, RIM, isRim)
    picture.mark(x, y, radius, MARK_COLORS[kind], isMark)
  }
}
