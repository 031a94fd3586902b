import { readFileSync } from 'node:fs'
import * as main from 'vessel-reward'
import * as audit from 'vessel-reward/audit'
import * as ndarray from 'vessel-reward/ndarray'
import * as node from 'vessel-reward/node'
import * as simd from 'vessel-reward/simd'
import * as trace from 'vessel-reward/trace'
import { expect, test } from 'vitest'

const text = readFileSync(new URL('../../docs/functions.md', import.meta.url), 'utf8')

test.each([
  ['vessel-reward', main],
  ['vessel-reward/audit', audit],
  ['vessel-reward/ndarray', ndarray],
  ['vessel-reward/node', node],
  ['vessel-reward/simd', simd],
  ['vessel-reward/trace', trace],
])('the list of functions has all of %s', (_, entry) => {
  const functions = Object.entries(entry as Record<string, unknown>)
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => name)
  const missing = functions.filter((name) => !new RegExp(`[\`\\s]${name}\\b`).test(text))
  expect(missing).toEqual([])
})

test('the list of functions has one row for each entry', () => {
  const rows = Array.from(text.matchAll(/^\| (.+?) \|/gm), ([, name]) => name)
  expect(rows.length).toBeGreaterThan(10)
  expect(new Set(rows).size).toBe(rows.length)
})
