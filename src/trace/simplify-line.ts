/** A stroke must not be shorter than its pixels' chain over this: sec 22.5°, as for a straight line. */
const CHAIN_OVER_STRAIGHT = Math.sqrt(4 - 2 * Math.SQRT2)
/** What must remain of the length of a line. */
const LEAST_LENGTH = 15 / 16

/**
 * Replaces pieces of a line by straight strokes between turns of it, each as many steps as it may.
 * A piece must lie in a square of `chunkSize` pixels and be as straight as a straight line of
 * pixels can be, and the line so far must keep 15/16 of its length.
 *
 * A piece as straight as that departs from its stroke by at most .207 of its length, which is less
 * than half of `chunkSize` with all rounding. A line that turns keeps a turn of its own, and one
 * that is closed keeps two, so that no two strokes join the same two points: loops stay loops.
 *
 * @param turns - x, y, x, y, … of its first and last pixels and those where it turns
 */
export function simplifyLine(turns: Int32Array, chunkSize: number): Int32Array {
  const last = turns.length / 2 - 1
  const isClosed = turns[0] === turns[2 * last] && turns[1] === turns[2 * last + 1]
  const fewestStrokes = isClosed ? 3 : 2
  if (chunkSize < 3 || last < fewestStrokes) return turns

  const distance = (a: number, b: number) =>
    Math.hypot(turns[2 * b] - turns[2 * a], turns[2 * b + 1] - turns[2 * a + 1])
  const longest = (chunkSize - 1) * Math.SQRT2 * CHAIN_OVER_STRAIGHT
  const kept = [0]
  let length = 0
  let drawn = 0
  for (let from = 0; from < last; ) {
    // Every stroke that must still follow needs a turn to begin from.
    const end = last - Math.max(0, fewestStrokes - kept.length)
    let to = from + 1
    let piece = distance(from, to)
    let toLength = length + piece
    let toDrawn = drawn + piece
    for (let next = to + 1; next <= end; next++) {
      piece += distance(next - 1, next)
      if (piece > longest) break
      const width = Math.abs(turns[2 * next] - turns[2 * from])
      const height = Math.abs(turns[2 * next + 1] - turns[2 * from + 1])
      const stroke = Math.hypot(width, height)
      if (Math.max(width, height) >= chunkSize) break
      if (piece > stroke * CHAIN_OVER_STRAIGHT) continue
      if (drawn + stroke < (length + piece) * LEAST_LENGTH) continue
      to = next
      toLength = length + piece
      toDrawn = drawn + stroke
    }
    kept.push(to)
    from = to
    length = toLength
    drawn = toDrawn
  }
  return Int32Array.from(kept.flatMap((k) => [turns[2 * k], turns[2 * k + 1]]))
}
