import { expect, test } from 'vitest'
import { BoundedCache } from '../../src/serve/bounded-cache.ts'

test('what was used last is kept longest, within the bytes', () => {
  const cache = new BoundedCache<number>(10)
  expect(cache.set('a', 1, 4)).toBe(true)
  expect(cache.set('b', 2, 4)).toBe(true)
  expect(cache.get('a')).toBe(1)
  expect(cache.set('c', 3, 4)).toBe(true)
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
  expect([cache.bytes, cache.size]).toEqual([8, 2])
  cache.set('d', 4, 10)
  expect([cache.get('a'), cache.get('c'), cache.get('d'), cache.bytes]).toEqual([
    undefined,
    undefined,
    4,
    10,
  ])
})

test('a value takes the place of the one of its name', () => {
  const cache = new BoundedCache<number>(10)
  cache.set('a', 1, 4)
  cache.set('a', 2, 6)
  expect([cache.get('a'), cache.bytes, cache.size]).toEqual([2, 6, 1])
})

test('what is too large is not kept, puts nothing else out and leaves nothing old in its name', () => {
  const cache = new BoundedCache<number>(10)
  cache.set('a', 1, 4)
  cache.set('b', 2, 4)
  expect(cache.set('b', 3, 11)).toBe(false)
  expect([cache.get('a'), cache.get('b'), cache.bytes]).toEqual([1, undefined, 4])
})
