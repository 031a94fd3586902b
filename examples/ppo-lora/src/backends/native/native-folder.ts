import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Holds all that `npm run setup:native` makes; deleting it undoes the set-up. */
export const NATIVE_FOLDER: string = fileURLToPath(new URL('../../../native/', import.meta.url))

/** The npm package whose C++ add-on is compiled there. */
export const NATIVE_PACKAGE = '@tensorflow/tfjs-node-gpu'

export const NATIVE_PACKAGE_FOLDER: string = join(NATIVE_FOLDER, 'node_modules', NATIVE_PACKAGE)

/** The compiled add-on. */
export const NATIVE_BINDING: string = join(NATIVE_PACKAGE_FOLDER, 'lib/napi-v8/tfjs_binding.node')

/**
 * Loads `@tensorflow/tfjs-node-gpu` as `npm run setup:native` built it.
 *
 * It lives outside node_modules because npm deletes what is not in the lock file there.
 *
 * @returns false when it was never built
 */
export function loadNativePackage(): boolean {
  if (!existsSync(NATIVE_BINDING)) return false
  createRequire(join(NATIVE_FOLDER, 'package.json'))(NATIVE_PACKAGE)
  return true
}
