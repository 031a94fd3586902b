import { runInNewContext } from 'node:vm'
import { branchStatistics, graphToGeoJSON, skeletonGraph } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits } from '../../oracle/compare.ts'
import { draw } from '../../oracle/grid.ts'

const FUNCTIONS: [string, (graph: never) => unknown][] = [
  ['branchStatistics', branchStatistics],
  ['graphToGeoJSON', graphToGeoJSON],
]

/** Four nodes and three branches, in an image of 5 × 4 pixels. */
const fork = () => skeletonGraph(bits(draw('#...# .#.#. ..#.. ..#..')))

type Graph = ReturnType<typeof fork>
const withNodes = (nodes: object) => ({ ...fork(), nodes: { ...fork().nodes, ...nodes } })
const withBranches = (branches: object) => ({
  ...fork(),
  branches: { ...fork().branches, ...branches },
})
/** The graph with one element of an array replaced. */
function altered(change: (graph: Graph) => void): Graph {
  const graph = fork()
  change(graph)
  return graph
}

const NO_GRAPHS: [unknown, string][] = [
  [undefined, 'got undefined'],
  [null, 'got null'],
  ['graph', "got 'graph'"],
  [{}, 'got one whose width is undefined'],
  [bits(draw('#')), 'got one whose components is undefined'],
  [{ ...fork(), nodes: null }, 'got one whose nodes is null'],
  [{ ...fork(), branches: undefined }, 'got one whose branches is undefined'],
  [{ ...fork(), cycles: '0' }, "got one whose cycles is '0'"],
  [withNodes({ count: undefined }), 'got one whose nodes.count is undefined'],
  [withNodes({ x: [0, 4, 2, 2] }), 'got one whose nodes.x is an array of length 4'],
  [withNodes({ kind: fork().nodes.degree }), 'got one whose nodes.kind is a Int32Array'],
  [withBranches({ path: undefined }), 'got one whose branches.path is undefined'],
  [withBranches({ path: [0, 1] }), 'got one whose branches.path is an array of length 2'],
  [withBranches({ pathStart: {} }), 'got one whose branches.pathStart is an object'],
  [JSON.parse(JSON.stringify(fork())), 'got one whose nodes.x is an object'],
]

const OUT_OF_RANGE: [Graph | object, string][] = [
  [{ ...fork(), width: 4.5 }, 'expected width to be an integer from 0 to 2147483647, got 4.5'],
  [withNodes({ count: -1 }), 'expected nodes.count to be an integer from 0 to 2147483647, got -1'],
  [withNodes({ count: 3 }), 'expected nodes.x of length 3, got 4'],
  [withNodes({ length: new Float64Array(5) }), 'expected nodes.length of length 4, got 5'],
  [withBranches({ count: 2 }), 'expected branches.from of length 2, got 3'],
  [
    withBranches({ pathStart: fork().branches.pathStart.slice(1) }),
    'expected branches.pathStart of length 4, got 3',
  ],
  [
    altered(({ nodes }) => nodes.kind.fill(4, 2, 3)),
    'expected nodes.kind[2] to be from 0 to 3, got 4',
  ],
  [
    altered(({ branches }) => branches.type.fill(9, 1)),
    'expected branches.type[1] to be from 0 to 3, got 9',
  ],
  [
    altered(({ branches }) => branches.from.fill(4, 0, 1)),
    'expected branches.from[0] to be from 0 to 3, got 4',
  ],
  [
    altered(({ branches }) => branches.to.fill(-1, 2)),
    'expected branches.to[2] to be from 0 to 3, got -1',
  ],
  [
    altered(({ branches }) => branches.path.fill(20, 1, 2)),
    'expected branches.path[1] to be from 0 to 19, got 20',
  ],
  [
    altered(({ branches }) => branches.pathStart.fill(99, 3)),
    'expected branches.pathStart[3] to be from 8 to 8, got 99',
  ],
  [
    altered(({ branches }) => branches.pathStart.fill(1, 1, 2)),
    'expected branches.pathStart[1] to be from 2 to 8, got 1',
  ],
  [
    altered(({ branches }) => branches.pathStart.fill(-2, 0, 1)),
    'expected branches.pathStart[0] to be from 0 to 8, got -2',
  ],
]

describe.each(FUNCTIONS)('%s', (_, run) => {
  const errorOf = (graph: unknown): unknown => {
    try {
      return run(graph as never)
    } catch (error) {
      return error
    }
  }

  it('refuses what is no graph', () => {
    for (const [graph, message] of NO_GRAPHS) {
      const error = errorOf(graph)
      expect(error, message).toBeInstanceOf(TypeError)
      expect(`${error}`).toBe(`TypeError: expected a graph as skeletonGraph returns it, ${message}`)
    }
  })

  it('refuses indices that lead nowhere', () => {
    for (const [graph, message] of OUT_OF_RANGE) {
      const error = errorOf(graph)
      expect(error, message).toBeInstanceOf(RangeError)
      expect(`${error}`).toBe(`RangeError: ${message}`)
    }
  })

  it('takes graphs of every kind, from elsewhere too', () => {
    const arts = ['', '#', '... ...', '##', '### #.# ###', '.#. #.# .#.', '#...# .#.#. ..#.. ..#..']
    for (const art of arts) {
      const graph = skeletonGraph(bits(draw(art)))
      const elsewhere: unknown = runInNewContext(
        `const copy = (value) => typeof value !== 'object' ? value
          : ArrayBuffer.isView(value) ? new globalThis[value.constructor.name](value)
          : Object.fromEntries(Object.entries(value).map(([name, own]) => [name, copy(own)]))
        copy(graph)`,
        { graph },
      )
      expect(run(structuredClone(graph) as never)).toEqual(run(graph as never))
      expect(run(elsewhere as never)).toEqual(run(graph as never))
    }
  })
})
