/**
 * The array, or a larger one with the same beginning if it has fewer than `length` elements.
 * Scratch memory is kept between calls and grows to what the largest mask needed.
 */
export function withRoom(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (array.length >= length) return array
  const larger = new Int32Array(Math.ceil(1.5 * length))
  larger.set(array)
  return larger
}
