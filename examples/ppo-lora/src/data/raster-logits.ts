import type { Adapter } from '../model/lora.ts'
import { type Model, tokenOrder } from '../model/model.ts'
import { logitsOf, type Prepared, toRaster } from './prepare.ts'

/** The logits of each image in raster order; without an adapter those of the frozen model. */
export async function rasterLogits(
  model: Model,
  adapter: Adapter | undefined,
  prepared: readonly Prepared[],
): Promise<Float32Array[]> {
  const order = tokenOrder(model.config)
  return (await logitsOf(model, adapter, prepared)).map((z) => toRaster(z, order))
}
