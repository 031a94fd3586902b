import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { startBackend } from '../../src/backends/start-backend.ts'
import { hasCheckpoint, loadCheckpoint } from '../../src/files/checkpoint.ts'
import { saveModel } from '../../src/files/model-file.ts'
import { createModel } from '../../src/model/model.ts'
import type { ModelConfig } from '../../src/model/model-config.ts'
import { readLog } from '../../src/run/log.ts'
import { run, start, wait } from '../support/run-command.ts'

/** Of the size of the synthetic images, and as fast as possible. */
const CONFIG: ModelConfig = {
  imageSize: 64,
  patch: 8,
  window: 8,
  width: 16,
  blocks: 1,
  heads: 2,
  feedForward: 16,
}
const SETTINGS = { updates: 60, images: 4, samples: 2, miniBatch: 2, lora: { r: 2, alpha: 4 } }
const KILLS = 10

let root: string
/** Without settings, and with them. */
let place: string[]
let options: string[]
/** Milliseconds of the training that nothing interrupted. */
let milliseconds: number

const at = (...parts: string[]) => join(root, ...parts)
const adapterOf = (out: string) => readFileSync(at(out, 'adapter', 'adapter_model.safetensors'))
const rewardsOf = (out: string) => readLog(at(out)).map(({ update, reward }) => [update, reward])

