import { type FileHandle, open, readFile } from 'node:fs/promises'
import { fileError, pathName } from '../../file-error.ts'
import { type CaseLine, caseLine, parseCaseLine } from './case-lines.ts'
import { type CasesHeader, parseHeader } from './cases-header.ts'

/** What a file of cases has. */
export interface CasesRead {
  readonly header: CasesHeader
  /** By the index of the pair; of several lines of one pair the last. */
  readonly cases: ReadonlyMap<number, CaseLine>
  /** Bytes up to the end of the last whole line. */
  readonly bytes: number
}

/**
 * Reads a file of cases. What is after the last line end was being written when something stopped the
 * writer, and does not count.
 *
 * @returns undefined if there is no whole line
 * @throws RangeError if it cannot be read or is not a file of cases
 */
export async function readCases(path: string): Promise<CasesRead | undefined> {
  const name = pathName(path)
  const content = await readFile(path).catch((error: unknown) => {
    throw fileError('read', name, error)
  })
  const cases = new Map<number, CaseLine>()
  let header: CasesHeader | undefined
  let start = 0
  for (let line = 1; ; line++) {
    const end = content.indexOf(10, start)
    if (end < 0) break
    const value = parsed(content.toString('utf8', start, end))
    if (header === undefined) {
      header = parseHeader(value)
      if (header === undefined) {
        throw new RangeError(`expected ${name} to be a file of cases of this version, got another`)
      }
    } else {
      const found = parseCaseLine(value)
      if (found === undefined || found.index >= header.pairs) {
        throw new RangeError(`line ${line} of ${name} is damaged`)
      }
      cases.set(found.index, found)
    }
    start = end + 1
  }
  return header && { header, cases, bytes: start }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Appends to a file of cases, one whole line after the other. */
export class CasesWriter {
  readonly #file: FileHandle
  readonly #name: string

  private constructor(file: FileHandle, name: string) {
    this.#file = file
    this.#name = name
  }

  /**
   * Begins a file that is not there yet, or goes on with one after its last whole line.
   *
   * @param earlier - what the file has; of a file without a whole line only where it is
   * @throws RangeError if the file is there although it is not gone on with, or cannot be written
   */
  static async begin(
    path: string,
    header: CasesHeader,
    earlier?: { readonly bytes: number },
  ): Promise<CasesWriter> {
    const writer = await CasesWriter.#open(path, earlier === undefined ? 'ax' : 'a')
    try {
      if (earlier !== undefined) await writer.#file.truncate(earlier.bytes)
      if ((earlier?.bytes ?? 0) === 0) await writer.#append(`${JSON.stringify(header)}\n`)
      return writer
    } catch (error) {
      await writer.close()
      throw fileError('write', pathName(path), error)
    }
  }

  static async #open(path: string, flags: string): Promise<CasesWriter> {
    const name = pathName(path)
    try {
      return new CasesWriter(await open(path, flags), name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError('write', name, error)
      throw new RangeError(`${name} is there already: resume goes on from it`)
    }
  }

  async write(line: CaseLine): Promise<void> {
    await this.#append(caseLine(line))
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #append(text: string): Promise<void> {
    try {
      await this.#file.appendFile(text)
    } catch (error) {
      throw fileError('write', this.#name, error)
    }
  }
}
