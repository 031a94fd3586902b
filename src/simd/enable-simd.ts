import { inUse } from '../mask/kernel.ts'
import { checkCount } from '../mask/options.ts'
import { KERNEL_BYTES } from './kernel-bytes.generated.ts'
import { SimdKernel } from './simd-kernel.ts'
import type { KernelExports } from './work-area.ts'

/** What is needed of WebAssembly, whose types come with those of browsers only. */
interface WebAssemblyObject {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => { exports: object }
}

/**
 * Makes this package faster, rewards two to three times: packing, thinning, connected components,
 * junctions, lengths and counts then run as WebAssembly with vector instructions (SIMD). Every
 * result stays the same, bit for bit.
 *
 * It holds for the module instance of this thread; a worker of one's own calls it, too. Memory for
 * the largest mask seen is kept: at most about 1.3 bytes per pixel, three bytes where components are
 * labelled.
 *
 * @returns whether it is in use: `false` where there is no WebAssembly, no SIMD, or a content
 * security policy forbids it; everything then works as before
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward } from 'vessel-reward'
 * import { enableSimd } from 'vessel-reward/simd'
 *
 * enableSimd() // => true
 * new MultiObjectiveReward().score([[1, 1, 1]], [[1, 1, 1]]) // => 6
 * ```
 */
export function enableSimd(): boolean {
  checkCount(arguments.length, 0, 'enableSimd')
  if (inUse.kernel === undefined) {
    try {
      const bytes = Uint8Array.from(atob(KERNEL_BYTES), (character) => character.charCodeAt(0))
      const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyObject }
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
      inUse.kernel = new SimdKernel(exports as KernelExports)
    } catch {
      return false
    }
  }
  return true
}

/**
 * Goes back to the portable code, in this thread, and gives the memory of the kernel back.
 *
 * @example
 * ```ts
 * import { disableSimd, enableSimd } from 'vessel-reward/simd'
 *
 * enableSimd() // => true
 * disableSimd()
 * enableSimd() // => true
 * ```
 */
export function disableSimd(): void {
  checkCount(arguments.length, 0, 'disableSimd')
  inUse.kernel = undefined
}
