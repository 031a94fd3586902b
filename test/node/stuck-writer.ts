import { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** Writes the file that it is given the name of, but stops for ever before the last step. */
promises.rename = () => {
  process.stdout.write('stuck')
  setInterval(() => {}, 1000)
  return new Promise(() => {})
}
syncBuiltinESMExports()

const { writeFileAtomically } = await import('../../src/node/files.ts')
if (process.argv[3] === 'exit') process.on('SIGINT', () => process.exit(7))
if (process.argv[3] === 'stay') process.on('SIGINT', () => process.stdout.write('staying'))
await writeFileAtomically(process.argv[2], 'new')
