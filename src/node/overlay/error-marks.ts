import {
  TOPOLOGY_ERROR_KINDS,
  type TopologyError,
  type TopologyErrorKind,
} from '../../metrics/topology-errors/topology-errors.ts'

/** An error, or several that are one gap, as pictures and lists show it. */
export interface ErrorMark {
  readonly kind: TopologyErrorKind
  /** Column and row of the greatest of them. */
  readonly x: number
  readonly y: number
  /** Pixels of the centreline, of all of them. */
  readonly size: number
  /** How many connections of the list it stands for. */
  readonly count: number
}

/** What pictures and lists show of errors. */
export interface ErrorMarks {
  /** The greatest first. */
  readonly marks: readonly ErrorMark[]
  /** Branches that are too small to be shown. */
  readonly specks: number
}

/** Connections that belong to one gap lie nearer to each other than this, in pixels. */
const GAP = 24
/** So many pixels may lie between two pieces of one gap. */
const SLACK = 4

/**
 * The errors as marks: connections of one gap, of which one is listed for each two vessels that it
 * joins, become one mark, and branches smaller than `minSize` are counted only. A broken connection is
 * shown whatever its size: one pixel cuts a vessel.
 */
export function errorMarks(errors: readonly TopologyError[], minSize: number): ErrorMarks {
  const shown = errors.filter(({ kind, size }) => isConnection(kind) || size >= minSize)
  const marks = TOPOLOGY_ERROR_KINDS.flatMap((kind) => {
    const ofKind = shown.filter((error) => error.kind === kind)
    return isConnection(kind) ? gapsOf(ofKind) : ofKind.map((error) => ({ ...error, count: 1 }))
  })
  marks.sort((a, b) => b.size - a.size || a.y - b.y || a.x - b.x)
  return { marks, specks: errors.length - shown.length }
}

const isConnection = (kind: TopologyErrorKind) => kind.endsWith('connection')

/** Joins errors of one kind whose pieces meet. */
function gapsOf(errors: readonly TopologyError[]): ErrorMark[] {
  // Only errors in neighbouring cells can be near each other.
  const cells = new Map<string, number[]>()
  const cellOf = (at: number) => Math.floor(at / GAP)
  const groups = errors.map((_, i) => i)
  const rootOf = (i: number) => {
    let root = i
    while (groups[root] !== root) root = groups[root]
    groups[i] = root
    return root
  }
  for (const [i, { x, y, size }] of errors.entries()) {
    for (let row = cellOf(y) - 1; row <= cellOf(y) + 1; row++) {
      for (let column = cellOf(x) - 1; column <= cellOf(x) + 1; column++) {
        for (const other of cells.get(`${column},${row}`) ?? []) {
          const reach = Math.min(GAP, (size + errors[other].size) / 2 + SLACK)
          const distance = Math.hypot(x - errors[other].x, y - errors[other].y)
          if (distance <= reach) groups[rootOf(i)] = rootOf(other)
        }
      }
    }
    const key = `${cellOf(x)},${cellOf(y)}`
    const cell = cells.get(key)
    if (cell === undefined) cells.set(key, [i])
    else cell.push(i)
  }
  const marks = new Map<number, ErrorMark & { largest: number }>()
  for (const [i, error] of errors.entries()) {
    const root = rootOf(i)
    const mark = marks.get(root)
    if (mark === undefined) marks.set(root, { ...error, count: 1, largest: error.size })
    else {
      const place = error.size > mark.largest ? error : mark
      marks.set(root, {
        kind: mark.kind,
        x: place.x,
        y: place.y,
        size: mark.size + error.size,
        count: mark.count + 1,
        largest: Math.max(mark.largest, error.size),
      })
    }
  }
  return [...marks.values()].map(({ largest: _, ...mark }) => mark)
}
