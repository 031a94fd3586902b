import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeOf, readEquivalents, staleEntries } from '../../../tools/mutate/equivalents.ts'
import { withPoints, withTicks } from '../../../tools/mutate/instrument.ts'
import { ModuleLoader } from '../../../tools/mutate/module-loader.ts'
import { mutantsOf, mutated } from '../../../tools/mutate/mutants.ts'

/** The mutants of a function body, as texts. */
const changes = (code: string) => mutantsOf('src/a.ts', code).map(changeOf)

describe('mutantsOf', () => {
  it.each([
    ['const a = b + c', ['+ → -']],
    ['const a = b < c', ['< → <=', '< → >=']],
    ['const a = b && c', ['&& → ||']],
    ['const a = b ?? c', ['b ?? c → ((b) && (c))']],
    ['const a = 7', ['7 → 8', '7 → 6']],
    ['const a = 0', ['0 → 1', '0 → (-1)']],
    ['const a = 1e50', []],
    ['const a = !b', ['! →  ']],
    ['const a = true', ['true → false']],
    ['const a = Math.min(b, c)', ['min → max']],
    ['const a = Math.max(b.c, Math.abs(d))', ['max → min']],
    ['const a = Math.min(f(), c)', ['min → max', 'f(), c → c, f()']],
    ['const a = Math.min(b++, c)', ['min → max', 'b++, c → c, b++', '++ → --']],
    ['const a = Math.max((b = c), c)', ['max → min', '(b = c), c → c, (b = c)']],
    ['const a = Math.pow(b, c)', ['b, c → c, b']],
    ['const a = [b, c]', ['[b, c] → []', 'b, c → c, b']],
    ['f()', ['f() → ']],
    ['throw a', ['throw a → ']],
    ['for (;;) break', ['break → {}']],
    ['for (let i = a; i--; ) f()', ['i-- → !(i--)', '-- → ++', 'f() → {}']],
    ['function f() { return a }', ['return a → ']],
    ['function f() { return undefined }', []],
    [
      'function f() { if (a) { return undefined } b() }',
      ['a → !(a)', 'return undefined → ', 'b() → '],
    ],
    ['if (a) b()', ['a → !(a)', 'b() → {}']],
    ['const a = b ? c : d', ['b → !(b)']],
    ['const a = b === c ? d : e', ['=== → !==']],
  ])('of %j', (code, expected) => {
    expect(changes(code)).toEqual(expected)
  })

  it.each([
    'type A = 1 | 2',
    'interface A { b: 3 }',
    "import { a } from './a.ts'",
    'const a: 1 = b',
    'const { a } = b as { 0: 1 }',
    'class A extends B { constructor() { super() } }',
    'const a = { 1: b }',
  ])('makes none of %j', (code) => {
    expect(changes(code)).toEqual([])
  })

  it('gives each mutant an id that outlives edits elsewhere, also where lines are equal', () => {
    const code = 'f(1)\ng()\nf(1)\n'
    const before = mutantsOf('src/a.ts', code)
    const after = mutantsOf('src/a.ts', `h()\n${code}`)
    expect(new Set(before.map(({ id }) => id)).size).toBe(before.length)
    const shared = after.filter(({ text }) => text !== 'h()')
    expect(shared.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    expect(shared.map(({ line }) => line)).toEqual(before.map(({ line }) => line + 1))
    expect(mutantsOf('src/b.ts', code)[0].id).not.toBe(before[0].id)
  })

  it('takes of a long table only the first values', () => {
    expect(changes('const a = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]').length).toBeLessThan(12)
  })

  it('makes code that can be compiled', () => {
    const file = 'src/mask/validate.ts'
    const source = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
    const mutants = mutantsOf(file, source)
    expect(mutants.length).toBeGreaterThan(20)
    for (const mutant of mutants) {
      expect(mutated(source, mutant)).not.toBe(source)
      expect(withTicks(file, mutated(source, mutant))).not.toBe(source)
    }
  })
})

describe('equivalent.json', () => {
  it('names only mutants that there are, each with a reason', () => {
    const all = readEquivalents()
    const mutants = Object.keys(all).flatMap((file) =>
      mutantsOf(file, readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')),
    )
    expect(staleEntries(all, mutants)).toEqual([])
    const reasons = Object.values(all).flatMap((entries) => entries.map(({ reason }) => reason))
    expect(reasons.filter((reason) => reason.length < 10)).toEqual([])
  })
})

describe('withPoints', () => {
  /** The points that a call of the function `f` passes, and how often its loops go round. */
  function run(code: string, ...args: unknown[]): { passed: Set<number>; ticks: number } {
    const passed = new Set<number>()
    let ticks = 0
    const call = new Function('__hit', '__tick', 'args', `${code}\nreturn f(...args)`)
    call(
      (point: number) => passed.add(point),
      () => ticks++,
      args,
    )
    return { passed, ticks }
  }

  const source = `
    function f(a, b = a + 1) {
      if (a > 2) return b * 2
      else if (a > 1) { b-- }
      for (let i = 0; i < a; i++) b += i
      while (b > 9) { b -= 4; if (b < 5) break }
      return [1, 2].map((x) => (y) => ({ z: x + y + b }))
    }`

  it('tells which statements are run', () => {
    const { code, pointAt } = withPoints('a.js', source)
    const isRun = (text: string, passed: Set<number>) => passed.has(pointAt(source.indexOf(text)))
    const { passed } = run(code, 1)
    expect(isRun('a > 2', passed)).toBe(true)
    expect(isRun('b * 2', passed)).toBe(false)
    expect(isRun('b--', passed)).toBe(false)
    expect(isRun('b += i', passed)).toBe(true)
    expect(isRun('b -= 4', passed)).toBe(false)
    expect(isRun('x + y', passed)).toBe(false)
    // The default of a parameter is run with the function.
    expect(isRun('a + 1', passed)).toBe(true)
    expect(isRun('b * 2', run(code, 3).passed)).toBe(true)
    expect(isRun('b * 2', run(code, 2).passed)).toBe(false)
    expect(isRun('b--', run(code, 2).passed)).toBe(true)
  })

  it('counts how often loops go round, and changes nothing else', () => {
    type Value = number | ((y: number) => unknown)[]
    const resultOf = (value: Value) =>
      typeof value === 'number' ? value : value.map((inner) => inner(7))
    const plain = new Function(`${source}\nreturn f`)()
    for (const [a, b] of [[1], [2], [3], [1, 30]]) {
      for (const code of [withPoints('a.js', source).code, withTicks('a.js', source)]) {
        const { ticks } = run(code, a, b)
        expect(ticks).toBe(a === 3 ? 0 : a + (b === 30 ? 6 : 0))
        const made = new Function('__hit', '__tick', `${code}\nreturn f`)(Math.abs, Math.abs)
        expect(resultOf(made(a, b))).toEqual(resultOf(plain(a, b)))
      }
    }
  })

  it('puts what is run while the module loads into no point', () => {
    const { pointAt, count } = withPoints('a.js', 'const a = 1 + 2\nfor (;;) { break }')
    expect([pointAt(12), count]).toEqual([-1, 0])
  })
})

describe('ModuleLoader', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vessel-reward-loader-'))
    const files = {
      'a.ts': "import { b } from './b.ts'\nexport const load = () => import('./c.ts')",
      'b.ts': 'export const b = 1',
      'c.ts':
        "import type { D } from './d.ts'\nimport path from 'node:path'\nexport const c = path.sep",
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('knows the files that are imported only when they are needed', async () => {
    const loader = new ModuleLoader(folder, {})
    expect(loader.filesOf('a.ts')).toEqual(['a.ts', 'b.ts', 'c.ts'])
    const { load } = loader.modules().evaluate('a.ts') as { load(): Promise<{ c: string }> }
    expect((await load()).c).toBe(sep)
  })
})
