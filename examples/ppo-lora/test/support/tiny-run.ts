import { mulberry32 } from '../../../mulberry32.ts'
import { type Prepared, prepare, type Sample } from '../../src/data/prepare.ts'
import type { Model } from '../../src/model/model.ts'
import type { ModelConfig } from '../../src/model/model-config.ts'
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts'
import type { TrainingState } from '../../src/train.ts'

/** A model whose updates take milliseconds. */
export const small: ModelConfig = {
  imageSize: 16,
  patch: 4,
  window: 8,
  width: 16,
  blocks: 1,
  heads: 2,
  feedForward: 16,
}

/** Settings that fit it. */
export function smallSettings(changes: Partial<Settings> = {}): Settings {
  return {
    ...DEFAULT_SETTINGS,
    updates: 6,
    images: 4,
    samples: 4,
    miniBatch: 2,
    tile: 8,
    temperature: [0.5, 0.2],
    lora: { ...DEFAULT_SETTINGS.lora, r: 2, alpha: 4 },
    ...changes,
  }
}

/** Noisy images of two crossing lines, in a field of view without the corners. */
export function smallImages(model: Model, count: number, seed = 1): Prepared[] {
  return prepare(smallSamples(count, model.config.imageSize, seed), model)
}

export function smallSamples(count: number, size: number, seed: number): Sample[] {
  const random = mulberry32(seed)
  return Array.from({ length: count }, () => {
    const row = 2 + Math.floor(random() * (size - 4))
    const column = 2 + Math.floor(random() * (size - 4))
    const sample: Sample = {
      size,
      image: new Float32Array(size * size),
      truth: new Uint8Array(size * size),
      within: new Uint8Array(size * size),
    }
    for (let i = 0; i < size * size; i++) {
      const [y, x] = [Math.floor(i / size), i % size]
      const isInside = (x - size / 2) ** 2 + (y - size / 2) ** 2 < (size * 0.65) ** 2
      const isVessel = isInside && (y === row || x === column)
      sample.within[i] = isInside ? 1 : 0
      sample.truth[i] = isVessel ? 1 : 0
      sample.image[i] = isInside ? (isVessel ? -1.5 : 0.4) + random() - 0.5 : 0
    }
    return sample
  })
}

/** Every number of an adapter, in the order of its weights. */
export async function adapterBits({
  adapter,
}: Pick<TrainingState, 'adapter'>): Promise<Float32Array[]> {
  const all = [...adapter.weights.values()]
  return Promise.all(all.map(async (weight) => (await weight.data()).slice() as Float32Array))
}
