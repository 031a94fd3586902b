import { describe, integer } from '../../mask/validate.ts'
import { BRANCH_TYPES, NODE_KINDS, type SkeletonGraph } from './types.ts'

/** The kind of array that each property is. */
const NODE_ARRAYS = {
  x: 'Int32Array',
  y: 'Int32Array',
  kind: 'Uint8Array',
  degree: 'Int32Array',
  length: 'Float64Array',
} as const
const BRANCH_ARRAYS = {
  from: 'Int32Array',
  to: 'Int32Array',
  type: 'Uint8Array',
  length: 'Float64Array',
  meanRadius: 'Float64Array',
} as const

const MAX_COUNT = 2 ** 31 - 1

/**
 * Checks that a graph is one, and that its indices lie where they lead to something: what is read of
 * it later must exist. Reads every index once.
 */
export function checkGraph(graph: SkeletonGraph): void {
  expectObject(graph, '')
  for (const name of ['width', 'height', 'components', 'cycles'] as const) {
    expectCount(graph[name], name)
  }
  const { nodes, branches } = graph
  checkArrays(nodes, NODE_ARRAYS, 'nodes')
  checkArrays(branches, BRANCH_ARRAYS, 'branches')
  const { pathStart, path } = branches
  expectArray(pathStart, 'Int32Array', 'branches.pathStart', branches.count + 1)
  expectArray(path, 'Int32Array', 'branches.path', path?.length)

  expectBelow(nodes.kind, NODE_KINDS.length, 'nodes.kind')
  expectBelow(branches.type, BRANCH_TYPES.length, 'branches.type')
  expectBelow(branches.from, nodes.count, 'branches.from')
  expectBelow(branches.to, nodes.count, 'branches.to')
  expectBelow(path, graph.width * graph.height, 'branches.path')
  for (let i = 0; i <= branches.count; i++) {
    // Every path begins in a pixel of one node and ends in another pixel, or comes back.
    const least = i === 0 ? 0 : pathStart[i - 1] + 2
    if (pathStart[i] >= least && pathStart[i] <= path.length) continue
    throw new RangeError(
      `expected branches.pathStart[${i}] to be from ${least} to ${path.length}, got ${pathStart[i]}`,
    )
  }
}

function checkArrays<Part extends { count: number }>(
  part: Part,
  arrays: Readonly<Partial<Record<keyof Part, string>>>,
  name: string,
): void {
  expectObject(part, name)
  expectCount(part.count, `${name}.count`)
  for (const own of Object.keys(arrays) as (keyof Part & string)[]) {
    expectArray(part[own], arrays[own], `${name}.${own}`, part.count)
  }
}

function notAGraph(value: unknown, name: string): TypeError {
  const what = name === '' ? describe(value) : `one whose ${name} is ${describe(value)}`
  return new TypeError(`expected a graph as skeletonGraph returns it, got ${what}`)
}

function expectObject(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null) throw notAGraph(value, name)
}

function expectCount(value: unknown, name: string): void {
  if (typeof value !== 'number') throw notAGraph(value, name)
  integer(value, name, 0, MAX_COUNT)
}

function expectArray(value: unknown, tag: string | undefined, name: string, length: number): void {
  // Not instanceof: an array may come from another realm.
  if (Object.prototype.toString.call(value) !== `[object ${tag}]`) throw notAGraph(value, name)
  const actual = (value as ArrayLike<unknown>).length
  if (actual !== length) throw new RangeError(`expected ${name} of length ${length}, got ${actual}`)
}

function expectBelow(values: Int32Array | Uint8Array, end: number, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] >= 0 && values[i] < end) continue
    throw new RangeError(`expected ${name}[${i}] to be from 0 to ${end - 1}, got ${values[i]}`)
  }
}
