import fc from 'fast-check'
import { BitMask, distanceTransform, skeletonize } from 'vessel-reward'
import { expect, test } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import {
  type VesselBranches,
  vesselBranchesOf,
} from '../../../src/audit/corruptions/vessel-branches.ts'
import { anyMask } from '../../property/masks.ts'

/** How many parts the nodes fall into when one branch is left out. */
function partsWithout({ graph: { nodes, branches } }: VesselBranches, left: number): number {
  const part = Array.from({ length: nodes.count }, (_, node) => node)
  let parts = nodes.count
  for (let branch = 0; branch < branches.count; branch++) {
    const [a, b] = [part[branches.from[branch]], part[branches.to[branch]]]
    if (branch === left || a === b) continue
    parts--
    part.forEach((own, node) => {
      if (own === b) part[node] = a
    })
  }
  return parts
}

function checkBridges(mask: BitMask): number {
  const found = vesselBranchesOf(mask)
  const whole = partsWithout(found, -1)
  const expected = Array.from(found.isBridge, (_, branch) =>
    Number(partsWithout(found, branch) > whole),
  )
  expect(Array.from(found.isBridge)).toEqual(expected)
  return expected.length
}

test('a branch is a bridge exactly where its vessel falls apart without it', () => {
  const sizes = [1, 2, 3].map((seed) => {
    const tree = vesselMask({ width: 160, height: 140, seed })
    // Rungs between the vessels close loops.
    const rungs = Array.from({ length: 140 }, (_, y) =>
      Array.from({ length: 160 }, (_, x) => y % 35 === 17 || tree.get(x, y)),
    )
    return checkBridges(tree) + checkBridges(BitMask.from(rungs))
  })
  for (const size of sizes) expect(size).toBeGreaterThan(20)
  fc.assert(
    fc.property(anyMask(40, 30), (grid) => {
      checkBridges(BitMask.from(grid))
    }),
    { numRuns: 60 },
  )
})

test('each pixel of the mask belongs to one nearest pixel of the centreline', () => {
  fc.assert(
    fc.property(anyMask(40, 30), (grid) => {
      const mask = BitMask.from(grid)
      const { graph, pixelsAlong, distances } = vesselBranchesOf(mask)
      expect(distances).toEqual(distanceTransform(mask).distances)
      const { width } = mask
      const all = mask.toUint8Array()
      const line = Array.from(skeletonize(mask).toUint8Array().entries())
        .filter(([, value]) => value === 1)
        .map(([place]) => place)
      const squared = (a: number, b: number) =>
        ((a % width) - (b % width)) ** 2 + (Math.floor(a / width) - Math.floor(b / width)) ** 2
      const owners = new Set<number>()
      for (const place of graph.branches.path) {
        for (const pixel of pixelsAlong(Int32Array.of(place))) {
          expect(all[pixel]).toBe(1)
          const nearest = Math.min(...line.map((other) => squared(pixel, other)))
          // Squares of the centreline are thinned first, so that the nearest may be a neighbor.
          expect(Math.sqrt(squared(pixel, place)) - Math.sqrt(nearest)).toBeLessThan(1.5)
          owners.add(place)
        }
      }
      for (const place of graph.branches.path) expect(owners.has(place)).toBe(true)
    }),
    { numRuns: 40 },
  )
})
