import { readFileSync } from 'node:fs'
import { type AdapterSettings, assertSettings } from '../model/lora.ts'

/** Fields of PEFT's LoraConfig that are read here. */
const READ = [
  'peft_type',
  'r',
  'lora_alpha',
  'lora_dropout',
  'target_modules',
  'bias',
  'init_lora_weights',
]

/**
 * Fields that change nothing about what a saved adapter computes, whatever they hold: notes, and
 * parameters of variants that another field switches on.
 */
const INERT = [
  'auto_mapping',
  'base_model_name_or_path',
  'eva_config',
  'inference_mode',
  'layers_pattern',
  'megatron_core',
  'peft_version',
  'qalora_group_size',
  'revision',
  'runtime_config',
  'task_type',
]

/**
 * Ways to start A and B that leave the base model as it was. The others (PiSSA, OLoRA, CorDA, LoftQ,
 * LoRA-GA) take what the adapter starts with out of the base model's own weights.
 */
const STARTS: readonly unknown[] = [true, false, 'gaussian', 'eva', 'orthogonal', 'mica']

/**
 * Reads PEFT's `adapter_config.json`. What is not known here is a variant of LoRA that would be
 * computed wrongly: any other field must be switched off (null, false or empty).
 *
 * @throws Error that names file and field when the file cannot be read, is not valid or asks for a
 * variant that is not supported
 *
 * Source of the fields: `LoraConfig` of PEFT 0.21.2, https://github.com/huggingface/peft.
 */
export function readAdapterConfig(file: string): AdapterSettings {
  const fail = (reason: string, cause?: unknown) => new Error(`${file}: ${reason}`, { cause })
  const config = parseObject(readFileSync(file, 'utf8'), fail)
  if (config.peft_type !== 'LORA') throw fail(`expected peft_type LORA, got ${config.peft_type}`)
  const bias = config.bias ?? 'none'
  if (bias !== 'none') throw fail(`bias ${JSON.stringify(bias)} is not supported`)
  const start = config.init_lora_weights ?? true
  if (!STARTS.includes(start)) {
    throw fail(
      `init_lora_weights ${JSON.stringify(start)} is not supported, as it changes the base model: ` +
        'save the adapter with path_initial_model_for_weight_conversion',
    )
  }
  for (const [name, value] of Object.entries(config)) {
    if (READ.includes(name) || INERT.includes(name) || isOff(value)) continue
    throw fail(`${name} is not supported, got ${JSON.stringify(value)}`)
  }
  const settings = {
    r: config.r as number,
    alpha: config.lora_alpha as number,
    dropout: (config.lora_dropout ?? 0) as number,
    targetModules: targetsOf(config.target_modules, fail),
  }
  try {
    assertSettings(settings)
  } catch (error) {
    throw fail((error as Error).message, error)
  }
  return settings
}

type Fail = (reason: string, cause?: unknown) => Error

function parseObject(text: string, fail: Fail): Record<string, unknown> {
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch (cause) {
    throw fail('it is not JSON', cause)
  }
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) {
    return config as Record<string, unknown>
  }
  throw fail('it is not a JSON object')
}

/** Whether a value switches nothing on: null, false, an empty text, list or object. */
function isOff(value: unknown): boolean {
  if (value === null || value === false || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function targetsOf(targets: unknown, fail: Fail): string[] | RegExp {
  if (Array.isArray(targets) && targets.every((name) => typeof name === 'string')) return targets
  if (typeof targets !== 'string') {
    throw fail(`target_modules: expected names or an expression, got ${JSON.stringify(targets)}`)
  }
  try {
    return new RegExp(targets)
  } catch (cause) {
    const { message } = cause as Error
    throw fail(
      `target_modules: the expression is not one of JavaScript, list the names: ${message}`,
      cause,
    )
  }
}
