import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { STDIN } from './mask-reader.ts'

/** Whether two paths lead to one file that exists. */
async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map(statOf))
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev
}

const statOf = (path: string) => stat(path).catch(() => undefined)

/** Refuses an output, as wrong usage, that would take the place of an input */
export async function refuseOverwriting(
  command: Command,
  option: string,
  output: string,
  inputs: readonly string[],
): Promise<void> {
  for (const input of inputs) {
    if (await isSameFile(output, input)) {
      command.error(`error: --${option} '${output}' would overwrite the input '${input}'`)
    }
  }
}

/** Refuses inputs, as wrong usage, of which one cannot be read once the other has been. */
export async function refuseReadingTwice(
  command: Command,
  inputs: readonly string[],
): Promise<void> {
  for (const [i, input] of inputs.entries()) {
    for (const other of inputs.slice(i + 1)) {
      if (input === STDIN && other === STDIN) {
        command.error("error: expected at most one input to be the standard input '-', got two")
      }
      const there = await statOf(input)
      if (there === undefined || there.isFile() || there.isDirectory()) continue
      if (await isSameFile(input, other)) {
        command.error(
          `error: expected '${input}' to be one input, got it for two: it is not a file`,
        )
      }
    }
  }
}

/**
 * Refuses an output, as wrong usage, whose name promises another format than is written. What is
 * there and no file, such as a pipe, may be called anything.
 */
export async function refuseOtherFormat(
  command: Command,
  option: string,
  output: string,
  endings: readonly string[],
  what: string,
): Promise<void> {
  if (endings.includes(extname(output).toLowerCase())) return
  const there = await statOf(output)
  if (there !== undefined && !there.isFile() && !there.isDirectory()) return
  command.error(
    `error: expected the file of --${option} to end in ${endings.join(' or ')}, got '${output}': it is ${what}`,
  )
}

/** An option whose value is an integer in a range. */
export function integerOption(
  flags: string,
  description: string,
  min: number,
  max: number,
): Option {
  return new Option(flags, description).argParser((text) => {
    const value = numberOf(text)
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected an integer from ${min} to ${max}.`)
    }
    return value
  })
}

/** An option whose value is a number that is not below the least one, if there is one. */
export function numberOption(flags: string, description: string, min?: number): Option {
  return new Option(flags, description).argParser((text) => {
    const value = numberOf(text)
    const least = min === undefined ? '' : ` of at least ${min}`
    if (!Number.isFinite(value) || (min !== undefined && value < min)) {
      throw new InvalidArgumentError(`Expected a number${least}.`)
    }
    return value
  })
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

/**
 * A page or a category of all images, or of those that are named, such as pred=3,truth=0.
 *
 * @param roles - what can be named
 * @param all - which images a choice without names is for
 */
export function choicesOption<Role extends string>(
  text: string,
  roles: readonly Role[],
  all: readonly Role[] = roles,
): Partial<Record<Role, number | string>> {
  const named = new RegExp(`^(${roles.join('|')})=(.+)$`, 's')
  const parts = text.split(',').map((part) => named.exec(part))
  const entries = parts.every((part) => part !== null)
    ? parts.map(([, role, page]) => [role, pageOf(page)])
    : all.map((role) => [role, pageOf(text)])
  return Object.fromEntries(entries)
}

/** A page that an option names: a number, or the name of what has one. */
export function pageOf(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}
