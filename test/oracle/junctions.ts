import type { JunctionMethod } from 'vessel-reward'
import { at, type Grid } from './grid.ts'

type Point = readonly [x: number, y: number]

/** The eight neighbours of a pixel, clockwise from the north. */
function ring(mask: Grid, x: number, y: number): boolean[] {
  return [
    at(mask, x, y - 1),
    at(mask, x + 1, y - 1),
    at(mask, x + 1, y),
    at(mask, x + 1, y + 1),
    at(mask, x, y + 1),
    at(mask, x - 1, y + 1),
    at(mask, x - 1, y),
    at(mask, x - 1, y - 1),
  ]
}

function candidates(mask: Grid, method: JunctionMethod): Point[] {
  const points: Point[] = []
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      if (!at(mask, x, y)) continue
      const neighbours = ring(mask, x, y)
      const hits =
        method === 'crossing-number'
          ? neighbours.filter((set, i) => !set && neighbours[(i + 1) % 8]).length
          : neighbours.filter((set) => set).length
      if (hits >= 3) points.push([x, y])
    }
  }
  return points
}

/** Groups points that a chain of links of at most `radius` joins, comparing all with all. */
function singleLinkage(points: Point[], radius: number): Point[][] {
  const groups: Point[][] = []
  let rest = points
  while (rest.length > 0) {
    const group = [rest[0]]
    rest = rest.slice(1)
    for (let i = 0; i < group.length; i++) {
      const [x, y] = group[i]
      const far: Point[] = []
      for (const point of rest) {
        const distance = (point[0] - x) ** 2 + (point[1] - y) ** 2
        if (distance <= radius ** 2) group.push(point)
        else far.push(point)
      }
      rest = far
    }
    groups.push(group)
  }
  return groups
}

/** The mean of whole numbers, to the nearest whole number, halves up; exact. */
function roundedMean(values: number[]): number {
  const sum = values.reduce((a, b) => a + b, 0)
  return Math.floor((2 * sum + values.length) / (2 * values.length))
}

/** Junctions as x, y, sorted by y and then x. */
export function oracleJunctions(mask: Grid, method: JunctionMethod, mergeRadius = 3): number[] {
  const radius = { 'crossing-number': mergeRadius, pixels: 0, clusters: Math.SQRT2 + 0.01 }[method]
  return singleLinkage(candidates(mask, method), radius)
    .map((group) => [roundedMean(group.map(([x]) => x)), roundedMean(group.map(([, y]) => y))])
    .sort((a, b) => a[1] - b[1] || a[0] - b[0])
    .flat()
}
