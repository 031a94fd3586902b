import fc from 'fast-check'
import {
  type BitMask,
  BRANCH_TYPES,
  bettiNumbers,
  countJunctions,
  distanceTransform,
  findEndpoints,
  findJunctions,
  NODE_KINDS,
  type SkeletonGraph,
  type SkeletonGraphOptions,
  skeletonGraph,
  skeletonize,
  skeletonLength,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readGraphGolden } from '../../golden/graph-golden.ts'
import { bits, faults, isClose } from '../../oracle/compare.ts'
import { draw } from '../../oracle/grid.ts'
import { anyMask } from '../../property/masks.ts'

/** Whether a 2×2 square is full somewhere. */
function hasSquares(mask: BitMask): boolean {
  for (let y = 0; y + 1 < mask.height; y++) {
    for (let x = 0; x + 1 < mask.width; x++) {
      if (mask.get(x, y) && mask.get(x + 1, y) && mask.get(x, y + 1) && mask.get(x + 1, y + 1)) {
        return true
      }
    }
  }
  return false
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)

/** The places of the nodes of a kind as x and y in turn, sorted by y and then x. */
const placesOf = ({ nodes }: SkeletonGraph, kind: number) =>
  Array.from(nodes.kind, (_, node) => node)
    .filter((node) => nodes.kind[node] === kind)
    .map((node) => [nodes.x[node], nodes.y[node]])
    .sort((a, b) => a[1] - b[1] || a[0] - b[0])
    .flat()

/** What is wrong with the arrays of a graph in themselves. */
function inconsistency({ width, height, nodes, branches }: SkeletonGraph): string {
  const { path, pathStart, from, to } = branches
  const seen = new Map<number, string>()
  for (let node = 0; node < nodes.count; node++) {
    const pixels = nodes.pixel.subarray(nodes.pixelStart[node], nodes.pixelStart[node + 1])
    if (pixels.length === 0) return `node ${node} has no pixels`
    for (const pixel of pixels) {
      if (seen.has(pixel)) return `pixel ${pixel} is in node ${node} and ${seen.get(pixel)}`
      seen.set(pixel, `node ${node}`)
    }
    const ends = [...from, ...to].filter((end) => end === node).length
    if (nodes.degree[node] !== ends) return `node ${node} has degree ${nodes.degree[node]}`
    const listed = nodes.branch.subarray(nodes.branchStart[node], nodes.branchStart[node + 1])
    if (listed.length !== ends) return `node ${node} lists ${listed.length} branches`
    if (listed.some((i) => from[i] !== node && to[i] !== node)) return `node ${node} lists others`
  }
  for (let i = 0; i < branches.count; i++) {
    const pixels = path.subarray(pathStart[i], pathStart[i + 1])
    if (pixels.length < 2) return `branch ${i} has ${pixels.length} pixels`
    for (const [end, node] of [
      [pixels[0], from[i]],
      [pixels[pixels.length - 1], to[i]],
    ]) {
      if (seen.get(end) !== `node ${node}`) return `branch ${i} does not end in node ${node}`
    }
    let length = 0
    for (let k = 1; k < pixels.length; k++) {
      const dx = Math.abs((pixels[k] % width) - (pixels[k - 1] % width))
      const dy = Math.abs(Math.floor(pixels[k] / width) - Math.floor(pixels[k - 1] / width))
      if (dx > 1 || dy > 1 || dx + dy === 0) return `branch ${i} jumps at pixel ${k}`
      length += Math.hypot(dx, dy)
    }
    if (!isClose(length, branches.length[i])) return `branch ${i}: length ${branches.length[i]}`
    for (const pixel of pixels.subarray(1, -1)) {
      if (seen.has(pixel)) return `pixel ${pixel} is in branch ${i} and ${seen.get(pixel)}`
      seen.set(pixel, `branch ${i}`)
    }
  }
  return [...seen.keys()].every((pixel) => pixel < width * height) ? '' : 'a pixel is outside'
}

