import * as tf from '@tensorflow/tfjs'

/** What a backend tells once it runs. */
export interface Started {
  device: string
  version: string
  stop?: () => void
}

interface AdapterInfo {
  vendor?: string
  architecture?: string
  device?: string
  description?: string
}

interface Gpu {
  requestAdapter: () => Promise<{ info?: AdapterInfo } | null>
}

/** The npm package `webgpu`: Dawn, the implementation of WebGPU in Chromium. */
interface WebGpuPackage {
  create: (options: string[]) => Gpu
  globals: Record<string, unknown>
}

let instance: Gpu | undefined

/** Vulkan implementations that compute on the processor. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader/i

/**
 * Starts TensorFlow.js's WebGPU backend in plain Node.
 *
 * @param loadBackend - imports the backend; it looks for a GPU only once there may be one
 * @param refusesSoftware - refuses a GPU emulated on the processor: WASM is faster
 * @throws Error when there is no GPU that Vulkan can drive
 */
export async function startWebGpu(
  { create, globals }: WebGpuPackage,
  loadBackend: () => Promise<unknown>,
  refusesSoftware: boolean,
): Promise<Started> {
  Object.assign(globalThis, globals)
  const realm = globalThis as unknown as { navigator?: { gpu?: Gpu } }
  // Node 20 has no navigator, later versions have one without a GPU.
  if (realm.navigator === undefined) {
    Object.defineProperty(realm, 'navigator', { value: { userAgent: '' }, configurable: true })
  }
  const navigator = realm.navigator as { gpu?: Gpu }
  // One for the process: Dawn aborts when a second one replaces it.
  instance ??= create([])
  const gpu = instance
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true })
  // Node cannot exit while the GPU is referenced.
  const stop = () => {
    instance = undefined
    Reflect.deleteProperty(navigator, 'gpu')
  }
  try {
    const adapter = await gpu.requestAdapter()
    if (!adapter) throw new Error('no GPU with a Vulkan driver')
    const { vendor, architecture, device, description } = adapter.info ?? {}
    const name = [vendor, architecture, device, description].filter(Boolean).join(' ')
    if (refusesSoftware && SOFTWARE.test(name)) {
      throw new Error(`the only Vulkan driver computes on the processor (${name})`)
    }
    await loadBackend()
    if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js cannot initialize webgpu')
    await tf.ready()
    return { device: name || 'unnamed GPU', version: `TensorFlow.js ${tf.version.tfjs}`, stop }
  } catch (error) {
    stop()
    throw error
  }
}
