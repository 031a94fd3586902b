import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The frozen model that comes with the example. */
export const SHIPPED_BASE: string = fileURLToPath(
  new URL('../base/model.safetensors', import.meta.url),
)

/**
 * The value of an option that is a number.
 *
 * @throws RangeError if the text is no integer of at least `least`
 */
export function integerOption(text: string, name: string, least: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`expected --${name} to be an integer of at least ${least}, got '${text}'`)
}

/** The folder of an adapter, given that of a run or its own. */
export function adapterFolder(folder: string): string {
  const ofRun = join(folder, 'adapter')
  return existsSync(ofRun) ? ofRun : folder
}

/** Runs a command: an error becomes its message and exit code 1. */
export async function runCommand(command: (args: string[]) => Promise<void>): Promise<void> {
  try {
    await command(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
