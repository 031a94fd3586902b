import type { Adapter } from '../model/lora.ts'
import type { Segmenter } from '../model/segmenter.ts'
import { logitsOf, type Prepared } from './prepare.ts'

/** By model or adapter, and by image. */
const known = new WeakMap<Segmenter | Adapter, WeakMap<Prepared, Float32Array>>()

/**
 * The logits of images, in the model's order, of an adapter that does not change any more; without one of
 * the frozen model. Each image's are computed once.
 */
export async function fixedLogits(
  model: Segmenter,
  adapter: Adapter | undefined,
  images: readonly Prepared[],
): Promise<Float32Array[]> {
  const found = known.get(adapter ?? model) ?? new WeakMap<Prepared, Float32Array>()
  known.set(adapter ?? model, found)
  const missing = images.filter((image) => !found.has(image))
  if (missing.length > 0) {
    const logits = await logitsOf(model, adapter, missing)
    for (const [i, image] of missing.entries()) found.set(image, logits[i])
  }
  return images.map((image) => found.get(image) as Float32Array)
}
