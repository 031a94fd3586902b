import { createRequire } from 'node:module'
import { LARGE_PIXELS, type MaskSet } from '../inputs.ts'
import { inProcess } from '../measure.ts'
import type { Entry, Peer } from './peer.ts'

interface SkeletonTracing {
  /** Thins in place. */
  thinningZS(mask: Uint8Array, width: number, height: number): void
}

/**
 * skeleton-tracing-js thins by the rules of 1984, but never the outermost pixels, and it stops as
 * soon as one of its two passes is idle: its skeletons are not quite thin.
 */
export async function skeletonTracing(version: string): Promise<Peer> {
  const require = createRequire(import.meta.url)
  const tracer: SkeletonTracing = require('skeleton-tracing-js')
  return {
    versions: { 'skeleton-tracing-js': version },
    enter: (group, set) =>
      group === 'thinning' && set.width * set.height <= LARGE_PIXELS ? [thinning(tracer, set)] : [],
  }
}

function thinning(tracer: SkeletonTracing, { preds, width, height }: MaskSet): Entry {
  const scratch = new Uint8Array(width * height)
  const thin = (i: number) => {
    scratch.set(preds[i])
    tracer.thinningZS(scratch, width, height)
    return scratch
  }
  return {
    ...inProcess('skeleton-tracing-js', preds.length, thin),
    against: ['thin zhang-suen'],
    note: ({ skeletonize }) => {
      const data = preds[0]
      const ours = skeletonize({ data, width, height }, { method: 'zhang-suen' }).toUint8Array()
      const differing = thin(0).filter((value, i) => value !== ours[i]).length
      const pixels = ours.filter((value) => value === 1).length
      return `on the first pair the skeleton of skeleton-tracing-js differs from the rules of 1984 in ${differing} pixels, and has ${pixels}`
    },
  }
}
