import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { loadAdapter, saveAdapter } from '../../src/files/adapter-files.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/files/safetensors.ts'
import { type Adapter, type AdapterSettings, createAdapter } from '../../src/model/lora.ts'
import { mergeAdapter, unmergeAdapter } from '../../src/model/merge-adapter.ts'
import { createModel, type Model } from '../../src/model/model.ts'
import type { ModelConfig } from '../../src/model/model-config.ts'
import { bitsOf, randomWindows, tiny } from '../support/tiny-model.ts'

let dir: string
let model: Model
const baseModelName = 'tiny'

beforeEach(async () => {
  await tf.setBackend('cpu')
  dir = mkdtempSync(join(tmpdir(), 'adapter-'))
  model = createModel(tiny, mulberry32(1))
})
afterEach(() => rmSync(dir, { recursive: true }))

function trained(settings: Partial<AdapterSettings> = {}): Adapter {
  const random = mulberry32(2)
  const adapter = createAdapter(model, { r: 2, alpha: 4, random, ...settings })
  for (const weight of adapter.weights.values()) {
    const values = Float32Array.from({ length: weight.size }, () => random() - 0.5)
    weight.assign(tf.tensor(values, weight.shape))
  }
  return adapter
}

const other = (changes: Partial<ModelConfig>, seed = 1) =>
  createModel({ ...tiny, ...changes }, mulberry32(seed))

