import { createHash } from 'node:crypto'
import { type ConnectivityOptions, countComponents, label } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../golden/golden.ts'
import { faults } from '../oracle/compare.ts'

const CONNECTIVITIES = [4, 8] as const

/** As in the golden files: of the labels as little-endian int32, row by row. */
function digest(labels: Int32Array): string {
  const bytes = Buffer.alloc(4 * labels.length)
  labels.forEach((value, i) => {
    bytes.writeInt32LE(value, 4 * i)
  })
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

describe('label and countComponents', () => {
  it.each(CONNECTIVITIES)('equal the golden labels, connectivity %s', (connectivity) => {
    const found = faults(readGolden().cases, ({ mask: data, width, height, components }) => {
      const golden = components[connectivity]
      const mask = { data, width, height }
      const result = label(mask, { connectivity })
      if (result.width !== width || result.height !== height) return 'the size differs'
      if (result.count !== golden.b0) return `${result.count} instead of ${golden.b0} labels`
      const count = countComponents(mask, { connectivity })
      if (count !== golden.b0) return `${count} instead of ${golden.b0} components`
      return digest(result.labels) === golden.labels ? '' : 'the label map differs'
    })
    expect(found).toEqual([])
  })

  it.each(CONNECTIVITIES)('count the parts of the golden skeletons, %s', (connectivity) => {
    const found = faults(readGolden().cases, ({ width, height, skeletons, mask, asSkeleton }) => {
      for (const [name, { mask: data, components }] of [
        ...Object.entries(skeletons),
        ['itself', { ...asSkeleton, mask }] as const,
      ]) {
        const count = countComponents({ data, width, height }, { connectivity })
        const expected = components[connectivity]
        if (count !== expected) return `${name}: ${count} instead of ${expected} components`
      }
      return ''
    })
    expect(found).toEqual([])
  })

  it('connect corners by default', () => {
    const diagonal = [
      [1, 0],
      [0, 1],
    ]
    for (const options of [
      undefined,
      {},
      { connectivity: undefined },
      { connectivity: 8 },
    ] as const) {
      expect(countComponents(diagonal, options)).toBe(1)
      expect(label(diagonal, options).labels).toEqual(Int32Array.of(1, 0, 0, 1))
    }
    expect(countComponents(diagonal, { connectivity: 4 })).toBe(2)
    expect(label(diagonal, { connectivity: 4 }).labels).toEqual(Int32Array.of(1, 0, 0, 2))
  })

  it('number a component by its first pixel in raster order, not by its leftmost one', () => {
    const mask = [
      [0, 0, 0, 1],
      [1, 0, 0, 1],
      [1, 0, 1, 1],
    ]
    const labels = Int32Array.of(0, 0, 0, 1, 2, 0, 0, 1, 2, 0, 1, 1)
    expect(label(mask)).toEqual({ labels, count: 2, width: 4, height: 3 })
  })

  it('join late what looked like many components', () => {
    const comb = Array.from({ length: 5 }, (_, y) =>
      Array.from({ length: 99 }, (_, x) => y === 4 || x % 2 === 0),
    )
    for (const connectivity of CONNECTIVITIES) {
      expect(countComponents(comb, { connectivity })).toBe(1)
      expect(countComponents(comb.slice(0, 4), { connectivity })).toBe(50)
      expect(countComponents(comb.toReversed(), { connectivity })).toBe(1)
    }
  })

  it.each([
    [0, 0],
    [0, 7],
    [7, 0],
    [1, 1],
    [40, 1],
    [1, 40],
  ])('label %s × %s masks', (width, height) => {
    const size = width * height
    const empty = { data: new Uint8Array(size), width, height }
    const full = { data: new Uint8Array(size).fill(1), width, height }
    expect(label(empty)).toEqual({ labels: new Int32Array(size), count: 0, width, height })
    const labels = new Int32Array(size).fill(1)
    expect(label(full)).toEqual({ labels, count: Math.min(1, size), width, height })
    expect(countComponents(full)).toBe(Math.min(1, size))
  })

  it.each<[unknown, Error | RegExp]>([
    [{ connectivity: 6 }, new RangeError('expected connectivity to be 4 or 8, got 6')],
    [{ connectivity: Number.NaN }, new RangeError('expected connectivity to be 4 or 8, got NaN')],
    [{ connectivity: '8' }, new TypeError("expected connectivity to be 4 or 8, got '8'")],
    [null, /^expected the options of \w+ to be a plain object, got null$/],
    [8, /^expected the options of \w+ to be a plain object, got 8$/],
  ])('refuse the options %j', (options, error) => {
    expect(() => label([[1]], options as ConnectivityOptions)).toThrow(error)
    expect(() => countComponents([[1]], options as ConnectivityOptions)).toThrow(error)
  })
})
