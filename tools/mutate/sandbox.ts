import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What no test of a mutant reads. */
const LEFT_OUT = /^(examples\/ppo-lora\/|docs\/images\/|package-lock\.json)/

/**
 * Copies the project, as it stands in the working tree, into a folder of its own: mutants are written
 * there, so that threads and processes that a test starts have them too.
 */
export function makeSandbox(root: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  const list = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: root })
  for (const file of list.toString().split('\0')) {
    if (file === '' || LEFT_OUT.test(file) || !existsSync(join(root, file))) continue
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
}
