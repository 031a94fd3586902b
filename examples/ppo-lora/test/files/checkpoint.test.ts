import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasCheckpoint, loadCheckpoint, saveCheckpoint } from '../../src/files/checkpoint.ts'

let dir: string
const current = () => join(dir, 'checkpoint.safetensors')
const previous = () => join(dir, 'checkpoint.previous.safetensors')
const checkpointOf = (update: number) => ({
  arrays: new Map([
    ['adapter/blocks.0.attention.q.lora_A', Float32Array.of(update, -0, 1e-45)],
    ['first/blocks.0.attention.q.lora_A', Float32Array.of(0.1, 0.2, 0.3)],
  ]),
  state: { update, random: [123456789, -1], settings: { rate: 3e-3, name: 'ä' } },
})

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'checkpoint-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('checkpoints', () => {
  it('come back bit by bit', () => {
    const folder = join(dir, 'made', 'here')
    saveCheckpoint(folder, checkpointOf(3))
    const { arrays, state, skipped, file } = loadCheckpoint(folder)
    expect({ arrays, state }).toEqual(checkpointOf(3))
    expect(skipped).toBeUndefined()
    expect(file).toBe(join(folder, 'checkpoint.safetensors'))
  })

  it('keep the one before', () => {
    for (const update of [1, 2, 3]) saveCheckpoint(dir, checkpointOf(update))
    expect(readdirSync(dir).sort()).toEqual([
      'checkpoint.previous.safetensors',
      'checkpoint.safetensors',
    ])
    expect(loadCheckpoint(dir).state).toEqual(checkpointOf(3).state)
    rmSync(current())
    expect(loadCheckpoint(dir).state).toEqual(checkpointOf(2).state)
  })

  it('fall back to the one before when a bit is wrong or the file is cut', () => {
    saveCheckpoint(dir, checkpointOf(1))
    saveCheckpoint(dir, checkpointOf(2))
    const good = readFileSync(current())
    for (let at = 0; at < good.length; at += 7) {
      const bad = Buffer.from(good)
      bad[at] ^= 1
      writeFileSync(current(), bad)
      const { state, skipped } = loadCheckpoint(dir)
      expect(state).toEqual(checkpointOf(1).state)
      expect(skipped).toContain(current())
      writeFileSync(current(), good.subarray(0, at))
      expect(loadCheckpoint(dir).state).toEqual(checkpointOf(1).state)
    }
  })

  it('survive a stop between any two steps of saving', () => {
    saveCheckpoint(dir, checkpointOf(1))
    saveCheckpoint(dir, checkpointOf(2))
    writeFileSync(join(dir, 'checkpoint.fresh.safetensors.part'), 'cut')
    expect(loadCheckpoint(dir).state).toEqual(checkpointOf(2).state)
    writeFileSync(join(dir, 'checkpoint.fresh.safetensors'), 'whole')
    renameSync(current(), previous())
    expect(hasCheckpoint(dir)).toBe(true)
    expect(loadCheckpoint(dir).state).toEqual(checkpointOf(2).state)
    saveCheckpoint(dir, checkpointOf(3))
    expect(loadCheckpoint(dir).state).toEqual(checkpointOf(3).state)
  })

  it('survive SIGKILL at any moment', async () => {
    const module = new URL('../../src/files/checkpoint.ts', import.meta.url).href
    const program = `
      const { saveCheckpoint } = await import('${module}')
      const begin = Number(process.argv[1])
      for (let update = begin; ; update++) {
        const arrays = new Map([['weights', new Float32Array(20000).fill(update)]])
        saveCheckpoint(process.argv[2], { arrays, state: { update } })
        if (update === begin) console.log('saving')
      }`
    let last = 0
    for (let kill = 0; kill < 5; kill++) {
      const args = ['--import', 'tsx', '--input-type=module', '-e', program, `${last + 1}`, dir]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, 20 + 13 * kill))
      child.kill('SIGKILL')
      await once(child, 'exit')
      const { arrays, state } = loadCheckpoint<{ update: number }>(dir)
      expect(state.update).toBeGreaterThan(last)
      expect(arrays.get('weights')!.every((value) => value === state.update)).toBe(true)
      last = state.update
    }
    expect(readdirSync(dir).length).toBeLessThanOrEqual(4)
  })

  it('are refused when there is none', () => {
    expect(hasCheckpoint(dir)).toBe(false)
    expect(() => loadCheckpoint(dir)).toThrow(`no checkpoint in ${dir}: `)
  })

  it('refuse what JSON cannot hold, and nothing is written', () => {
    const state = { loss: Number.NaN }
    expect(() => saveCheckpoint(dir, { arrays: new Map(), state })).toThrow('NaN at loss')
    expect(readdirSync(dir)).toEqual([])
  })
})
