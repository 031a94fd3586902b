import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PASSES } from '../../../src/morphology/thinning-passes.generated.ts'
import { type ThinningMethod, thinningTable } from '../../../src/morphology/thinning-table.ts'
import { circuits, verifyCircuit } from '../../../tools/thinning/circuits.ts'
import { thinningPasses } from '../../../tools/thinning/generate-passes.ts'

const METHODS: readonly ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']

/** Column and row, seen from the pixel, of the bits of a neighbourhood code. */
const PLACES = [
  [-1, -1],
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
]

describe('thinning circuits', () => {
  it('are the circuits of both passes of all variants', () => {
    const names = circuits().map(({ method, pass }) => `${method} ${pass}`)
    expect(names.sort()).toEqual(METHODS.flatMap((method) => [`${method} 1`, `${method} 2`]).sort())
  })

  it('are refused if a single gate is wrong', () => {
    for (const circuit of circuits()) {
      circuit.gates.forEach(({ op, a, b }, i) => {
        const gates = circuit.gates.slice()
        gates[i] = op === 'not' ? { op: 'and', a, b: a } : { op: op === 'or' ? 'and' : 'or', a, b }
        expect(() => verifyCircuit({ ...circuit, gates })).toThrow('is wrong for neighbourhood')
      })
    }
  })

  it('are what the compiled passes were generated from', () => {
    const file = new URL('../../../src/morphology/thinning-passes.generated.ts', import.meta.url)
    expect(readFileSync(file, 'utf8')).toBe(thinningPasses())
  })
})

describe.each(METHODS)('compiled passes of %s', (method) => {
  const table = thinningTable(method)

  it.each([1, 2])('pass %i follows the table in all 2⁹ neighbourhoods, anywhere', (pass) => {
    const result = new Int32Array(6)
    for (const bit of [1, 2, 15, 29, 30]) {
      for (const y of [0, 1, 2, 3, 4, 7]) {
        for (let code = 0; code < 512; code++) {
          const centre = code >> 8
          // A guard word, two tiles, a guard word.
          const words = new Int32Array(10)
          if (centre) words[1 + y] |= 1 << bit
          PLACES.forEach(([dx, dy], i) => {
            if ((code >> i) & 1) words[1 + y + dy] |= 1 << (bit + dx)
          })
          // Whatever neighbours outside the word would hold, the guards are 0 in a mask.
          words[0] = 0
          words[9] = 0
          const seen = PLACES.reduce(
            (sum, [dx, dy], i) => sum | (((words[1 + y + dy] >>> (bit + dx)) & 1) << i),
            0,
          )
          PASSES[method][pass - 1](words, 1, 3, 0, result)
          const kept = centre === 1 && ((table[seen] >> (pass - 1)) & 1) === 0
          expect((words[1 + y] >>> bit) & 1).toBe(Number(kept))
        }
      }
    }
  })
})
