import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs'
import { loadNativePackage } from './native/native-folder.ts'
import { splitBatchedProducts } from './wasm/batched-products.ts'
import { addConvolutionGradients } from './wasm/convolution-gradients.ts'
import { materializeTransposes } from './wasm/materialized-transposes.ts'
import { usePairwiseSums } from './wasm/pairwise-sums.ts'
import { shareClones } from './wasm/shared-clones.ts'
import { type Started, startWebGpu } from './webgpu.ts'

/** Fastest first: the order in which `auto` tries them. */
export const BACKENDS = ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu'] as const

export type BackendName = (typeof BACKENDS)[number]

export interface Backend {
  name: BackendName
  /** What computes, in words. */
  device: string
  /** Of TensorFlow.js, and of the library beneath it where there is one. */
  version: string
  /** Why `auto` passed over faster backends, one line each. */
  reasons: string[]
  /** Lets the process exit; no tensor may be used afterwards. */
  stop: () => void
}

/** The one line that adds an absent backend (`--save-dev`: npm skips optional peers otherwise). */
const INSTALL: Readonly<Record<BackendName, string>> = {
  'node-gpu': 'npm run setup:native',
  node: 'npm install --save-dev @tensorflow/tfjs-node@4.22.0',
  webgpu: 'npm install --save-dev webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0',
  wasm: 'npm install',
  cpu: 'npm install',
}

/**
 * Starts a backend and makes it the current one.
 *
 * @param choice - a name, or `auto` for the fastest one that works here
 * @throws RangeError for an unknown name
 * @throws Error when a backend asked for by name does not work, with the line that installs it
 */
export async function startBackend(choice: string = 'auto'): Promise<Backend> {
  if (choice !== 'auto' && !(BACKENDS as readonly string[]).includes(choice)) {
    throw new RangeError(`expected backend auto, ${BACKENDS.join(', ')}, got ${choice}`)
  }
  // Else the cpu backend's first tensor prints an advertisement for tfjs-node.
  Object.assign(tf.findBackend('cpu'), { firstUse: false })
  const reasons: string[] = []
  const tried = choice === 'auto' ? BACKENDS : [choice as BackendName]
  for (const name of tried) {
    try {
      const started = await STARTERS[name](choice === 'auto')
      // Faster on WASM only; TensorFlow.js has one gradient for all backends.
      materializeTransposes(name === 'wasm')
      return { name, stop: () => {}, reasons, ...started }
    } catch (error) {
      reasons.push(`${name}: ${firstLine(error)}`)
    }
  }
  const install = choice === 'auto' ? INSTALL.wasm : INSTALL[choice as BackendName]
  throw new Error(`no backend started (${reasons.join('; ')}); to add it: ${install}`)
}

/** For the first line of a run: `backend wasm, SIMD on one thread, TensorFlow.js 4.22.0`. */
export function describeBackend({ name, device, version }: Backend): string {
  return `backend ${name}, ${device}, ${version}`
}

type Starter = (isAuto: boolean) => Promise<Started>

const STARTERS: Record<BackendName, Starter> = {
  'node-gpu': async () => {
    prepareNode()
    if (!loadNativePackage()) await loadOptional('@tensorflow/tfjs-node-gpu')
    return startTensorFlow()
  },
  node: async () => {
    prepareNode()
    await loadOptional('@tensorflow/tfjs-node')
    return startTensorFlow()
  },
  webgpu: async (isAuto) => {
    const webgpu = (await loadOptional('webgpu')) as Parameters<typeof startWebGpu>[0]
    return startWebGpu(webgpu, () => loadOptional('@tensorflow/tfjs-backend-webgpu'), isAuto)
  },
  wasm: async () => {
    await loadOptional('@tensorflow/tfjs-backend-wasm')
    await use('wasm')
    usePairwiseSums(true)
    splitBatchedProducts(true)
    shareClones(true)
    addConvolutionGradients(true)
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')
    return { device: `${simd ? 'SIMD' : 'no SIMD'} on one thread`, version: version() }
  },
  cpu: async () => {
    await use('cpu')
    return { device: 'JavaScript on one thread', version: version() }
  },
}

async function use(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js cannot initialize ${name}`)
  await tf.ready()
}

function version(library = ''): string {
  return `TensorFlow.js ${tf.version.tfjs}${library && ` on ${library}`}`
}

/** What tfjs-node 4.22 needs around it, before it is loaded. */
function prepareNode(): void {
  // TensorFlow's own notices; errors still come through.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  // The default takes the whole memory of the card.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
  // Node 23 removed a function that it calls. The module object itself, since an import is a copy.
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
}

async function startTensorFlow(): Promise<Started> {
  await use('tensorflow')
  const backend = tf.backend() as unknown as {
    isUsingGpuDevice: boolean
    binding: { TF_Version: string }
  }
  return {
    device: backend.isUsingGpuDevice ? 'GPU' : 'CPU',
    version: version(`TensorFlow ${backend.binding.TF_Version}`),
  }
}

async function loadOptional(name: string): Promise<unknown> {
  try {
    return await import(name)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Its own absence, not that of something that it needs.
    const isAbsent = /MODULE_NOT_FOUND/.test(code ?? '') && message.includes(`'${name}'`)
    throw isAbsent ? new Error(`${name} is not installed`) : error
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]
}
