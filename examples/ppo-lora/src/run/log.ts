/**
 * The folder of a run: its configuration, its numbers in three forms, and its summary.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../files/write-atomically.ts'
import { EventFile } from './event-file.ts'

/** One line of the log: the update and its numbers; null where a number was not measured. */
export interface LogRecord {
  update: number
  [name: string]: number | null
}

const CONFIG = 'config.json'
const LINES = 'log.jsonl'
const TABLE = 'log.csv'
const SUMMARY = 'summary.json'

/**
 * Writes `config.json`, `log.jsonl`, `log.csv`, an event file for TensorBoard and `summary.json`
 * into a folder. Logs are appended to, the other files are replaced as a whole, so that a killed
 * run leaves at worst an unfinished last line, which {@link RunLog.resume} removes.
 *
 * Numbers that are not finite become null and an empty cell: neither JSON nor most readers of CSV
 * know them.
 */
export class RunLog {
  /** The columns, from the first record; empty before it. */
  private columns: string[]
  private readonly folder: string
  private readonly events: EventFile

  private constructor(folder: string, columns: string[], events: EventFile) {
    this.folder = folder
    this.columns = columns
    this.events = events
  }

  /**
   * Starts a run in a folder, which is made if it is missing.
   *
   * @param config - anything that JSON can hold
   * @throws Error if the folder already holds a run, which is left as it is
   */
  static create(folder: string, config: unknown): RunLog {
    if (existsSync(join(folder, LINES)) || existsSync(join(folder, CONFIG))) {
      throw new Error(
        `${folder} already holds a run: continue it with --resume, or choose another folder`,
      )
    }
    mkdirSync(folder, { recursive: true })
    writeAtomically(join(folder, CONFIG), toJson(config))
    const events = EventFile.create(join(folder, eventFileName()))
    writeAtomically(join(folder, TABLE), '')
    writeAtomically(join(folder, LINES), '')
    return new RunLog(folder, [], events)
  }

  /**
   * Continues the run of a folder after an update: records of later updates are removed from all
   * logs, and so is a line that was cut off.
   *
   * @param update - the last update that the resumed state knows; 0 removes all
   * @throws Error if the folder holds no run
   */
  static resume(folder: string, update: number): RunLog {
    const isEmpty = !existsSync(join(folder, LINES))
    if (isEmpty && !existsSync(join(folder, CONFIG))) {
      throw new Error(`${folder} holds no run to resume`)
    }
    // A run that was killed while `create` made its files.
    const records = (isEmpty ? [] : readLog(folder)).filter((record) => record.update <= update)
    const columns = records.length > 0 ? Object.keys(records[0]) : []
    writeAtomically(join(folder, LINES), records.map(toLine).join(''))
    const rows = records.map((record) => toRow(record, columns))
    writeAtomically(join(folder, TABLE), columns.length > 0 ? header(columns) + rows.join('') : '')
    const name = readdirSync(folder).find((file) => /tfevents.*\.ppo-lora$/.test(file))
    if (name === undefined && update === 0) {
      return new RunLog(folder, columns, EventFile.create(join(folder, eventFileName())))
    }
    if (name === undefined) throw new Error(`${folder} has lost its event file (*tfevents*)`)
    return new RunLog(folder, columns, EventFile.resume(join(folder, name), update))
  }

  /**
   * Appends a record to all logs.
   *
   * @param record - its update, and numbers under the names of the first record
   * @throws RangeError if the names are not those of the first record
   * @throws Error if a log cannot be written, as when the disk is full
   */
  append<R extends { update: number } & { [K in keyof R]: number | null }>(record: R): void {
    const names = Object.keys(record)
    if (this.columns.length === 0) {
      this.appendTo(TABLE, header(names))
      this.columns = names
    }
    this.checkNames(names)
    const numbers: LogRecord = { ...record }
    this.appendTo(LINES, toLine(numbers))
    this.appendTo(TABLE, toRow(numbers, this.columns))
    const finite = names.filter((name) => name !== 'update' && Number.isFinite(numbers[name]))
    const values = finite.map((name) => [name, numbers[name] as number] as const)
    try {
      this.events.append(record.update, Object.fromEntries(values))
    } catch (error) {
      throw cannotWrite('the event file', this.folder, error)
    }
  }

  /** All records so far, oldest first. */
  records(): LogRecord[] {
    return readLog(this.folder)
  }

  /** Writes or replaces `summary.json`. */
  writeSummary(summary: unknown): void {
    writeAtomically(join(this.folder, SUMMARY), toJson(summary))
  }

  private checkNames(names: string[]): void {
    const missing = this.columns.filter((name) => !names.includes(name))
    const added = names.filter((name) => !this.columns.includes(name))
    if (missing.length === 0 && added.length === 0) return
    throw new RangeError(
      'expected a record with the names of the first one; ' +
        `missing: ${missing.join(', ') || 'none'}; new: ${added.join(', ') || 'none'}`,
    )
  }

  private appendTo(file: string, text: string): void {
    try {
      appendFileSync(join(this.folder, file), text)
    } catch (error) {
      throw cannotWrite(file, this.folder, error)
    }
  }
}

function eventFileName(): string {
  return `events.out.tfevents.${Math.floor(Date.now() / 1000)}.ppo-lora`
}

/** The records of a folder's `log.jsonl`, up to a line that was cut off. */
export function readLog(folder: string): LogRecord[] {
  const records: LogRecord[] = []
  const lines = readFileSync(join(folder, LINES), 'utf8').split('\n')
  // What follows the last line feed is empty, or a line that was cut off.
  for (const line of lines.slice(0, -1)) {
    try {
      records.push(JSON.parse(line))
    } catch {
      break
    }
  }
  return records
}

function toLine(record: LogRecord): string {
  return `${JSON.stringify(record)}\n`
}

function header(columns: string[]): string {
  return `${columns.join(',')}\n`
}

function toRow(record: LogRecord, columns: string[]): string {
  const cells = columns.map((name) => (Number.isFinite(record[name]) ? record[name] : ''))
  return `${cells.join(',')}\n`
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

function cannotWrite(what: string, folder: string, error: unknown): Error {
  return new Error(`cannot write ${what} in ${folder}: ${(error as Error).message}`, {
    cause: error,
  })
}
