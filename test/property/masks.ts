import fc from 'fast-check'
import { mulberry32 } from '../../examples/mulberry32.ts'
import { type Grid, grid } from '../oracle/grid.ts'

/** A grid that fast-check prints as a drawing, or by its recipe where that would be long. */
export type TestMask = Grid & { [fc.toStringMethod]: () => string }

interface Recipe {
  kind: keyof typeof KINDS
  width: number
  height: number
  seed: number
  /** 0 to 1: how much there is of it. */
  amount: number
}

/** Whether a pixel is set. */
type Rule = (x: number, y: number) => boolean

/** A union of thick segments, also diagonal and beyond the borders: what vessels look like. */
function segments(
  { width, height, amount }: Recipe,
  next: () => number,
  maxRadius = Math.min(width, height) / 6,
): Rule {
  const parts = Array.from({ length: 1 + Math.floor(amount * 9) }, () => {
    const [x0, x1] = [0, 0].map(() => Math.round((next() * 1.2 - 0.1) * width))
    const [y0, y1] = [0, 0].map(() => Math.round((next() * 1.2 - 0.1) * height))
    const radius = 0.5 + next() ** 2 * maxRadius
    return { x0, y0, dx: x1 - x0, dy: y1 - y0, radius }
  })
  return (x, y) =>
    parts.some(({ x0, y0, dx, dy, radius }) => {
      const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)
      const t = Math.min(1, Math.max(0, along))
      return (x - x0 - t * dx) ** 2 + (y - y0 - t * dy) ** 2 <= radius * radius
    })
}

function rectangles({ width, height, amount }: Recipe, next: () => number): Rule {
  const parts = Array.from({ length: 1 + Math.floor(amount * 11) }, () => {
    const left = Math.floor(next() * (width + 2)) - 2
    const top = Math.floor(next() * (height + 2)) - 2
    const right = left + 1 + Math.floor((next() ** 2 * width) / 2)
    const bottom = top + 1 + Math.floor((next() ** 2 * height) / 2)
    return { left, top, right, bottom, value: next() < 0.8 }
  })
  return (x, y) => {
    let set = false
    for (const { left, top, right, bottom, value } of parts) {
      if (x >= left && x < right && y >= top && y < bottom) set = value
    }
    return set
  }
}

function noise({ amount }: Recipe, next: () => number): Rule {
  return () => next() < amount
}

function periodic({ amount }: Recipe, next: () => number): Rule {
  const size = 1 + Math.floor(amount * 6)
  const pick = Math.floor(next() * 4)
  const shift = Math.floor(next() * size)
  return (x, y) => {
    const along = [x, y, x + y, x - y + 1e6][pick] + shift
    const across = next() < 0.02 ? 1 : 0
    return (Math.floor(along / size) + across) % 2 === 0
  }
}

/** Rough blobs: noise of a coarse lattice, interpolated, with some noise of single pixels. */
function blobs({ width, height, amount }: Recipe, next: () => number): Rule {
  const cell = 3 + Math.floor(next() ** 2 * 24)
  const rough = next() * 0.3
  const columns = Math.ceil(width / cell) + 2
  const lattice = Float64Array.from({ length: columns * (Math.ceil(height / cell) + 2) }, next)
  return (x, y) => {
    const [left, top] = [Math.floor(x / cell), Math.floor(y / cell)]
    const [u, v] = [x / cell - left, y / cell - top]
    const i = top * columns + left
    const above = lattice[i] * (1 - u) + lattice[i + 1] * u
    const below = lattice[i + columns] * (1 - u) + lattice[i + columns + 1] * u
    return above * (1 - v) + below * v + (next() - 0.5) * rough < 0.15 + amount * 0.7
  }
}

const KINDS = {
  noise,
  blobs,
  segments,
  rectangles,
  periodic,
  speckled: (recipe: Recipe, next: () => number): Rule => {
    const inside = segments(recipe, next)
    return (x, y) => inside(x, y) !== next() < 0.03
  },
  inverted: (recipe: Recipe, next: () => number): Rule => {
    const inside = segments(recipe, next)
    return (x, y) => !inside(x, y)
  },
  filled: ({ amount }: Recipe): Rule => {
    return () => amount >= 0.5
  },
} as const

function build(recipe: Recipe): TestMask {
  const next = mulberry32(recipe.seed)
  const mask = grid(recipe.width, recipe.height, KINDS[recipe.kind](recipe, next))
  return { ...mask, [fc.toStringMethod]: () => drawing(mask, recipe) }
}

function drawing({ width, height, data }: Grid, recipe: Recipe): string {
  const title = JSON.stringify(recipe)
  if (width * height > 1500) return title
  const rows = Array.from({ length: height }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].map((set) => '.#'[set]).join(''),
  )
  return `${title}\n${rows.join('\n')}\n`
}

export interface Size {
  width: number
  height: number
}

const near = (...middles: number[]) => middles.flatMap((n) => [n - 1, n, n + 1])

/** Any size up to `maxWidth` × `maxHeight`, often at the end of a machine word or a tile. */
export function anySize(maxWidth = 140, maxHeight = 80): fc.Arbitrary<Size> {
  const within = (sizes: number[], max: number) => fc.constantFrom(...sizes.filter((n) => n <= max))
  const width = fc.oneof(
    fc.integer({ min: 1, max: maxWidth }),
    within([1, 2, ...near(30, 32, 60, 64, 90, 96, 120, 128)], maxWidth),
  )
  const height = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: maxHeight }) },
    { weight: 5, arbitrary: within([1, ...near(4, 8, 12, 32, 64)], maxHeight) },
    { weight: maxHeight >= 80 ? 1 : 0, arbitrary: fc.constantFrom(...near(128), 256, 257) },
  )
  return fc.record({ width, height })
}

/** A mask of this size. */
export function maskOfSize({ width, height }: Size): fc.Arbitrary<TestMask> {
  return fc
    .record({
      kind: fc.constantFrom(...(Object.keys(KINDS) as Recipe['kind'][])),
      seed: fc.integer(),
      amount: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map((recipe) => build({ ...recipe, width, height }))
}

/** A mask of any size up to `maxWidth` × `maxHeight`. */
export function anyMask(maxWidth?: number, maxHeight?: number): fc.Arbitrary<TestMask> {
  return anySize(maxWidth, maxHeight).chain(maskOfSize)
}

/** Several masks of one size. */
export function masksOfOneSize(
  count: number,
  size: fc.Arbitrary<Size> = anySize(70, 40),
): fc.Arbitrary<TestMask[]> {
  return size.chain((same) => fc.tuple(...Array.from({ length: count }, () => maskOfSize(same))))
}

/** Rough blobs in a large image, of every scale: many tiles that are active now and then. */
export function largeBlobs(width: number, height: number, seed: number): Grid {
  const next = mulberry32(seed)
  const recipe: Recipe = { kind: 'blobs', width, height, seed, amount: 0.3 + 0.5 * next() }
  return grid(width, height, blobs(recipe, next))
}

/** A few thick segments in a large image: long runs, many empty rows, many passes. */
export function largeMask(width: number, height: number, seed: number, maxRadius = 20): Grid {
  const recipe: Recipe = { kind: 'segments', width, height, seed, amount: 0.5 }
  return grid(width, height, segments(recipe, mulberry32(seed), maxRadius))
}
