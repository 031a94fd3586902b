import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBackend } from '../../src/backends/start-backend.ts'
import type { Model } from '../../src/model/model.ts'
import { REAL_PRETRAINING } from '../../src/settings.ts'
import { trainRealBase } from '../../src/sources/real-base.ts'
import { realImage } from '../support/real-image.ts'
import { bitsOf } from '../support/tiny-model.ts'

const root = mkdtempSync(join(tmpdir(), 'real-base-'))
beforeAll(() => startBackend('wasm'))
afterAll(() => rmSync(root, { recursive: true }))

const images = [realImage(72, 72, 1), realImage(72, 72, 2)]
const settings = { ...REAL_PRETRAINING, steps: 4, batch: 1, warmUp: 1 }

/** Makes a frozen model; with a number of steps it is interrupted after them. */
async function make(name: string, stopAfter?: number, changes = {}) {
  const notes: string[] = []
  let steps = 0
  const model = await trainRealBase(images, {
    base: join(root, name),
    settings: { ...settings, ...changes },
    note: (line) => notes.push(line),
    isInterrupted: () => ++steps === stopAfter,
  })
  return { model, notes }
}

test('a frozen model whose making was interrupted is the same in the end, bit by bit', async () => {
  const whole = await make('whole')
  const first = await make('parts', 2)
  expect(first.model).toBeUndefined()
  expect(first.notes).toEqual(['saved after step 2 of the frozen model'])
  await expect(make('parts', undefined, { learningRate: 1 })).rejects.toThrow(
    /parts\.unfinished holds another frozen model, delete it: .*learningRate 0\.002 \(got 1\)/,
  )
  const rest = await make('parts')
  expect(rest.notes).toEqual(['continuing after step 2 of the frozen model'])
  expect(await bitsOf(rest.model as Model)).toEqual(await bitsOf(whole.model as Model))
  expect(existsSync(join(root, 'parts.unfinished'))).toBe(true)
})
