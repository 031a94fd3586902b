import { bettiNumbers, type ConnectivityOptions, eulerNumber } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../golden/golden.ts'
import { bits, faults, numbersDifference } from '../oracle/compare.ts'
import { draw } from '../oracle/grid.ts'

const CONNECTIVITIES = [4, 8] as const

describe('bettiNumbers and eulerNumber', () => {
  it.each(CONNECTIVITIES)('equal the golden numbers, connectivity %s', (connectivity) => {
    const found = faults(readGolden().cases, ({ mask: data, width, height, components }) => {
      const { b0, b1, euler } = components[connectivity]
      const mask = { data, width, height }
      return numbersDifference(
        { ...bettiNumbers(mask, { connectivity }), euler: eulerNumber(mask, { connectivity }) },
        { b0, b1, euler },
      )
    })
    expect(found).toEqual([])
  })

  it('take 8 for the foreground by default, and then 4 for the background', () => {
    const diamond = bits(draw('.#. #.# .#.'))
    for (const options of [
      undefined,
      {},
      { connectivity: undefined },
      { connectivity: 8 },
    ] as const) {
      expect(bettiNumbers(diamond, options)).toEqual({ b0: 1, b1: 1 })
      expect(eulerNumber(diamond, options)).toBe(0)
    }
    expect(bettiNumbers(diamond, { connectivity: 4 })).toEqual({ b0: 4, b1: 0 })
    expect(eulerNumber(diamond, { connectivity: 4 })).toBe(4)
  })

  it('count no hole that is open to the border', () => {
    expect(bettiNumbers(bits(draw('##### #...# #.###')))).toEqual({ b0: 1, b1: 0 })
    expect(bettiNumbers(bits(draw('##### #...# #####')))).toEqual({ b0: 1, b1: 1 })
    // Open through a corner: the background connects by 4 only where the foreground does by 8.
    const corner = bits(draw('.#### #...# #####'))
    expect(bettiNumbers(corner, { connectivity: 8 })).toEqual({ b0: 1, b1: 1 })
    expect(bettiNumbers(corner, { connectivity: 4 })).toEqual({ b0: 1, b1: 0 })
  })

  it.each<[unknown, Error | RegExp]>([
    [{ connectivity: 6 }, new RangeError('expected connectivity to be 4 or 8, got 6')],
    [{ connectivity: true }, new TypeError('expected connectivity to be 4 or 8, got true')],
    [null, /^expected the options of \w+ to be a plain object, got null$/],
  ])('refuse the options %j', (options, error) => {
    expect(() => bettiNumbers([[1]], options as ConnectivityOptions)).toThrow(error)
    expect(() => eulerNumber([[1]], options as ConnectivityOptions)).toThrow(error)
  })
})