describe('skeletonGraph', () => {
  it('has components and holes as Betti numbers, on any mask and every merge radius', () => {
    fc.assert(
      fc.property(
        anyMask(70, 40),
        fc.constantFrom(0, 1, 2.5, 3, 7),
        fc.boolean(),
        (grid, mergeRadius, thin) => {
          const mask = thin ? skeletonize(bits(grid)) : bits(grid)
          const graph = skeletonGraph(mask, { mergeRadius })
          expect(inconsistency(graph)).toBe('')
          expect({ b0: graph.components, b1: graph.cycles }).toEqual(bettiNumbers(mask))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('holds every pixel and every link of a skeleton without 2×2 squares', () => {
    let checked = 0
    fc.assert(
      fc.property(anyMask(70, 40), fc.constantFrom(0, 3), (grid, mergeRadius) => {
        const skeleton = skeletonize(bits(grid))
        if (hasSquares(skeleton)) return
        checked++
        const { nodes, branches } = skeletonGraph(skeleton, { mergeRadius })
        const pixels = new Set([...nodes.pixel, ...branches.path])
        expect(pixels.size).toBe(skeleton.count)
        const length = sum(nodes.length) + sum(branches.length)
        expect(length).toBeCloseTo(skeletonLength(skeleton), 9)
      }),
      { numRuns: 300 },
    )
    expect(checked).toBeGreaterThan(100)
  })

  it('has the junctions of findJunctions, or more where near ones are not joined', () => {
    let equal = 0
    let checked = 0
    fc.assert(
      fc.property(anyMask(70, 40), (grid) => {
        const skeleton = skeletonize(bits(grid))
        if (hasSquares(skeleton)) return
        checked++
        const single = skeletonGraph(skeleton, { mergeRadius: 0 })
        expect(placesOf(single, 2)).toEqual([...findJunctions(skeleton, { mergeRadius: 0 })])
        const graph = skeletonGraph(skeleton)
        const junctions = findJunctions(skeleton)
        expect(placesOf(graph, 2).length).toBeGreaterThanOrEqual(junctions.length)
        if (placesOf(graph, 2).length > junctions.length) return
        equal++
        expect(placesOf(graph, 2)).toEqual([...junctions])
      }),
      { numRuns: 300 },
    )
    expect(equal).toBeGreaterThan(0.95 * checked)
  })

  it('has the ends of findEndpoints, on any mask', () => {
    fc.assert(
      fc.property(anyMask(70, 40), fc.boolean(), (grid, thin) => {
        const mask = thin ? skeletonize(bits(grid)) : bits(grid)
        expect(placesOf(skeletonGraph(mask), 1)).toEqual([...findEndpoints(mask)])
      }),
      { numRuns: 300 },
    )
  })

  it('keeps junctions apart that the skeleton does not join', () => {
    const skeleton = draw(`
      ....#.....
      ....#.....
      ##########
      ..........
      ##########
      ....#.....
      ....#.....`)
    expect(countJunctions(bits(skeleton))).toBe(1)
    expect(placesOf(skeletonGraph(bits(skeleton)), 2)).toEqual([4, 2, 4, 4])
  })

  it('merges near branching pixels and keeps a loop between them as a branch', () => {
    const skeleton = bits(draw('....#.... ####.#### ....#....'))
    const { nodes, branches, cycles } = skeletonGraph(skeleton)
    expect([...nodes.kind]).toEqual([1, 2, 1])
    expect([nodes.x[1], nodes.y[1], nodes.degree[1]]).toEqual([4, 1, 4])
    expect(cycles).toBe(1)
    expect([...branches.type].sort()).toEqual([1, 1, 2])
    const loop = branches.type.indexOf(2)
    expect([branches.from[loop], branches.to[loop]]).toEqual([1, 1])
    expect(skeletonGraph(skeleton, { mergeRadius: 1 }).cycles).toBe(1)
  })

  it('takes the first of two ways between branching pixels that are equally long', () => {
    const { nodes, branches } = skeletonGraph(bits(draw('...#... .##.### #..#...')))
    // The two branching pixels with the pixel above, and two ends; the way below is a loop.
    expect([...nodes.pixel]).toEqual([9, 11, 3, 13, 14])
    expect([...branches.path.subarray(branches.pathStart[1], branches.pathStart[2])]).toEqual([
      9, 17, 11,
    ])
    expect([...branches.to]).toEqual([2, 0, 1])
  })

  it('numbers kinds and types as their names say', () => {
    const skeleton = bits(
      draw(`
        #.....#...
        .....#.#..
        ......#...
        ..........
        ######....
        ..........
        ###.......
        .#........
        .#.#######
        ..#.......
        ..#.......`),
    )
    const { nodes, branches } = skeletonGraph(skeleton)
    expect(Array.from(nodes.kind, (kind) => NODE_KINDS[kind])).toEqual([
      'isolated',
      'cycle',
      'end',
      'end',
      'end',
      'junction',
      'end',
      'end',
      'junction',
      'end',
    ])
    expect(Array.from(branches.type, (type) => BRANCH_TYPES[type]).sort()).toEqual([
      'end-end',
      'end-junction',
      'end-junction',
      'end-junction',
      'end-junction',
      'isolated-cycle',
      'junction-junction',
    ])
  })

  it('measures mean radii in the distance transform of the mask', () => {
    const mask = bits(draw('....... ######. ######. ######. .......'))
    const skeleton = skeletonize(mask)
    const { branches } = skeletonGraph(skeleton, { mask })
    const { distances } = distanceTransform(mask)
    const values = Array.from(branches.path, (pixel) => distances[pixel])
    expect(branches.count).toBe(1)
    expect(branches.meanRadius[0]).toBeCloseTo(
      values.reduce((a, b) => a + b, 0) / values.length,
      12,
    )
    expect(skeletonGraph(skeleton).branches.meanRadius[0]).toBeNaN()
  })

  it('takes masks of no pixels', () => {
    for (const [width, height] of [
      [0, 0],
      [0, 5],
      [5, 0],
      [5, 5],
    ]) {
      const graph = skeletonGraph({ data: new Uint8Array(width * height), width, height })
      expect([graph.nodes.count, graph.branches.count, graph.cycles]).toEqual([0, 0, 0])
    }
  })

  it.each<[unknown, Error]>([
    [{ mergeRadius: -1 }, new RangeError('expected mergeRadius to be a finite number ≥ 0, got -1')],
    [
      { radius: 3 },
      new RangeError(
        "unknown option 'radius' of skeletonGraph: did you mean 'mask'? Known: mask, mergeRadius",
      ),
    ],
    [
      { mask: [[1, 1]] },
      new RangeError('expected a skeleton and its mask of equal size, got 1 × 1 and 2 × 1'),
    ],
    [null, new TypeError('expected the options of skeletonGraph to be a plain object, got null')],
  ])('refuses the options %j', (options, error) => {
    expect(() => skeletonGraph([[1]], options as SkeletonGraphOptions)).toThrow(error)
  })
})

describe('skeletonGraph beside skan', () => {
  const { skeletons } = readGraphGolden()
  const named = (wanted: string) => skeletons.filter(({ name }) => name === wanted)[0]

  /** Lengths by skan's types: a branch that ends where it begins is of the fourth. */
  function lengthsOf({ branches }: SkeletonGraph): number[][] {
    const lengths: number[][] = [[], [], [], []]
    for (let i = 0; i < branches.count; i++) {
      const type = branches.from[i] === branches.to[i] ? 3 : branches.type[i]
      lengths[type].push(branches.length[i])
    }
    return lengths.map((values) => values.sort((a, b) => a - b))
  }

  it('has the same branches by type and length where no tie is broken, and only there', () => {
    let agree = 0
    let ties = 0
    const found = faults(skeletons, ({ skan, ties: isTie, ...skeleton }) => {
      if ('error' in skan) return ''
      const lengths = lengthsOf(
        skeletonGraph(bits({ ...skeleton, data: skeleton.mask }), { mergeRadius: 0 }),
      )
      const same = lengths.every(
        (values, type) =>
          values.length === skan.lengths[type].length &&
          values.every((value, i) => Math.abs(value - skan.lengths[type][i]) < 1e-8),
      )
      if (same) agree++
      else ties++
      return same === isTie ? `${JSON.stringify(lengths)} and ${JSON.stringify(skan.lengths)}` : ''
    })
    expect(found).toEqual([])
    expect([agree, ties]).toEqual([41, 32])
  })

  it('has the published lengths of the small skeletons', () => {
    const lengths = (name: string) => {
      const { width, height, mask } = named(name)
      const { branches } = skeletonGraph({ data: mask, width, height }, { mergeRadius: 0 })
      return [...branches.length].sort((a, b) => a - b)
    }
    const corner = 1 + Math.SQRT2
    const expected = [corner, corner, 1 + corner, 5 * corner]
    lengths('drawn/skeleton1').forEach((length, i) => {
      expect(length).toBeCloseTo(expected[i], 12)
    })
    expect(lengths('drawn/skeleton1')).toHaveLength(4)
    expect(lengths('drawn/tiny-cycle')).toEqual([4 * Math.SQRT2])
  })

  it('has the cycles that the Euler number says, where skan loses some', () => {
    let lost = 0
    const found = faults(skeletons, ({ mask, width, height, components, euler, skan }) => {
      const graph = skeletonGraph({ data: mask, width, height })
      if ('cycles' in skan && skan.cycles < components - euler) lost++
      if (graph.components !== components) return `${graph.components} components`
      return graph.cycles === components - euler ? '' : `${graph.cycles} cycles`
    })
    expect(found).toEqual([])
    expect(lost).toBe(14)
  })

  it('has a node for a pixel by itself, where skan fails', () => {
    const { mask, width, height, skan } = skeletons.find(
      ({ name }) => name === 'drawn/lone-pixels',
    )!
    expect(skan).toEqual({ error: 'ValueError' })
    const { nodes, branches } = skeletonGraph({ data: mask, width, height })
    expect([...nodes.kind]).toEqual([0, 0, 0, 0])
    expect(branches.count).toBe(0)
  })
})
