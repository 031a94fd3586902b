import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FilePair, sweepPairs, writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
let pair: FilePair
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vessel-reward-sweep-pairs-'))
  pair = { name: 'a', pred: join(folder, 'map.png'), truth: join(folder, 'truth.png') }
  await writePng(pair.pred, { data: Uint8Array.of(204, 102, 51, 0), width: 4, height: 1 })
  await writePng(pair.truth, { data: Uint8Array.of(255, 200, 30, 0), width: 4, height: 1 })
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('sweepPairs', () => {
  it('reads truths at the threshold that is given, and tells of them and of progress', async () => {
    const warnings: string[] = []
    const done: number[] = []
    const settings = {
      thresholds: [0.1, 0.3, 0.5],
      onWarning: ({ kind }: { kind: string }) => warnings.push(kind),
      onProgress: (count: number) => done.push(count),
    }
    const missing = { ...pair, name: 'b', pred: join(folder, 'none.png') }
    const { summary, failures } = await sweepPairs([pair, missing], settings)
    expect(summary?.pooled.fn).toEqual(Float64Array.of(0, 1, 2))
    expect(failures).toEqual([
      { name: 'b', files: missing, error: expect.stringContaining('none.png') },
    ])
    expect([warnings, done]).toEqual([['grey-levels'], [1, 2]])
    const bright = await sweepPairs([pair], { ...settings, threshold: 100 })
    expect(bright.summary?.pooled.fn).toEqual(Float64Array.of(0, 0, 1))
    expect(warnings).toHaveLength(1)
  })

  it.each([undefined, null, 'ab', 3, {}])('refuses %j for the pairs', async (pairs) => {
    await expect(sweepPairs(pairs as never)).rejects.toThrow(
      'expected the pairs to be an array or another iterable, got',
    )
  })
})