function editConfig(changes: Record<string, unknown>): void {
  const file = join(dir, 'adapter_config.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }))
}

describe('adapter files', () => {
  it('come back bit by bit, whether the targets are names or an expression', async () => {
    for (const targetModules of [['q', 'down'], /blocks\.\d+\.feed_forward\.(gate|up)/]) {
      const adapter = trained({ targetModules, dropout: 0.1 })
      await saveAdapter(dir, adapter, { baseModelName, baseModel: model })
      const loaded = await loadAdapter(dir, model)
      expect(loaded.settings).toEqual(adapter.settings)
      expect(loaded.modules).toEqual(adapter.modules)
      for (const [name, weight] of adapter.weights) {
        expect(await loaded.weights.get(name)!.data()).toEqual(await weight.data())
      }
      const windows = randomWindows(tiny, 1, 3)
      const values = await model.forward(windows, loaded).data()
      expect(values).toEqual(await model.forward(windows, adapter).data())
    }
  })

  it('have the names and the layout of PEFT', async () => {
    const adapter = trained({ targetModules: ['gate'] })
    await saveAdapter(dir, adapter, { baseModelName })
    expect(readdirSync(dir).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors'])
    expect(JSON.parse(readFileSync(join(dir, 'adapter_config.json'), 'utf8'))).toEqual({
      base_model_name_or_path: 'tiny',
      bias: 'none',
      fan_in_fan_out: false,
      inference_mode: true,
      lora_alpha: 4,
      lora_dropout: 0.05,
      peft_type: 'LORA',
      r: 2,
      target_modules: ['gate'],
      task_type: null,
    })
    const { tensors } = decodeSafetensors(readFileSync(join(dir, 'adapter_model.safetensors')))
    const path = 'base_model.model.blocks.0.feed_forward.gate'
    expect([...tensors.keys()]).toEqual([`${path}.lora_A.weight`, `${path}.lora_B.weight`])
    expect(tensors.get(`${path}.lora_A.weight`)!.shape).toEqual([2, 8])
    expect(tensors.get(`${path}.lora_B.weight`)!.shape).toEqual([12, 2])
    const A = (await adapter.weights
      .get('blocks.0.feed_forward.gate.lora_A')!
      .array()) as number[][]
    expect(tensors.get(`${path}.lora_A.weight`)!.data[1]).toBe(A[1][0])
  })

  it('of another model are refused, and the mismatch is named', async () => {
    await saveAdapter(dir, trained(), { baseModelName, baseModel: model })
    const refused = (of: Model) => expect(loadAdapter(dir, of)).rejects
    await refused(other({ feedForward: 16 })).toThrow(
      'is an adapter of another model: lora_B of blocks.0.feed_forward.gate is [12,2], this one needs [16,2]',
    )
    await refused(other({ width: 12 })).toThrow(
      'lora_A of blocks.0.attention.q is [2,8], this one needs [2,12]',
    )
    await refused(other({ blocks: 2 })).toThrow('it has no lora_A for blocks.1.attention.q')
    await refused(other({}, 2)).toThrow('the base parameters are not')
    model = other({ blocks: 2 })
    await saveAdapter(dir, trained(), { baseModelName })
    await refused(other({})).toThrow('this one has no module blocks.1.attention.q')
  })

  it('are refused when they are not valid', async () => {
    await saveAdapter(dir, trained(), { baseModelName })
    const refused = (changes: Record<string, unknown>) => {
      editConfig(changes)
      return expect(loadAdapter(dir, model)).rejects
    }
    await refused({ use_dora: true }).toThrow('adapter_config.json: use_dora is not supported')
    await refused({ use_dora: false, rank_pattern: { q: 4 } }).toThrow('rank_pattern is not')
    await refused({ rank_pattern: {}, bias: 'all' }).toThrow('bias "all" is not supported')
    await refused({ bias: 'none', r: 3 }).toThrow('is [2,8], this one needs [3,8]')
    await refused({ r: '2' }).toThrow('r: expected an integer ≥ 1, got 2')
    await refused({ r: 2, target_modules: ['q'] }).toThrow('that target_modules does not name')
    await refused({ target_modules: null }).toThrow('expected names or an expression, got null')
    await refused({ peft_type: 'IA3' }).toThrow('expected peft_type LORA, got IA3')
    writeFileSync(join(dir, 'adapter_config.json'), '{')
    await expect(loadAdapter(dir, model)).rejects.toThrow('it is not JSON')
    await expect(loadAdapter(join(dir, 'none'), model)).rejects.toThrow('ENOENT')
  })

  it('are not written for weights that are not finite', async () => {
    const adapter = trained()
    const B = adapter.weights.get('blocks.0.attention.o.lora_B')!
    B.assign(tf.fill(B.shape, Number.NaN))
    await expect(saveAdapter(dir, adapter, { baseModelName })).rejects.toThrow(
      'saving refused: blocks.0.attention.o.lora_B is not finite',
    )
    expect(readdirSync(dir)).toEqual([])
  })

  it('do not take the fingerprint of a merged base, whichever adapter it is', async () => {
    const adapter = trained()
    const options = { baseModelName, baseModel: model }
    await saveAdapter(dir, adapter, options)
    for (const merged of [adapter, trained({ targetModules: ['q'] })]) {
      await mergeAdapter(model, merged)
      await expect(saveAdapter(dir, adapter, options)).rejects.toThrow('unmerge the adapter')
      await expect(loadAdapter(dir, model)).rejects.toThrow('unmerge the adapter')
      unmergeAdapter(model, merged)
    }
    expect((await loadAdapter(dir, model)).modules).toEqual(adapter.modules)
  })

  /** The weights again, made by another hand: of 16 bits, or with NaN among them. */
  function rewriteWeights(dtype: string, size: number, bytesOf: (value: number) => Buffer): void {
    const file = join(dir, 'adapter_model.safetensors')
    const { tensors } = decodeSafetensors(readFileSync(file))
    let end = 0
    const header: Record<string, unknown> = {}
    const parts: Buffer[] = []
    for (const [name, { shape, data }] of tensors) {
      header[name] = { dtype, shape, data_offsets: [end, end + size * data.length] }
      end += size * data.length
      parts.push(...Array.from(data, bytesOf))
    }
    const json = Buffer.from(JSON.stringify(header))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(json.length))
    writeFileSync(file, Buffer.concat([length, json, ...parts]))
  }

  it('may hold numbers of 16 bits, which become those of 32 exactly', async () => {
    const adapter = trained()
    await saveAdapter(dir, adapter, { baseModelName })
    const cut = (value: number) => {
      const bytes = Buffer.alloc(4)
      bytes.writeFloatLE(value)
      return bytes.subarray(2)
    }
    rewriteWeights('BF16', 2, cut)
    const widened = (value: number) => Buffer.concat([Buffer.alloc(2), cut(value)]).readFloatLE()
    const loaded = await bitsOf(await loadAdapter(dir, model))
    for (const [name, data] of Object.entries(await bitsOf(adapter))) {
      expect(loaded[name]).toEqual(data.map(widened))
    }
    // Half of −.5, .25 and so on: a power of two, so that the exponent is all there is.
    rewriteWeights('F16', 2, (value) => Buffer.of(0, value < 0 ? 0xb8 : 0x34))
    const powers = await bitsOf(await loadAdapter(dir, model))
    for (const [name, data] of Object.entries(await bitsOf(adapter))) {
      expect(powers[name]).toEqual(data.map((value) => (value < 0 ? -0.5 : 0.25)))
    }
  })

  it('are refused for a weight that is not finite, of 32 bits or of 16', async () => {
    await saveAdapter(dir, trained(), { baseModelName })
    const file = join(dir, 'adapter_model.safetensors')
    rewriteWeights('F16', 2, () => Buffer.of(0, 0xfc))
    await expect(loadAdapter(dir, model)).rejects.toThrow(
      `${file}: lora_A of blocks.0.attention.q is not finite: number 0 of it is -Infinity`,
    )
    await saveAdapter(dir, trained(), { baseModelName })
    const { tensors } = decodeSafetensors(readFileSync(file))
    tensors.get('base_model.model.blocks.0.attention.o.lora_B.weight')!.data[3] = Number.NaN
    writeFileSync(file, encodeSafetensors(tensors))
    await expect(loadAdapter(dir, model)).rejects.toThrow(
      `${file}: lora_B of blocks.0.attention.o is not finite: number `,
    )
  })
})