beforeAll(async () => {
  await startBackend('cpu')
  root = mkdtempSync(join(tmpdir(), 'faults-'))
  await saveModel(at('base.safetensors'), createModel(CONFIG, mulberry32(1)))
  await saveModel(at('other.safetensors'), createModel(CONFIG, mulberry32(2)))
  place = ['--backend', 'wasm', '--base', at('base.safetensors'), '--checkpoint-every', '1']
  options = [...place, '--settings', JSON.stringify(SETTINGS)]
  const { code, errors } = await run('train', [...options, '--out', at('whole')])
  expect(errors).toBe('')
  expect(code).toBe(0)
  milliseconds = 1000 * JSON.parse(readFileSync(at('whole', 'summary.json'), 'utf8')).seconds
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('a run', () => {
  it(`that is killed ${KILLS} times ends as one that is not`, async () => {
    const random = mulberry32(Date.now())
    const args = [...options, '--out', at('killed')]
    const resume = () => (existsSync(at('killed', 'config.json')) ? [...args, '--resume'] : args)
    let kills = 0
    for (let i = 0; i < KILLS; i++) {
      const { child, said, ended } = start('train', resume())
      // The first one while it starts, the others while it trains.
      if (i > 0) await said('trainable')
      await wait(random() * (i > 0 ? (1.5 * milliseconds) / KILLS : 2000))
      child.kill('SIGKILL')
      const { signal, errors } = await ended
      expect(errors).toBe('')
      if (signal === 'SIGKILL') kills++
      if (!existsSync(at('killed', 'config.json'))) continue
      if (hasCheckpoint(at('killed', 'checkpoint'))) {
        const { state } = loadCheckpoint<{ update: number }>(at('killed', 'checkpoint'))
        expect(state.update).toBeGreaterThan(0)
        expect(readLog(at('killed')).length).toBeGreaterThanOrEqual(state.update)
      }
    }
    const { code, errors } = await run('train', resume())
    expect(errors).toBe('')
    expect(code).toBe(0)
    // A quick machine may be done before the last of them.
    expect(kills).toBeGreaterThanOrEqual(KILLS / 2)
    expect(adapterOf('killed').equals(adapterOf('whole'))).toBe(true)
    expect(rewardsOf('killed')).toEqual(rewardsOf('whole'))
    console.info(`killed ${kills} times, and the same bits in the end`)
  }, 300_000)

  it('that is interrupted saves, says how to go on, and ends with 130', async () => {
    const args = [...options, '--out', at('interrupted')]
    const { child, said, ended } = start('train', args)
    await said('trainable')
    await wait(milliseconds / 10)
    child.kill('SIGINT')
    // As npm passes on what the terminal has sent already.
    child.kill('SIGINT')
    const { code, output } = await ended
    expect(output).toContain('saved')
    expect(code).toBe(130)
    expect(output).toMatch(/saved after update \d+; continue with --resume --out/)
    const { state } = loadCheckpoint<{ update: number }>(at('interrupted', 'checkpoint'))
    expect(rewardsOf('interrupted')).toHaveLength(state.update)
    expect(state.update).toBeLessThan(SETTINGS.updates)
    expect((await run('train', [...args, '--resume'])).code).toBe(0)
    expect(adapterOf('interrupted').equals(adapterOf('whole'))).toBe(true)
  })
})

describe('a run whose numbers overflow', () => {
  const overflowing = ['--settings', JSON.stringify({ ...SETTINGS, learningRate: 1e38 })]

  it('ends with a message and its state, which can be resumed', async () => {
    const args = [...place, ...overflowing, '--out', at('overflow')]
    const { code, errors } = await run('train', args)
    expect(code).toBe(1)
    expect(errors).toMatch(/^expected a finite (loss|gradientNorm), got (NaN|-?Infinity)\n/)
    expect(errors).toContain(`of ${at('overflow')}, saved`)
    expect(errors).not.toContain('    at ')
    expect(existsSync(at('overflow', 'adapter'))).toBe(false)
    expect(existsSync(at('overflow', 'summary.json'))).toBe(false)
    const { arrays, state, skipped } = loadCheckpoint<{ update: number }>(
      at('overflow', 'checkpoint'),
    )
    expect(skipped).toBeUndefined()
    for (const array of arrays.values()) expect(array.every(Number.isFinite)).toBe(true)
    expect(rewardsOf('overflow')).toHaveLength(state.update)
    // It goes on from there, and overflows again.
    const again = await run('train', [...args, '--resume'])
    expect(again.output).toContain(`continuing after update ${state.update}`)
    expect([again.code, again.errors]).toEqual([1, errors])
  })
})

describe('a full disk', () => {
  it.each([
    ['config.json', 0, /^cannot write .*config\.json: ENOSPC: no space left on device, write\n$/],
    ['log.jsonl', 20, /^cannot write log\.jsonl in .*: ENOSPC.*\nstopped .* not saved\n$/],
    ['log.csv', 20, /^cannot write log\.csv in .*: ENOSPC.*\nstopped .* not saved\n$/],
    ['tfevents', 20, /^cannot write the event file in .*: ENOSPC.*\nstopped .* not saved\n$/],
    ['checkpoint', 20, /^cannot write .*checkpoint.*: ENOSPC.*\nstopped .* could not be saved\n$/],
  ])('for %s (after %i writes) is told, and the run can go on', async (names, after, message) => {
    const out = `full-${names}`
    const args = [...options, '--out', at(out)]
    const { code, errors } = await run('train', args, { names, after })
    expect(errors).toMatch(message)
    expect(code).toBe(1)
    if (hasCheckpoint(at(out, 'checkpoint'))) {
      const { state } = loadCheckpoint<{ update: number }>(at(out, 'checkpoint'))
      expect(state.update).toBeGreaterThan(5)
    }
    const resume = existsSync(at(out, 'config.json')) ? ['--resume'] : []
    expect((await run('train', [...args, ...resume])).code).toBe(0)
    expect(adapterOf(out).equals(adapterOf('whole'))).toBe(true)
    expect(rewardsOf(out)).toEqual(rewardsOf('whole'))
  })

  it.each([
    ['adapter_model', 'adapter_model.safetensors'],
    ['adapter_config', 'adapter_config.json'],
    ['summary', 'summary.json'],
    ['curve', 'curve.svg'],
    ['before-after', 'before-after.png'],
  ])('for %s, at the end, leaves the one that there was', async (names, file) => {
    const { out, path } = { out: at('whole'), path: names.startsWith('adapter') ? 'adapter' : '' }
    const before = readFileSync(join(out, path, file))
    const args = [...options, '--out', out, '--resume']
    const { code, errors } = await run('train', args, { names, after: 0 })
    expect(code).toBe(1)
    expect(errors).toBe(
      `cannot write ${join(out, path, file)}: ENOSPC: no space left on device, write\n`,
    )
    expect(readFileSync(join(out, path, file)).equals(before)).toBe(true)
    expect(readdirSync(join(out, path)).filter((name) => name.includes('.part'))).toEqual([])
  })
})

describe('a run is refused', () => {
  const refused = async (name: string, args: string[], message: string) => {
    const { code, errors } = await run(name, args)
    expect(errors).toContain(message)
    expect(errors).not.toContain('    at ')
    expect(code).toBe(1)
  }

  it('where its folder cannot be made', async () => {
    writeFileSync(at('file'), 'kept')
    await refused('train', [...options, '--out', at('file', 'run')], at('file', 'run'))
    await refused('train', [...options, '--out', at('file')], at('file'))
    expect(readFileSync(at('file'), 'utf8')).toBe('kept')
  })

  it('where there is a run already, or none to resume', async () => {
    const before = adapterOf('whole')
    await refused('train', [...options, '--out', at('whole')], 'already holds a run')
    expect(adapterOf('whole').equals(before)).toBe(true)
    await refused('train', [...options, '--resume', '--out', at('nothing')], 'no run to resume')
  })

  it('with settings that do not fit together', async () => {
    const settings = JSON.stringify({ images: 4, miniBatch: 1, accumulation: 8 })
    await refused('train', ['--settings', settings, '--out', at('never')], 'remainder 4')
    expect(existsSync(at('never'))).toBe(false)
  })

  it('with the adapter of another model', async () => {
    const other = ['--backend', 'wasm', '--base', at('other.safetensors')]
    await refused('evaluate', [...other, '--adapter', at('whole')], 'adapter of another model')
  })
})
