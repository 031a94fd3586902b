import type { ImageBytes } from '../image-samples.ts'
import { runTable } from './ccitt-codes.ts'

/** Rows by themselves without marks, rows with marks (some by the row above), all by the row above. */
export type CcittKind = 'rows' | 'group 3' | 'group 4'

/** Longest codes: of a run, and of how a run differs from the row above. */
const RUN_BITS = 13
const MODE_BITS = 7

/** Modes: a run ends this much to the right of where one of the row above does, or others. */
const PASS = 4
const HORIZONTAL = 5
const MODES: Record<string, number> = {
  '1': 0,
  '011': 1,
  '000011': 2,
  '0000011': 3,
  '010': -1,
  '000010': -2,
  '0000010': -3,
  '0001': PASS,
  '001': HORIZONTAL,
}

const NO_CODE = -100

const modeTable = () => {
  const table = new Int16Array(2 << MODE_BITS).fill(NO_CODE)
  for (const [code, mode] of Object.entries(MODES)) table[Number.parseInt(`1${code}`, 2)] = mode
  return table
}
const MODE_TABLE = /* @__PURE__ */ modeTable()
const WHITE_TABLE = /* @__PURE__ */ runTable(false, 2 << RUN_BITS, NO_CODE)
const BLACK_TABLE = /* @__PURE__ */ runTable(true, 2 << RUN_BITS, NO_CODE)

/**
 * Decompresses facsimile rows of black and white.
 *
 * @param what - what is decompressed, with its place
 * @param options - of group 3: bit 0 says that rows may refer to the row above
 * @param width - pixels of a row
 * @returns rows of whole bytes, highest bit first, 1 for black
 *
 * Source: ITU-T Recommendations T.4 (2003) and T.6 (1988).
 */
export function decodeCcitt(
  file: ImageBytes,
  what: string,
  stored: Uint8Array,
  kind: CcittKind,
  options: number,
  width: number,
  rows: number,
): Uint8Array {
  const rowBytes = Math.ceil(width / 8)
  const data = new Uint8Array(rows * rowBytes)
  const reader = new CcittReader(stored, (got) => file.damaged(`${got} of ${what}`))
  // Where the color changes, from white at the beginning; ends with the width, several times.
  let above = Int32Array.of(width, width, width, width)
  for (let row = 0; row < rows; row++) {
    reader.row = row
    if (kind === 'group 3') reader.skipMark()
    const isAlone =
      kind !== 'group 4' && (kind === 'rows' || (options & 1) === 0 || reader.bit() === 1)
    const changes = isAlone ? reader.rowAlone(width) : reader.rowByAbove(width, above)
    if (kind === 'rows') reader.toByte()
    for (let k = 0; k + 1 < changes.length && changes[k] < width; k += 2) {
      fill(data, 8 * row * rowBytes + changes[k], 8 * row * rowBytes + changes[k + 1])
    }
    above = Int32Array.from(changes)
  }
  return data
}

/** Sets bits from the highest one of a byte on. */
function fill(data: Uint8Array, from: number, to: number): void {
  while (from < to && (from & 7) !== 0) {
    data[from >> 3] |= 128 >> (from & 7)
    from++
  }
  data.fill(255, from >> 3, to >> 3)
  for (let bit = Math.max(from, to & ~7); bit < to; bit++) data[bit >> 3] |= 128 >> (bit & 7)
}

class CcittReader {
  /** The row that is read, for error messages. */
  row = 0
  readonly #bytes: Uint8Array
  readonly #damaged: (got: string) => RangeError
  #at = 0

  constructor(bytes: Uint8Array, damaged: (got: string) => RangeError) {
    this.#bytes = bytes
    this.#damaged = damaged
  }

  bit(): number {
    const at = this.#at++
    if (at >= 8 * this.#bytes.length) throw this.#damaged(`only the first ${this.row} rows`)
    return (this.#bytes[at >> 3] >> (7 - (at & 7))) & 1
  }

  toByte(): void {
    this.#at = (this.#at + 7) & ~7
  }

  /** Skips the mark before a row, if it is there: at least eleven zeros and a one. */
  skipMark(): void {
    const start = this.#at
    let zeros = 0
    while (this.bit() === 0) zeros++
    if (zeros < 11) this.#at = start
  }

  /** The changes of a row that does not refer to another. */
  rowAlone(width: number): number[] {
    const changes: number[] = []
    let x = 0
    for (let isBlack = false; x < width; isBlack = !isBlack) {
      x += this.#run(isBlack)
      if (x > width) throw this.#tooLong(width)
      changes.push(x)
    }
    changes.push(width, width, width, width)
    return changes
  }

  /** The changes of a row as it differs from those of the row above. */
  rowByAbove(width: number, above: Int32Array): number[] {
    const changes: number[] = []
    let x = 0
    let isBlack = false
    // The first change above that is to the right of x and goes to the other color.
    let k = 0
    for (let isStart = true; x < width; isStart = false) {
      while (k > 0 && above[k - 1] > x) k--
      while (above[k] < width && (above[k] < x || (above[k] === x && !isStart))) k++
      if ((k & 1) !== (isBlack ? 1 : 0)) k++
      const mode = this.#code(MODE_TABLE, MODE_BITS)
      if (mode === HORIZONTAL) {
        const first = x + this.#run(isBlack)
        x = first + this.#run(!isBlack)
        if (x > width) throw this.#tooLong(width)
        changes.push(first, x)
      } else if (mode === PASS) x = above[k + 1]
      else {
        const change = above[k] + mode
        if (change < x || change > width) throw this.#tooLong(width)
        x = change
        changes.push(x)
        isBlack = !isBlack
      }
    }
    changes.push(width, width, width, width)
    return changes
  }

  /** The length of a run: any number of parts of 64 pixels and more, and one of fewer. */
  #run(isBlack: boolean): number {
    const table = isBlack ? BLACK_TABLE : WHITE_TABLE
    for (let length = 0; ; ) {
      const part = this.#code(table, RUN_BITS)
      length += part
      if (part < 64) return length
      if (length > 2 ** 27) throw this.#tooLong(length)
    }
  }

  #code(table: Int16Array, mostBits: number): number {
    const start = this.#at
    let code = 1
    for (let bits = 0; bits < mostBits; bits++) {
      code = 2 * code + this.bit()
      if (table[code] !== NO_CODE) return table[code]
    }
    throw this.#damaged(`no code at bit ${start} of row ${this.row}`)
  }

  #tooLong(width: number): RangeError {
    return this.#damaged(`a row ${this.row} that does not end after ${width} pixels`)
  }
}
