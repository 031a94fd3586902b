import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { thinningTable } from '../../../src/morphology/thinning-table.ts'
import { circuitsSource, compileKernel, kernelSource } from '../../../tools/simd/generate-kernel.ts'

const source = (name: string) =>
  readFileSync(new URL(`../../../src/simd/${name}`, import.meta.url), 'utf8')

describe('the kernel', () => {
  it('has the circuits of the core', () => {
    expect(source('assembly/circuits.ts')).toBe(circuitsSource())
  })

  it('is what its source compiles to', () => {
    expect(source('kernel-bytes.generated.ts')).toBe(kernelSource(compileKernel()))
  })
})

describe('a tile without three pixels in a square of 2 × 2', () => {
  it.each(['skimage', 'zhang-suen', 'guo-hall'] as const)(
    'cannot be thinned any more: %s',
    (method) => {
      // A corner of three pixels with the middle one: two neighbours in a row, or two sides that meet.
      const hasCorner = (code: number) =>
        Array.from({ length: 8 }, (_, i) => i).some((i) => {
          const isSet = (k: number) => ((code >> (k % 8)) & 1) === 1
          return isSet(i) && (isSet(i + 1) || (i % 2 === 1 && isSet(i + 2)))
        })
      const table = thinningTable(method)
      const deleted = Array.from({ length: 256 }, (_, code) => code).filter((code) => table[code])
      expect(deleted.length).toBeGreaterThan(20)
      expect(deleted.filter((code) => !hasCorner(code))).toEqual([])
    },
  )
})
