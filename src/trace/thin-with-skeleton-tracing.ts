/// <reference path="./skeleton-tracing-js.d.ts" />
import tracer from 'skeleton-tracing-js/dist/trace_skeleton.js'
import { BitMask, type MaskLike } from '../index.ts'

/** TODO */
export function thinWithSkeletonTracing(mask: MaskLike): BitMask {
  const bits = BitMask.from(mask)
  const { width, height } = bits
  const bytes = bits.toUint8Array()
  tracer.thinningZS(bytes, width, height)
  return BitMask.from({ data: bytes, width, height })
}
