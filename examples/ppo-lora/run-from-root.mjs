/**
 * `npm run train` in the root of the repository: installs and builds what is missing, then trains.
 * Plain JavaScript without packages, as it runs before there are any.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const example = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

// Ctrl-C is for the training, which saves before it ends.
process.on('SIGINT', () => {})

// On Windows npm is a script, which only a shell starts.
const npm = (cwd, ...args) => run('npm', args, { cwd, shell: process.platform === 'win32' })

function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

if (!existsSync(`${root}/node_modules/tsup`)) npm(root, 'ci', '--ignore-scripts')
if (!existsSync(`${root}/dist/index.js`)) npm(root, 'run', 'build')
if (!existsSync(`${example}/node_modules/@tensorflow/tfjs`)) npm(example, 'ci')
run(process.execPath, ['--import', 'tsx', 'src/commands/train.ts', ...process.argv.slice(2)], {
  cwd: example,
})
