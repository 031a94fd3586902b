import { sortPlaces } from './sort-places.ts'

/**
 * The union of masks by their runs of background and foreground in turn. It takes time by the number
 * of runs, not by that of the pixels of each mask.
 *
 * @param parts - the runs of each mask, which add up to the pixels
 * @returns those of the union
 */
export function unionOfRuns(parts: readonly ArrayLike<number>[], pixels: number): number[] {
  const most = parts.reduce((sum, { length }) => sum + (length >> 1), 0)
  const starts = new Int32Array(most)
  const ends = new Int32Array(most)
  let count = 0
  for (const runs of parts) {
    for (let k = 1, at = runs[0]; k < runs.length; k += 2) {
      const end = at + runs[k]
      if (end > at) {
        starts[count] = at
        ends[count++] = end
      }
      at = end + (k + 1 < runs.length ? runs[k + 1] : 0)
    }
  }
  const first = starts.subarray(0, count)
  const last = ends.subarray(0, count)
  sortPlaces(first)
  sortPlaces(last)
  const counts: number[] = []
  // The k-th start begins a run of the union if all runs that began before it have ended.
  let end = 0
  for (let k = 0, start = 0; k < first.length; k++) {
    if (k === 0 || first[k] > last[k - 1]) {
      start = first[k]
      counts.push(start - end)
    }
    if (k + 1 === first.length || first[k + 1] > last[k]) {
      end = last[k]
      counts.push(end - start)
    }
  }
  counts.push(pixels - end)
  return counts
}
