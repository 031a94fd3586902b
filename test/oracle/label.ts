import type { Connectivity } from 'vessel-reward'
import { at, type Grid, paddedComplement } from './grid.ts'

const STEPS_4 = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
]
const STEPS_8 = [...STEPS_4, [-1, -1], [1, -1], [1, 1], [-1, 1]]

/** Flood-fills one component after the other, in the raster order of their first pixels. */
export function oracleLabels(
  mask: Grid,
  connectivity: Connectivity,
): { labels: Int32Array; count: number } {
  const { width, height, data } = mask
  const steps = connectivity === 4 ? STEPS_4 : STEPS_8
  const labels = new Int32Array(width * height)
  let count = 0
  for (let start = 0; start < data.length; start++) {
    if (data[start] === 0 || labels[start] !== 0) continue
    count++
    labels[start] = count
    const open = [start]
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const x = i % width
      const y = (i - x) / width
      for (const [dx, dy] of steps) {
        const next = i + dy * width + dx
        if (!at(mask, x + dx, y + dy) || labels[next] !== 0) continue
        labels[next] = count
        open.push(next)
      }
    }
  }
  return { labels, count }
}

/** Components, and holes counted in the background, which connects the other way. */
export function oracleBetti(mask: Grid, connectivity: Connectivity): { b0: number; b1: number } {
  const dual = connectivity === 4 ? 8 : 4
  const b0 = oracleLabels(mask, connectivity).count
  return { b0, b1: oracleLabels(paddedComplement(mask), dual).count - 1 }
}
