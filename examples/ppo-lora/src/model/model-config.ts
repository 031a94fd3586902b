/** The shape of the transformer. Sizes are in pixels or features; every field is a positive integer. */
export interface ModelConfig {
  /** Side of the square input, a multiple of `patch`. */
  imageSize: number
  /** Side of the square of pixels that one token answers for. */
  patch: number
  /** Side of the square of pixels that one token reads, centred on its patch. */
  window: number
  /** Features of a token, a multiple of `heads`. */
  width: number
  blocks: number
  heads: number
  /** Hidden features of the SwiGLU. */
  feedForward: number
}

/** 108,944 parameters. */
export const defaultConfig: Readonly<ModelConfig> = {
  imageSize: 64,
  patch: 4,
  window: 12,
  width: 64,
  blocks: 2,
  heads: 4,
  feedForward: 128,
}

const fields = Object.keys(defaultConfig) as (keyof ModelConfig)[]

/** Number of tokens of an image. */
export function tokenCount({ imageSize, patch }: ModelConfig): number {
  return (imageSize / patch) ** 2
}

/**
 * Checks a configuration, which may come from a file.
 *
 * @throws TypeError when a field is missing or no positive integer, RangeError when fields do not
 * fit each other.
 */
export function assertConfig(config: unknown): asserts config is ModelConfig {
  if (typeof config !== 'object' || config === null) {
    throw new TypeError(`expected a model configuration, got ${config}`)
  }
  for (const field of fields) {
    const value = (config as Record<string, unknown>)[field]
    if (!Number.isInteger(value) || (value as number) < 1) {
      throw new TypeError(`model ${field}: expected a positive integer, got ${value}`)
    }
  }
  const { imageSize, patch, window, width, heads } = config as ModelConfig
  if (imageSize % patch !== 0) {
    throw new RangeError(`imageSize ${imageSize} is not a multiple of patch ${patch}`)
  }
  if (window < patch || (window - patch) % 2 !== 0) {
    throw new RangeError(`window ${window} cannot be centred on a patch of ${patch}`)
  }
  if (width % heads !== 0)
    throw new RangeError(`width ${width} is not a multiple of heads ${heads}`)
}

/** The shape of every parameter by its name, kernels as [in, out], in the order of the forward pass. */
export function parameterShapes(config: ModelConfig): Map<string, number[]> {
  const { patch, window, width, blocks, feedForward } = config
  const shapes = new Map<string, number[]>()
  shapes.set('embed.weight', [window ** 2, width])
  shapes.set('embed.bias', [width])
  shapes.set('positions', [tokenCount(config), width])
  for (let block = 0; block < blocks; block++) {
    const path = `blocks.${block}`
    shapes.set(`${path}.attention_norm.weight`, [width])
    for (const name of ['q', 'k', 'v', 'o']) {
      shapes.set(`${path}.attention.${name}.weight`, [width, width])
    }
    shapes.set(`${path}.feed_forward_norm.weight`, [width])
    shapes.set(`${path}.feed_forward.gate.weight`, [width, feedForward])
    shapes.set(`${path}.feed_forward.up.weight`, [width, feedForward])
    shapes.set(`${path}.feed_forward.down.weight`, [feedForward, width])
  }
  shapes.set('norm.weight', [width])
  shapes.set('head.weight', [width, patch ** 2])
  shapes.set('head.bias', [patch ** 2])
  return shapes
}
