import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Io } from '../../src/cli/io.ts'
import { main } from '../../src/cli/main.ts'

/** What a run of the tool left. */
export interface Run {
  code: number
  out: string
  err: string
}

/** Runs the tool in this process. */
export async function runTool(args: readonly string[], more: Partial<Io> = {}): Promise<Run> {
  let out = ''
  let err = ''
  const code = await main(args, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    ...more,
  })
  return { code, out, err }
}

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Arguments of Node that run the tool from its source; without tsx's launcher, which is another process. */
export const TOOL: readonly string[] = [
  '--import',
  new URL('../../node_modules/tsx/dist/esm/index.mjs', import.meta.url).href,
  join(at('src'), 'cli/cli.ts'),
]
