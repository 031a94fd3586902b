import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { main } from '../../../src/cli/main.ts'
import { writePng } from '../../../src/node/index.ts'

/** The folder of this test file, and a file in it. */
export let folder: string
export const file = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-audit-'))
  await mkdir(file('masks'))
  await mkdir(file('nothing'))
  await mkdir(file('folder.html'))
  for (const seed of [1, 2, 3]) {
    const truth = vesselMask({ width: 72, height: 64, seed })
    await writePng(file(`masks/${seed}.png`), truth)
  }
  await writeFile(file('masks/readme.txt'), 'no mask')
  await writePng(file('truth.png'), vesselMask({ width: 72, height: 64, seed: 1 }))
  const overlap =
    'let tp = 0, n = pred.count + truth.count; for (let y = 0; y < pred.height; y++) for (let x = 0; x < pred.width; x++) tp += pred.get(x, y) && truth.get(x, y) ? 1 : 0;'
  await writeFile(
    file('dice.mjs'),
    `export default (pred, truth) => { ${overlap} return n === 0 ? 1 : (2 * tp) / n }`,
  )
  await writeFile(
    file('object.mjs'),
    'export default { best: 3, score(pred, truth) { return pred.equals(truth) ? this.best : 0 } }',
  )
  await writeFile(file('greedy.mjs'), 'export default (pred) => pred.count')
  await writeFile(file('class.mjs'), 'export default class A { score() { return 1 } }')
  await writeFile(file('none.mjs'), 'export const score = () => 1')
  await writeFile(file('text.mjs'), "export default 'dice'")
  await writeFile(file('broken.mjs'), 'export default (')
  await writeFile(file('throws.mjs'), "throw new Error('no such model\\nat line 1')")
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs the tool in this process; what begins with `@` is a name in the folder. */
export async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const paths = args.map((arg) => (arg.startsWith('@') ? file(arg.slice(1)) : arg))
  const code = await main(['audit', ...paths], {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
  })
  return { code, out, err }
}
