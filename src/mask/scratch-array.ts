/** Arrays of up to so many elements (4 MiB) are kept, whatever is asked for. */
const KEPT = 2 ** 20

/**
 * The array, or another with the same beginning if it has fewer than `length` elements.
 *
 * Scratch memory is kept between calls and grows to what the largest mask needed. A huge mask does
 * not hold it for ever: an array beyond 4 MiB is given up when less than an eighth of it is needed.
 */
export function withRoom(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const isHuge = array.length > KEPT && array.length > 8 * length
  if (array.length >= length && !isHuge) return array
  const other = new Int32Array(Math.ceil(1.5 * length))
  other.set(array.subarray(0, length))
  return other
}
