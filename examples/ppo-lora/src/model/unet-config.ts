/** The shape of the U-Net; see {@link defaultUNet}. */
export interface UNetConfig {
  /** Tells its files from those of the transformer. */
  model: 'unet'
  /** Side of the square input: halved between levels, so a multiple of 2 for each level but the last. */
  imageSize: number
  /** Features of each level, from the full size down. */
  widths: readonly number[]
}

/** 60,257 parameters. */
export const defaultUNet: Readonly<UNetConfig> = {
  model: 'unet',
  imageSize: 64,
  widths: [16, 32, 48],
}

/**
 * Checks a configuration, which may come from a file.
 *
 * @throws TypeError when a field is missing or of another type, RangeError when fields do not fit each
 * other
 */
export function assertUNetConfig(config: unknown): asserts config is UNetConfig {
  const { model, imageSize, widths } = (config ?? {}) as Record<string, unknown>
  if (model !== 'unet') throw new TypeError(`expected the configuration of a unet, got ${model}`)
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 1
  if (!isCount(imageSize)) {
    throw new TypeError(`model imageSize: expected a positive integer, got ${imageSize}`)
  }
  if (!Array.isArray(widths) || widths.length === 0 || !widths.every(isCount)) {
    throw new TypeError(
      `model widths: expected positive integers, got ${JSON.stringify(widths) ?? widths}`,
    )
  }
  const least = 2 ** (widths.length - 1)
  if ((imageSize as number) % least !== 0) {
    throw new RangeError(
      `imageSize ${imageSize} is not a multiple of ${least}, which ${widths.length} levels need`,
    )
  }
}

/**
 * The shape of every parameter by its name, kernels as [height, width, in, out], in the order of the
 * forward pass.
 */
export function unetShapes({ widths }: UNetConfig): Map<string, number[]> {
  const shapes = new Map<string, number[]>()
  const add = (path: string, side: number, inputs: number, outputs: number) => {
    shapes.set(`${path}.weight`, [side, side, inputs, outputs])
    shapes.set(`${path}.bias`, [outputs])
  }
  const deepest = widths.length - 1
  for (const [level, width] of widths.entries()) {
    const path = level === deepest ? 'bottom' : `down.${level}`
    add(`${path}.conv1`, 3, level === 0 ? 1 : widths[level - 1], width)
    if (level < deepest) add(`${path}.conv2`, 3, width, width)
  }
  for (let level = deepest - 1; level >= 0; level--) {
    add(`up.${level}.conv1`, 3, widths[level + 1] + widths[level], widths[level])
  }
  add('head', 1, widths[0], 1)
  return shapes
}
