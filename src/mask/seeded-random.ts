/**
 * Random numbers in [0, 1), the same for the same seed on every machine: a Weyl sequence whose
 * 32-bit states are mixed by the finalizer of MurmurHash3.
 *
 * Source: A. Appleby, MurmurHash3, public domain; G. Marsaglia, "Xorshift RNGs", Journal of
 * Statistical Software 8(14), 2003 (adding a Weyl sequence).
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    return mixed(state) / 2 ** 32
  }
}

/** A seed that depends on another and on a number or a name, unlike the seeds of all others. */
export function seedFor(seed: number, ...parts: readonly (number | string)[]): number {
  let state = mixed(seed | 0)
  for (const part of parts) {
    for (const code of typeof part === 'number' ? [part] : Array.from(part, codeOf)) {
      state = mixed((state + Math.imul(code | 0, 0x9e3779b1) + 0x7f4a7c15) | 0)
    }
  }
  return state | 0
}

/** Puts an array into random order, in place. */
export function shuffle(items: Int32Array, random: () => number): Int32Array {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const item = items[i]
    items[i] = items[j]
    items[j] = item
  }
  return items
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}

function mixed(state: number): number {
  let h = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
