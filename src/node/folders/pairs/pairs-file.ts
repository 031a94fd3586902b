import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join } from 'node:path'
import { unknownName } from '../../../mask/options.ts'
import { fileError, pathName } from '../../file-error.ts'
import { withoutEnding } from '../../formats/image-endings.ts'
import { printable } from '../../printable.ts'
import type { FilePair } from './file-pair.ts'
import { list } from './problems.ts'

/** The columns of a list, those first that it must have. */
const NEEDED = ['pred', 'truth']
const COLUMNS = [...NEEDED, 'within', 'against', 'image', 'name']

/** A column that may be empty in some rows; of another method every row has a prediction. */
const MAY_BE_EMPTY = ['within', 'image', 'name']

/** Whether a path is that of a list of pairs. */
export const isPairsFile = (path: unknown): path is string =>
  typeof path === 'string' && extname(path).toLowerCase() === '.csv'

/**
 * The pairs of a list: comma-separated values with the names of the columns in the first row. Paths
 * that are not absolute begin at the folder of the list.
 *
 * @throws RangeError if the list cannot be read, a column is missing, unknown or there twice, a path
 * is empty, or two rows have one prediction or one name
 */
export async function pairsFromFile(path: string): Promise<FilePair[]> {
  const listName = pathName(path)
  const [header, ...rows] = await rowsOf(path, listName)
  const columns = (header?.record ?? []).map((name) => name.trim())
  checkColumns(columns, listName)
  const folder = dirname(path)
  const pairs = rows.map(({ record, info: { lines } }) => {
    const cells: Record<string, string> = {}
    for (const [i, column] of columns.entries()) {
      const cell = record[i].trim()
      const isPath = column !== 'name'
      if (cell !== '') cells[column] = isPath && !isAbsolute(cell) ? join(folder, cell) : cell
      else if (!MAY_BE_EMPTY.includes(column)) {
        throw new RangeError(`expected a path as ${column} in line ${lines} of ${listName}`)
      }
    }
    return cells
  })
  if (pairs.length === 0) throw new RangeError(`expected pairs in ${listName}, got only a header`)
  refuseTwice(pairs, 'pred', listName)
  const named = withNames(pairs)
  refuseTwice(named, 'name', listName)
  return named
}

/** A row of a list, and in which line it ends. */
interface Row {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

async function rowsOf(path: string, listName: string): Promise<Row[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', listName, error)
  })
  const text = utf8(bytes, listName)
  const { parse } = await import('csv-parse/sync')
  try {
    return parse(text, { bom: true, info: true, skip_empty_lines: true }) as unknown as Row[]
  } catch (cause) {
    const message = printable((cause as Error).message)
    throw new RangeError(`expected ${listName} to be comma-separated values: ${message}`, { cause })
  }
}

/** Names of files in another encoding would lead nowhere, or to other files. */
function utf8(bytes: Uint8Array, listName: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new RangeError(`expected ${listName} to be text in UTF-8: save it so`, { cause })
  }
}

function checkColumns(columns: readonly string[], listName: string): void {
  const [first = ''] = columns
  if (columns.length === 1 && /[;\t]/.test(first)) {
    const mark = first.includes(';') ? 'semicolons' : 'tabs'
    throw new RangeError(`expected commas between the columns of ${listName}, got ${mark}`)
  }
  for (const [i, column] of columns.entries()) {
    if (!COLUMNS.includes(column)) throw unknownName(column, COLUMNS, listName, 'column')
    if (columns.indexOf(column) < i) {
      throw new RangeError(`expected each column of ${listName} once, got '${column}' twice`)
    }
  }
  const missing = NEEDED.filter((column) => !columns.includes(column))
  if (missing.length === 0) return
  const got = columns.length === 0 ? 'nothing' : list(columns)
  throw new RangeError(
    `expected the columns pred and truth in the first row of ${listName}, got ${got}`,
  )
}

/** Named by their predictions, by file names if all differ, unless the list names them. */
function withNames(pairs: readonly Record<string, string>[]): FilePair[] {
  const stems = pairs.map(({ pred }) => withoutEnding(basename(pred)))
  const isEachOnce = new Set(stems).size === stems.length
  return pairs.map(({ name, ...files }, i) => {
    const { pred } = files
    const own = isEachOnce ? stems[i] : withoutEnding(pred)
    return { name: name ?? own, ...files } as unknown as FilePair
  })
}

function refuseTwice(pairs: readonly object[], column: string, listName: string): void {
  const all = pairs.map((pair) => (pair as Record<string, string>)[column])
  const seen = new Set<string>()
  const twice = new Set(all.filter((value) => seen.size === seen.add(value).size))
  if (twice.size === 0) return
  throw new RangeError(
    `expected each ${column} of ${listName} once, got twice: ${list([...twice])}`,
  )
}
