import {
  bettiNumbers,
  countComponents,
  countJunctions,
  eulerNumber,
  findJunctions,
  type JunctionMethod,
  label,
  type ThinningMethod,
} from 'vessel-reward'
import { bits, firstDifference } from './compare.ts'
import type { Grid } from './grid.ts'
import { oracleJunctions } from './junctions.ts'
import { oracleBetti, oracleLabels } from './label.ts'

export const METHODS: ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']
export const CONNECTIVITIES: readonly (4 | 8)[] = [4, 8]
export const JUNCTION_METHODS: JunctionMethod[] = ['crossing-number', 'pixels', 'clusters']

/** Where labels differ from those of the oracle; '' where they do not. */
export function labelsDifference(mask: Grid, connectivity: 4 | 8): string {
  const expected = oracleLabels(mask, connectivity)
  const actual = label(bits(mask), { connectivity })
  if (actual.count !== expected.count) return `${actual.count} instead of ${expected.count} labels`
  if (countComponents(bits(mask), { connectivity }) !== expected.count) return 'components differ'
  return firstDifference(actual.labels, expected.labels)
}

/** Where Betti numbers or the Euler number differ from the oracle's; '' where they do not. */
export function bettiDifference(mask: Grid, connectivity: 4 | 8): string {
  const { b0, b1 } = oracleBetti(mask, connectivity)
  const actual = bettiNumbers(bits(mask), { connectivity })
  const euler = eulerNumber(bits(mask), { connectivity })
  if (actual.b0 === b0 && actual.b1 === b1 && euler === b0 - b1) return ''
  return `b0 ${actual.b0}, b1 ${actual.b1}, χ ${euler} instead of ${b0}, ${b1}, ${b0 - b1}`
}

/** Where junctions differ from those of the oracle; '' where they do not. */
export function junctionsDifference(
  mask: Grid,
  method: JunctionMethod,
  mergeRadius?: number,
): string {
  const expected = oracleJunctions(mask, method, mergeRadius)
  const packed = bits(mask)
  const count = countJunctions(packed, { method, mergeRadius })
  if (2 * count !== expected.length) return `${count} instead of ${expected.length / 2} junctions`
  return firstDifference(findJunctions(packed, { method, mergeRadius }), expected)
}
