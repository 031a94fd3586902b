import type { LengthMethod } from 'vessel-reward'
import { at, countSet, type Grid } from './grid.ts'

/** Steps of 1 and of √2, without the diagonals beside which there is a way round the corner. */
export function oracleLength(mask: Grid, method: LengthMethod): number {
  if (method === 'pixels') return countSet(mask)
  let straight = 0
  let diagonal = 0
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      if (!at(mask, x, y)) continue
      if (at(mask, x + 1, y)) straight++
      if (at(mask, x, y + 1)) straight++
      if (at(mask, x + 1, y + 1) && !at(mask, x + 1, y) && !at(mask, x, y + 1)) diagonal++
      if (at(mask, x - 1, y + 1) && !at(mask, x - 1, y) && !at(mask, x, y + 1)) diagonal++
    }
  }
  return straight + Math.SQRT2 * diagonal
}
