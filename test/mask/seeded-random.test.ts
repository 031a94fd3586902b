import { describe, expect, it } from 'vitest'
import { seededRandom, seedFor, shuffle } from '../../src/mask/seeded-random.ts'

const WORD = 2n ** 32n

/** The finalizer of MurmurHash3 in integers without end. */
function finalized(value: bigint): bigint {
  let h = ((value % WORD) + WORD) % WORD
  h ^= h >> 16n
  h = (h * 0x85ebca6bn) % WORD
  h ^= h >> 13n
  h = (h * 0xc2b2ae35n) % WORD
  return h ^ (h >> 16n)
}

describe('seededRandom', () => {
  it.each([0, 1, 2, 12345, 2 ** 32 - 1])('mixes a Weyl sequence from the seed %i on', (seed) => {
    const random = seededRandom(seed)
    for (let k = 1n; k <= 5n; k++) {
      const expected = Number(finalized(BigInt(seed) + k * 0x9e3779b9n)) / 2 ** 32
      expect(random()).toBe(expected)
    }
  })
})

describe('seedFor', () => {
  it('differs by seed, by part and by order', () => {
    const seeds = [0, 1, 2].flatMap((seed) => [
      seedFor(seed),
      seedFor(seed, 0),
      seedFor(seed, 1),
      seedFor(seed, 'a'),
      seedFor(seed, 'ab'),
      seedFor(seed, 'ba'),
      seedFor(seed, 'a', 0),
      seedFor(seed, 0, 'a'),
    ])
    expect(new Set(seeds).size).toBe(seeds.length)
    expect(seedFor(0)).toBe(Number(BigInt.asIntN(32, finalized(0n))))
    expect(seedFor(3)).toBe(Number(BigInt.asIntN(32, finalized(3n))))
  })
})

describe('shuffle', () => {
  it('draws each place from those that are left, from the end on', () => {
    const draws = [0.999, 0, 0.5]
    const items = Int32Array.of(10, 20, 30, 40)
    // 40 stays; 30 and 10 change places; of 30 and 20 the second is drawn.
    expect([...shuffle(items, () => draws.shift() as number)]).toEqual([30, 20, 10, 40])
  })
})
