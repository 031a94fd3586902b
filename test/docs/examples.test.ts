import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeExampleFiles } from './example-files.ts'
import { publicNames } from './public-api.ts'
import { guideSnippets, isScript, type Snippet, sourceSnippets } from './snippets.ts'
import { runnable, type SnippetTools } from './transform.ts'

const scripts = [...sourceSnippets(), ...guideSnippets()].filter(isScript)

/** Tools whose failures say which line of which file made a wrong claim. */
function toolsFor({ file, line: first, code }: Snippet): SnippetTools {
  const place = (line: number) => `${file}:${first + line}: ${code.split('\n')[line].trim()}`
  return {
    load: (specifier) => import(/* @vite-ignore */ specifier),
    same: (line, actual, expected) => expect(actual, place(line)).toStrictEqual(expected),
    throws: async (line, run, expected) => {
      const [name, message = ''] = expected.split(/: (.*)/s)
      const error = await run().then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error, place(line)).toBeInstanceOf(Error)
      expect((error as Error).name, place(line)).toBe(name)
      expect((error as Error).message, place(line)).toContain(message)
    },
  }
}

describe('every snippet of the sources, the README and the guides', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vessel-reward-docs-'))
  const home = process.cwd()
  beforeAll(() => {
    writeExampleFiles(folder)
    process.chdir(folder)
  })
  afterAll(() => {
    process.chdir(home)
    rmSync(folder, { recursive: true })
  })

  test.each(scripts.map((snippet) => [`${snippet.file}:${snippet.line}`, snippet] as const))(
    '%s runs as written',
    async (_, snippet) => {
      await runnable(snippet.code).run(toolsFor(snippet))
    },
  )
})

describe('every public function, class and method', () => {
  const names = publicNames()

  test('has an example', () => {
    expect(names.length).toBeGreaterThan(20)
    expect(names.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual(
      [],
    )
  })

  test('claims a value in each example', () => {
    const isIdle = (example: string) => !example.includes('// =>')
    expect(names.filter(({ examples }) => examples.some(isIdle)).map(({ name }) => name)).toEqual(
      [],
    )
  })
})
