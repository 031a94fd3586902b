/** The parabolas that are lowest somewhere along a row, from left to right. */
export interface Envelope {
  /** Column of the vertex. */
  vertex: Int32Array
  /** First column in which the parabola is the lowest. */
  from: Int32Array
}

/** Room for the parabolas of a row. */
export function newEnvelope(width: number): Envelope {
  return { vertex: new Int32Array(width), from: new Int32Array(width) }
}

/**
 * Writes the distances of a row, from `begin` on, given the rows to the nearest background in each
 * column, from `start` on.
 *
 * Background that is nearest in a column is at the squared distance
 * `(Δcolumns · columnSpacing)² + (rowsAway · rowSpacing)²` of a pixel of this row: one parabola a
 * column, of which the lower envelope is wanted. With a spacing of 1 all of it is integers.
 */
export function distancesOfRow(
  distances: Float64Array,
  begin: number,
  rowsAway: Int32Array,
  start: number,
  width: number,
  rowSpacing: number,
  columnSpacing: number,
  { vertex, from }: Envelope,
): void {
  const aspect = rowSpacing === columnSpacing ? 1 : rowSpacing / columnSpacing
  const squared = aspect * aspect
  let last = -1
  for (let x = 0; x < width; x++) {
    const away = rowsAway[start + x]
    if (away < 0) continue
    let first = 0
    while (last >= 0) {
      const v = vertex[last]
      const other = rowsAway[start + v]
      // The two are equal in height here; on the left of it the earlier one is lower.
      const meet = (x + v + ((away - other) * (away + other) * squared) / (x - v)) / 2
      first = Math.floor(meet) + 1
      if (first > from[last]) break
      last--
      first = 0
    }
    // The parabola may begin beyond the row, or too far to be an int32.
    if (first >= width) continue
    last++
    vertex[last] = x
    from[last] = Math.max(0, first)
  }
  for (let x = width - 1; x >= 0; last--) {
    const v = vertex[last]
    const down = rowsAway[start + v] * rowSpacing
    const squaredDown = down * down
    for (const end = from[last]; x >= end; x--) {
      const across = (x - v) * columnSpacing
      distances[begin + x] = Math.sqrt(across * across + squaredDown)
    }
  }
}
