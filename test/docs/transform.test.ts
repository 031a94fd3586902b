import { expect, test } from 'vitest'
import { runnable, type SnippetTools } from './transform.ts'

async function claimsOf(code: string): Promise<unknown[]> {
  const found: unknown[] = []
  const tools: SnippetTools = {
    load: async (specifier) => ({ default: specifier, twice: (n: number) => 2 * n }),
    same: (line, actual, expected) => found.push([line, actual, expected]),
    throws: async (line, run, expected) => {
      found.push([line, await run().catch((error) => String(error)), expected])
    },
  }
  await runnable(code).run(tools)
  return found
}

test('claims are found with their lines, on the line or below it', async () => {
  const code = [
    "import name, { twice, type Unused } from 'package'",
    "import * as all from 'package'",
    'name // => "package"',
    'const four: number = twice(2) // => 4',
    'console.log(all.twice(four))',
    '// => 9',
    'const box = { a: [four] }',
    '// => {',
    '//   a: [4],',
    '// }',
    'await Promise.resolve(Number.NaN) // => NaN',
  ]
  expect(await claimsOf(code.join('\n'))).toEqual([
    [2, 'package', 'package'],
    [3, 4, 4],
    [4, 8, 9],
    [6, { a: [4] }, { a: [4] }],
    [10, Number.NaN, Number.NaN],
  ])
})

test('typed arrays are written as Node prints them', async () => {
  const code = 'Int32Array.of(1, 2) // => Int32Array(2) [1, 2]\n1 // => Uint8Array []'
  expect(await claimsOf(code)).toEqual([
    [0, Int32Array.of(1, 2), Int32Array.of(1, 2)],
    [1, 1, Uint8Array.of()],
  ])
})

test('errors are claimed by their class and text', async () => {
  expect(await claimsOf('null.x // => throws TypeError: null')).toEqual([
    [0, expect.stringMatching(/^TypeError: .*null/), 'TypeError: null'],
  ])
})

test('a claim that cannot be checked is an error', () => {
  expect(() => runnable('if (true) {\n  // => 1\n}')).toThrow('1 lines of the snippet claim')
  expect(() => runnable('const { a } = { a: 1 } // => 1')).toThrow('can be checked')
})
