import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { readAdapterConfig } from '../../src/files/adapter-config.ts'
import { loadAdapter, saveAdapter } from '../../src/files/adapter-files.ts'
import { createAdapter } from '../../src/model/lora.ts'
import { matchModules } from '../../src/model/match-modules.ts'
import { createModel } from '../../src/model/model.ts'
import { tiny } from '../support/tiny-model.ts'

let dir: string
let file: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'config-'))
  file = join(dir, 'adapter_config.json')
})
afterEach(() => rmSync(dir, { recursive: true }))

/** What PEFT 0.21.2 saves for LoraConfig(r=2, lora_alpha=4, target_modules=["q"]) of a model of its user's. */
const PLAIN = {
  alora_invocation_tokens: null,
  alpha_pattern: {},
  arrow_config: null,
  auto_mapping: { base_model_class: 'Segmenter', parent_library: '__main__' },
  base_model_name_or_path: null,
  bias: 'none',
  corda_config: null,
  ensure_weight_tying: false,
  eva_config: null,
  exclude_modules: null,
  fan_in_fan_out: false,
  inference_mode: true,
  init_lora_weights: true,
  kasa_config: null,
  layer_replication: null,
  layers_pattern: null,
  layers_to_transform: null,
  loftq_config: {},
  lora_alpha: 4,
  lora_bias: false,
  lora_dropout: 0,
  lora_ga_config: null,
  megatron_config: null,
  megatron_core: 'megatron.core',
  modules_to_save: null,
  monteclora_config: null,
  peft_type: 'LORA',
  peft_version: '0.21.2',
  qalora_group_size: 16,
  r: 2,
  rank_pattern: {},
  revision: null,
  target_modules: ['q'],
  target_parameters: null,
  task_type: null,
  trainable_token_indices: null,
  use_bdlora: null,
  use_dora: false,
  use_qalora: false,
  use_rslora: false,
  velora_config: null,
}

function read(changes: object) {
  writeFileSync(file, JSON.stringify({ ...PLAIN, ...changes }))
  return readAdapterConfig(file)
}

describe('a configuration of PEFT', () => {
  it('is read where everything beside plain LoRA is off', () => {
    const settings = { r: 2, alpha: 4, dropout: 0, targetModules: ['q'] }
    expect(read({})).toEqual(settings)
    // Notes, and what is inert without another field that is off.
    const inert = {
      base_model_name_or_path: 'some/model',
      revision: 'main',
      task_type: 'FEATURE_EXTRACTION',
      peft_version: '0.99',
      inference_mode: false,
      megatron_core: 'other.core',
      qalora_group_size: 32,
      layers_pattern: 'blocks',
      eva_config: { rho: 2, tau: 0.99 },
      runtime_config: { ephemeral_gpu_offload: false },
    }
    expect(read(inert)).toEqual(settings)
    for (const init_lora_weights of [false, 'gaussian', 'eva', 'orthogonal', 'mica']) {
      expect(read({ init_lora_weights })).toEqual(settings)
    }
    writeFileSync(
      file,
      '{"peft_type":"LORA","r":2,"lora_alpha":4,"lora_dropout":0.5,"target_modules":".*q"}',
    )
    expect(readAdapterConfig(file)).toEqual({ ...settings, dropout: 0.5, targetModules: /.*q/ })
  })

  it('may have fields of a later PEFT that are off', () => {
    for (const value of [null, false, '', [], {}]) expect(read({ use_newlora: value }).r).toBe(2)
  })

  it.each(
    Object.entries({
      alora_invocation_tokens: [1, 2],
      alpha_pattern: { q: 8 },
      arrow_config: { top_k: 3 },
      corda_config: { corda_method: 'ipm' },
      ensure_weight_tying: true,
      exclude_modules: 'k',
      fan_in_fan_out: true,
      kasa_config: { x: 1 },
      layer_replication: [[0, 1]],
      layers_to_transform: 0,
      loftq_config: { loftq_bits: 4 },
      lora_bias: true,
      lora_ga_config: { direction: 'ArBr' },
      megatron_config: { x: 1 },
      modules_to_save: ['head'],
      monteclora_config: { num_samples: 4 },
      rank_pattern: { q: 4 },
      target_parameters: ['head.weight'],
      trainable_token_indices: [0],
      use_bdlora: { nblocks: 2 },
      use_dora: true,
      use_qalora: true,
      use_rslora: true,
      velora_config: { num_groups: 2 },
      use_newlora: true,
      new_scale: 2,
      new_number: 0,
      new_method: 'other',
    }),
  )('is refused with the name of what is not implemented: %s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(
      `${file}: ${name} is not supported, got ${JSON.stringify(value)}`,
    )
  })

  it.each(['pissa', 'pissa_niter_4', 'olora', 'corda', 'loftq', 'lora_ga', 'other', 1])(
    'is refused where the adapter starts from parts of the base model: %s',
    (start) => {
      expect(() => read({ init_lora_weights: start })).toThrow(
        `${file}: init_lora_weights ${JSON.stringify(start)} is not supported`,
      )
    },
  )

  it('is refused where it is not one', () => {
    const cases: [string, string][] = [
      ['{', 'it is not JSON'],
      ['null', 'it is not a JSON object'],
      ['[]', 'it is not a JSON object'],
      ['{}', 'expected peft_type LORA, got undefined'],
    ]
    for (const [text, message] of cases) {
      writeFileSync(file, text)
      expect(() => readAdapterConfig(file)).toThrow(`${file}: ${message}`)
    }
    expect(() => read({ bias: 'lora_only' })).toThrow('bias "lora_only" is not supported')
    expect(() => read({ target_modules: [1] })).toThrow('expected names or an expression, got [1]')
    expect(() => read({ lora_alpha: '4' })).toThrow(`${file}: alpha: expected a finite number`)
  })
})

describe('an expression in target_modules', () => {
  it('that JavaScript does not know is refused with file and field', () => {
    for (const target_modules of ['(?P<layer>blocks).*', '(?i)q', '*q', '(']) {
      expect(() => read({ target_modules })).toThrow(
        `${file}: target_modules: the expression is not one of JavaScript, list the names: `,
      )
    }
  })

  it('is given up where it would take for ever', async () => {
    await tf.setBackend('cpu')
    const model = createModel(tiny, mulberry32(1))
    await saveAdapter(dir, createAdapter(model, { random: mulberry32(2) }), { baseModelName: 'x' })
    // 2²⁶ ways to cut a name, and that of each of two parts.
    read({ target_modules: '(.+)+(.+)+!' })
    const begin = performance.now()
    await expect(loadAdapter(dir, model)).rejects.toThrow(
      `${file}: target_modules: /(.+)+(.+)+!/ takes more than 1000 ms for ${model.modules.length} names`,
    )
    expect(performance.now() - begin).toBeLessThan(10_000)
    model.dispose()
  })

  it('still matches whole paths, whatever its flags', () => {
    const paths = ['a.q', 'a.qq', 'b.q', 'a.Q']
    expect(matchModules(paths, /a\.q|b/)).toEqual(['a.q'])
    expect(matchModules(paths, /a\.q/gi)).toEqual(['a.q', 'a.Q'])
  })
})
