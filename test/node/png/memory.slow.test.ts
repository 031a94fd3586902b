import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, deflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chunk, END, file, header } from './png-fixtures.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-rows-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('memory', () => {
  const side = 6000

  /** Channels of 8 bits, nearly all 0, which is as much work as any other. */
  function largeFile(colorType: 0 | 6): Buffer {
    const rowBytes = 1 + (colorType === 0 ? 1 : 4) * side
    const data = new Uint8Array(rowBytes * side)
    for (let y = 0; y < side; y++) data[y * rowBytes] = y % 5
    data[rowBytes * 10 + 1] = 9
    const compressed = deflateSync(data, { level: 1, strategy: constants.Z_RLE })
    return file(header({ width: side, height: side, colorType }), chunk('IDAT', compressed), END)
  }

  test.each([
    ['readMask', 'colour and alpha', 6],
    ['decodeMask', 'colour and alpha', 6],
    ['readMask', 'grey', 0],
    ['decodeMask', 'grey', 0],
  ] as const)('of %s, %s, is at most two bytes a pixel', async (reader, _, colorType) => {
    const path = join(folder, 'large.png')
    const bytes = largeFile(colorType)
    await writeFile(path, bytes)
    const script = fileURLToPath(new URL('read-and-measure.ts', import.meta.url))
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', script, reader, path], {
      encoding: 'utf8',
    })
    const { count, memory } = JSON.parse(stdout)
    expect(count).toBeGreaterThan(0)
    expect(memory).toBeLessThan(bytes.length + 2 * side * side)
  })
})
