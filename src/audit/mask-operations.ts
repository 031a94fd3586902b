import { BitMask } from '../mask/bitmask.ts'
import { skeletonOf } from '../metrics/facts.ts'
import { boundary } from '../morphology/boundary.ts'
import { dilateOf, erode } from '../morphology/dilate.ts'
import { shiftOf, speckleOf } from './corruptions.ts'
import { seededRandom } from './seeded-random.ts'

/** Names of the operations that exploits are made of. */
export type OperationName =
  | 'full'
  | 'empty'
  | 'dilate'
  | 'erode'
  | 'skeleton'
  | 'outline'
  | 'thick'
  | 'mirror'
  | 'shift'
  | 'other'
  | 'grid'
  | 'checkerboard'
  | 'sieve'
  | 'part'
  | 'speckle'
  | 'holes'
  | 'spray'
  | 'punch'

/** One step of a recipe: what is done to the mask of the step before, and how much of it. */
export interface Operation {
  name: OperationName
  /** The amount; what it means, and its bounds, are in {@link OPERATIONS}. */
  amount: number
}

/** What an operation may look at besides the mask that it changes. */
export interface OperationContext {
  /** Another image's truth of the same size, where there is one. */
  other: BitMask | undefined
  seed: number
}

interface OperationKind {
  /** Least and greatest amount; both 0 where there is nothing to choose. */
  range: readonly [min: number, max: number]
  /** Whether amounts are whole numbers. */
  whole: boolean
  apply(mask: BitMask, amount: number, context: OperationContext): BitMask
}

const none = { range: [0, 0], whole: true } as const

/** What an optimizer without scruples might draw. */
export const OPERATIONS: Readonly<Record<OperationName, OperationKind>> = {
  full: { ...none, apply: (mask) => fromRule(mask, () => 1) },
  empty: { ...none, apply: (mask) => fromRule(mask, () => 0) },
  dilate: whole(1, 8, (mask, radius) => dilateOf(mask, 'square', radius)),
  erode: whole(1, 4, (mask, radius) => erode(mask, { radius })),
  skeleton: { ...none, apply: (mask) => skeletonOf(mask, 'skimage') },
  outline: { ...none, apply: (mask) => boundary(mask) },
  /** Only what a square of this radius fits in, and what is next to that. */
  thick: whole(1, 4, (mask, radius) =>
    dilateOf(erode(mask, { radius }), 'square', radius + 1).and(mask),
  ),
  mirror: { ...none, apply: (mask) => mirrored(mask) },
  shift: whole(1, 32, (mask, by) => shiftOf(mask, by, by)),
  other: { ...none, apply: (mask, _, { other }) => other ?? mirrored(mask) },
  /** Lines at this distance from each other, added. */
  grid: whole(3, 64, (mask, step) =>
    changed(mask, (value, x, y) => (x % step === 0 || y % step === 0 ? 1 : value)),
  ),
  /** Squares of this size in place of everything. */
  checkerboard: whole(1, 32, (mask, size) =>
    fromRule(mask, (x, y) => (Math.floor(x / size) + Math.floor(y / size)) & 1),
  ),
  /** Only what lies on the black fields of a board of this size. */
  sieve: whole(1, 8, (mask, size) =>
    changed(mask, (value, x, y) => value & (Math.floor(x / size) + Math.floor(y / size))),
  ),
  /** Only the left part, to this share of the width. */
  part: share(0.1, 0.9, (mask, kept) =>
    changed(mask, (value, x) => (x < kept * mask.width ? value : 0)),
  ),
  speckle: share(0.001, 0.2, (mask, rate, { seed }) => speckleOf(mask, rate, seed)),
  /** This share of the foreground lost, pixel by pixel. */
  holes: share(0.001, 0.9, (mask, rate, { seed }) => {
    const random = seededRandom(seed)
    return changed(mask, (value) => (random() < rate ? 0 : value))
  }),
  /** So many straight lines of 12 pixels out of the vessels. */
  spray: whole(10, 1000, (mask, count, { seed }) => sprayed(mask, count, 12, seed)),
  /** So many squares of 9 × 9 pixels on the vessels cleared. */
  punch: whole(5, 400, (mask, count, { seed }) => punched(mask, count, 4, seed)),
}

/** The names, in the order in which a search draws from them. */
export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[]

/** The mask after the operations, each on what the one before left. */
export function applyRecipe(
  truth: BitMask,
  recipe: readonly Operation[],
  context: OperationContext,
): BitMask {
  // What has no pixels stays as it is.
  if (truth.width * truth.height === 0) return truth
  let mask = truth
  for (const { name, amount } of recipe) mask = OPERATIONS[name].apply(mask, amount, context)
  return mask
}

/** An operation in words, such as `'dilate 2'`. */
export function operationText({ name, amount }: Operation): string {
  const { range, whole } = OPERATIONS[name]
  if (range[0] === range[1]) return name
  return `${name} ${whole ? amount : amount.toPrecision(3)}`
}

function whole(min: number, max: number, apply: OperationKind['apply']): OperationKind {
  return { range: [min, max], whole: true, apply }
}

function share(min: number, max: number, apply: OperationKind['apply']): OperationKind {
  return { range: [min, max], whole: false, apply }
}

function changed(mask: BitMask, rule: (value: number, x: number, y: number) => number): BitMask {
  const { width, height } = mask
  const data = mask.toUint8Array()
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) data[i] = rule(data[i], x, y) & 1
  }
  return BitMask.from({ data, width, height })
}

function fromRule(mask: BitMask, rule: (x: number, y: number) => number): BitMask {
  return changed(mask, (_, x, y) => rule(x, y))
}

function mirrored(mask: BitMask): BitMask {
  const data = mask.toUint8Array()
  const { width, height } = mask
  for (let y = 0; y < height; y++) data.subarray(y * width, (y + 1) * width).reverse()
  return BitMask.from({ data, width, height })
}

/** Raster indices of the foreground. */
function foregroundOf(data: Uint8Array): Int32Array {
  const places = new Int32Array(data.length)
  let count = 0
  for (let i = 0; i < data.length; i++) if (data[i] === 1) places[count++] = i
  return places.subarray(0, count)
}

function sprayed(mask: BitMask, count: number, length: number, seed: number): BitMask {
  const { width, height } = mask
  const data = mask.toUint8Array()
  const roots = foregroundOf(data)
  if (roots.length === 0) return mask
  const random = seededRandom(seed)
  for (let line = 0; line < count; line++) {
    const root = roots[Math.floor(random() * roots.length)]
    const angle = 2 * Math.PI * random()
    for (let step = 1; step <= length; step++) {
      const x = Math.round((root % width) + step * Math.cos(angle))
      const y = Math.round(Math.floor(root / width) + step * Math.sin(angle))
      if (x >= 0 && y >= 0 && x < width && y < height) data[y * width + x] = 1
    }
  }
  return BitMask.from({ data, width, height })
}

function punched(mask: BitMask, count: number, radius: number, seed: number): BitMask {
  const { width, height } = mask
  const data = mask.toUint8Array()
  const places = foregroundOf(data)
  if (places.length === 0) return mask
  const random = seededRandom(seed)
  for (let hole = 0; hole < count; hole++) {
    const place = places[Math.floor(random() * places.length)]
    const x = place % width
    const y = Math.floor(place / width)
    for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
      const right = Math.min(width, x + radius + 1)
      data.fill(0, row * width + Math.max(0, x - radius), row * width + right)
    }
  }
  return BitMask.from({ data, width, height })
}
