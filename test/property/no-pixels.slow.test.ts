import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { inUse } from '../../src/mask/kernel.ts'
import { CALLS } from './calls.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const SIZES = ['0 × 134217728', '134217728 × 0']

/** The entry that a file `index.ts` is. */
function entryOf(path: string): string {
  const folder = basename(dirname(path))
  return folder === 'src' ? 'core' : folder
}

/** The public functions of a module, and the methods and accessors of its classes. */
function callablesOf(module: object): string[] {
  return Object.entries(module).flatMap(([name, value]) => {
    if (typeof value !== 'function') return []
    if (!/^class\b/.test(Function.prototype.toString.call(value))) return [name]
    const members = (owner: object, mark: string) =>
      Object.entries(Object.getOwnPropertyDescriptors(owner))
        .filter(([, { value: own, get }]) => typeof (get ?? own) === 'function')
        .map(([member]) => `${name}${mark}${member}`)
    return [...members(value, '.'), ...members(value.prototype, '#')]
  })
}

/** Not part of the public interface. */
const INTERNAL =
  /#constructor$|^BitMask(\.(fromWords|isMask|pack)|#and)$|^MultiObjectiveReward#(scoreNamed|pair|terms)$/

interface Cost {
  size: string
  entry: string
  name: string
  bytes: number
  kernelCalls: number
  runs: number
  error?: string
}

let costs: Cost[] = []

beforeAll(async () => {
  const kernel = inUse.kernel === undefined ? 'portable' : 'simd'
  const script = [at('cost-of-nothing.ts'), kernel]
  const { stdout } = await promisify(execFile)(execPath, ['--import', 'tsx', ...script])
  costs = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}, 120_000)

describe('a mask without pixels', () => {
  it('is given to everything that is exported', async () => {
    const { entryPoints } = JSON.parse(readFileSync(at('../../typedoc.json'), 'utf8'))
    const found: Record<string, string[]> = {}
    for (const path of entryPoints) {
      const names = callablesOf(await import(at(`../../${path}`)))
      found[entryOf(path)] = [...(found[entryOf(path)] ?? []), ...names]
    }
    for (const [entry, names] of Object.entries(found)) {
      const expected = names.filter((name) => !INTERNAL.test(name)).sort()
      expect(
        Object.keys(CALLS[entry])
          .filter((name) => name !== 'LADDERS')
          .sort(),
      ).toEqual(expected)
    }
    const called = Object.entries(CALLS).flatMap(([entry, calls]) =>
      Object.keys(calls).flatMap((name) => (calls[name] === null ? [] : [`${entry} ${name}`])),
    )
    for (const size of SIZES) {
      const tried = costs.filter((cost) => cost.size === size)
      expect(tried.map(({ entry, name }) => `${entry} ${name}`)).toEqual(called)
    }
  })

  it('is refused by nothing but what needs a pixel', () => {
    const refused = costs.filter(({ error }) => error !== undefined)
    expect([...new Set(refused.map(({ name }) => name))]).toEqual([
      'BitMask#get',
      'auditReward',
      'encodePng',
      'writePng',
    ])
    expect(refused.filter(({ error }) => !error?.startsWith('RangeError: expected'))).toEqual([])
  })

  it('costs no memory', () => {
    expect(costs.filter(({ bytes }) => bytes >= 2 ** 16)).toEqual([])
  })

  it('costs no time: nothing is run for each of its rows or columns', () => {
    expect(costs.filter(({ runs }) => runs >= 1e4)).toEqual([])
  })

  it('does not get into the WebAssembly kernel', () => {
    expect(costs.filter(({ kernelCalls }) => kernelCalls !== 0)).toEqual([])
  })
})
