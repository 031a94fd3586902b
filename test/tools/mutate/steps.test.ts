import { describe, expect, test } from 'vitest'
import type { FileFacts, TestFacts } from '../../../tools/mutate/messages.ts'
import { stepsFor } from '../../../tools/mutate/steps.ts'

const FILE = 'src/audit/masks.ts'
/** Points 0 and 3 are passed. */
const PASSED = { [FILE]: '09' }

const facts = (testFile: string, tests: TestFacts[], loadHits = {}): FileFacts => {
  return { testFile, files: [FILE], loadMs: 1, loadHits, loadTicks: {}, tests }
}
const oneTest = (name: string, ms: number, hits = {}): TestFacts => ({ name, ms, hits, ticks: {} })
const names = (point: number, all: readonly FileFacts[], kills = new Map<string, number>()) =>
  stepsFor(FILE, point, all, kills).map(({ test: name }) => name)

describe('the tests for a mutant', () => {
  test('are those that pass its place, quick ones first', () => {
    const all = [
      facts('test/audit/a.test.ts', [oneTest('slow', 90, PASSED), oneTest('quick', 5, PASSED)]),
      facts('test/audit/b.test.ts', [oneTest('elsewhere', 1, { [FILE]: '02' }), oneTest('not', 1)]),
    ]
    expect(names(0, all)).toEqual(['quick', 'slow'])
    expect(names(3, all)).toEqual(['quick', 'slow'])
    expect(names(1, all)).toEqual(['elsewhere'])
    expect(names(2, all)).toEqual([])
    expect(names(0, all, new Map([['test/audit/a.test.ts\nslow', 9]]))).toEqual(['slow', 'quick'])
  })

  test('are, for what runs as the file loads, also those that only use what came of it', () => {
    const all = [
      facts('test/audit/uses.test.ts', [oneTest('uses', 1)], PASSED),
      facts('test/audit/enters.test.ts', [oneTest('enters', 50, PASSED)], PASSED),
      facts('test/audit/fails.test.ts', [{ ...oneTest('fails', 1), error: 'always' }], PASSED),
    ]
    expect(names(0, all)).toEqual(['enters', 'uses'])
    expect(names(0, all.slice(0, 1))).toEqual(['uses'])
    expect(names(1, all)).toEqual([])
  })
})
