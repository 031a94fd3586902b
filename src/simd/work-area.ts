/** The exports of the compiled kernel; see assembly/index.ts. Addresses are in bytes. */
export interface KernelExports {
  heapBase(): number
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly straightLinks: { readonly value: number }
  readonly diagonalLinks: { readonly value: number }
  readonly nodeCount: { readonly value: number }
  readonly componentCount: { readonly value: number }
  countBoth(a: number, b: number, length: number): number
  packBytes(
    bytes: number,
    width: number,
    rows: number,
    level: number,
    words: number,
    columns: number,
    pitch: number,
  ): undefined
  packFloats(
    floats: number,
    width: number,
    rows: number,
    thresholdBits: number,
    words: number,
    columns: number,
    pitch: number,
  ): number
  thinWork(columns: number, height: number): number
  thin(
    words: number,
    columns: number,
    pitch: number,
    height: number,
    method: number,
    work: number,
  ): void
  scanSkeleton(words: number, columns: number, pitch: number, found: number, room: number): number
  forestWork(columns: number, height: number, diagonal: number, keep: number): number
  componentForest(
    words: number,
    width: number,
    columns: number,
    pitch: number,
    height: number,
    diagonal: number,
    keep: number,
    work: number,
  ): void
}

const PAGE = 65536

/** The kernel's memory: the words of one mask, and behind them room for the work on it. */
export class WorkArea {
  readonly #memory: KernelExports['memory']
  /** The address of the words of a mask; its first tile lies at a multiple of 16. */
  readonly words: number
  /** All of the memory as bytes and as words; new ones when it has grown. */
  bytes: Uint8Array
  ints: Int32Array

  constructor({ memory, heapBase }: KernelExports) {
    this.#memory = memory
    this.words = roundUp(heapBase()) + 12
    this.bytes = new Uint8Array(memory.buffer)
    this.ints = new Int32Array(memory.buffer)
  }

  /** The address of the room behind so many words: a multiple of 64, and 64 bytes further on. */
  behind(words: number): number {
    return roundUp(this.words + 4 * words) + 64
  }

  /** Makes room up to an address; returns whether there is so much memory. */
  reserve(end: number): boolean {
    const missing = end - this.bytes.length
    if (missing > 0) {
      try {
        this.#memory.grow(Math.ceil(missing / PAGE))
      } catch {
        return false
      }
      this.bytes = new Uint8Array(this.#memory.buffer)
      this.ints = new Int32Array(this.#memory.buffer)
    }
    return true
  }
}

function roundUp(address: number): number {
  return 64 * Math.ceil(address / 64)
}
