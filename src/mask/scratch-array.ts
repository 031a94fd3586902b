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

/** A huge array is given up when so many calls in a row needed less than an eighth of it. */
const PATIENCE = 64

/** Scratch memory that one function after another uses. */
class Lent {
  #array = new Int32Array(0)
  #unneeded = 0

  borrow(length: number): Int32Array<ArrayBuffer> {
    const { length: size } = this.#array
    this.#unneeded = size > KEPT && size > 8 * length ? this.#unneeded + 1 : 0
    if (size < length || this.#unneeded > PATIENCE) {
      this.#array = new Int32Array(length)
      this.#unneeded = 0
    }
    return this.#array.subarray(0, length)
  }
}

const lent: Lent = /* @__PURE__ */ new Lent()

/**
 * An array of so many elements, with anything in it, that is the caller's until it returns: whoever
 * borrows next gets the same memory. New memory of the size of an image costs more than writing it
 * does, and makes the engine collect garbage.
 */
export function borrowed(length: number): Int32Array<ArrayBuffer> {
  return lent.borrow(length)
}

/** The same for so many doubles. */
export function borrowedDoubles(length: number): Float64Array<ArrayBuffer> {
  return new Float64Array(borrowed(2 * length).buffer, 0, length)
}

const blank: Lent = /* @__PURE__ */ new Lent()

/** An array of so many zeros, which the caller makes zeros again before it returns. */
export function borrowedZeros(length: number): Int32Array<ArrayBuffer> {
  return blank.borrow(length)
}
