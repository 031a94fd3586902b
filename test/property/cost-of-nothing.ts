/**
 * What every public function costs on a mask that has a size but no pixels: the bytes that it
 * allocates, the most runs of any piece of code, and calls of the WebAssembly kernel. Prints one
 * line of JSON for each call; `no-pixels.test.ts` reads them.
 *
 *     node --import tsx test/property/cost-of-nothing.ts portable|simd
 */
import { Session } from 'node:inspector/promises'
import { argv } from 'node:process'

/** Bytes of typed arrays, array buffers and WebAssembly memory that were asked for. */
let bytes = 0
let kernelCalls = 0

// Everything below imports the package after this, so that it sees the counting constructors.
for (const name of [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'ArrayBuffer',
  'SharedArrayBuffer',
  'Array',
]) {
  const scope = globalThis as unknown as Record<string, new (...args: unknown[]) => object>
  scope[name] = new Proxy(scope[name], {
    construct(target, args, newTarget) {
      // What the length says, before it is tried: one that is too long throws.
      const { BYTES_PER_ELEMENT = name === 'Array' ? 8 : 1 } = target as {
        BYTES_PER_ELEMENT?: number
      }
      if (typeof args[0] === 'number') bytes += args[0] * BYTES_PER_ELEMENT
      const made = Reflect.construct(target, args, newTarget)
      const isCopy = ArrayBuffer.isView(args[0]) || Array.isArray(args[0])
      if (isCopy) bytes += (made as { byteLength?: number }).byteLength ?? 0
      return made
    },
  })
}

interface WebAssemblyParts {
  Memory: { prototype: { grow(pages: number): number } }
  Instance: new (module: object) => { exports: Record<string, unknown> }
}
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyParts }
const { grow } = wasm.Memory.prototype
wasm.Memory.prototype.grow = function (pages: number) {
  bytes += pages * 65536
  return grow.call(this, pages)
}
const { Instance } = wasm
wasm.Instance = class {
  readonly exports: Record<string, unknown> = {}

  constructor(module: object) {
    for (const [name, value] of Object.entries(new Instance(module).exports)) {
      this.exports[name] =
        typeof value !== 'function'
          ? value
          : (...args: unknown[]) => {
              kernelCalls++
              return value(...args)
            }
    }
  }
}

// What the build puts into the pool, whose sources are run here.
const { default: build } = await import('../../tsup.config.ts')
Object.assign(globalThis, { WORKER_SCRIPT: JSON.parse(build.define?.WORKER_SCRIPT ?? '') })

const { CALLS } = await import('./calls.ts')
const { BitMask } = await import('../../src/index.ts')
const { enableSimd } = await import('../../src/simd/index.ts')
if (argv[2] === 'simd' && !enableSimd()) throw new Error('no WebAssembly SIMD')

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/** The most runs of any piece of this package or of what it uses since the last call. */
async function mostRuns(): Promise<number> {
  let most = 0
  const { result } = await session.post('Profiler.takePreciseCoverage')
  for (const { url, functions } of result) {
    if (url.startsWith('node:') || url.endsWith('cost-of-nothing.ts')) continue
    for (const { ranges } of functions) for (const { count } of ranges) most = Math.max(most, count)
  }
  return most
}

for (const [width, height] of [
  [0, 2 ** 27],
  [2 ** 27, 0],
]) {
  const mask = { data: new Uint8Array(0), width, height }
  for (const [entry, calls] of Object.entries(CALLS)) {
    for (const [name, call] of Object.entries(calls)) {
      if (call === null) continue
      const bits = BitMask.from(mask)
      await mostRuns()
      bytes = 0
      kernelCalls = 0
      let error: string | undefined
      try {
        await call({ mask, bits })
      } catch (cause) {
        error = `${(cause as Error).name}: ${(cause as Error).message}`
      }
      const cost = { bytes, kernelCalls }
      const runs = await mostRuns()
      console.log(
        JSON.stringify({ size: `${width} × ${height}`, entry, name, ...cost, runs, error }),
      )
    }
  }
}
