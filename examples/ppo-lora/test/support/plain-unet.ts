import type { Tensor4D } from '@tensorflow/tfjs'
import type { UNet } from '../../src/model/unet.ts'

/** Features of a square image, by row, column and feature. */
type Features = number[][][]

/** The U-Net written a second time, without tensors and in double precision; logits of a batch. */
export async function plainUNet({ weights, config }: UNet, images: Tensor4D): Promise<number[]> {
  const kernels = new Map<string, number[][][][]>()
  const biases = new Map<string, number[]>()
  for (const [name, weight] of weights) {
    const values = await weight.array()
    if (name.endsWith('.bias')) biases.set(name, values as number[])
    else kernels.set(name, values as number[][][][])
  }
  const convolve = (path: string, x: Features): Features => {
    const kernel = kernels.get(`${path}.weight`)!
    const bias = biases.get(`${path}.bias`)!
    const margin = (kernel.length - 1) / 2
    return x.map((row, y) =>
      row.map((_, column) =>
        bias.map((start, output) => {
          let sum = start
          for (const [ky, line] of kernel.entries()) {
            for (const [kx, inputs] of line.entries()) {
              const seen = x[y + ky - margin]?.[column + kx - margin] ?? []
              for (const [i, value] of seen.entries()) sum += value * inputs[i][output]
            }
          }
          return sum
        }),
      ),
    )
  }
  const layer = (path: string, x: Features): Features =>
    convolve(path, x).map((row) => row.map((all) => all.map((v) => Math.max(0, v))))
  const half = <T>(all: T[]): T[] => all.slice(0, all.length / 2)
  const halved = (x: Features): Features =>
    half(x).map((_, y) =>
      half(x[0]).map((_, column) =>
        x[0][0].map((_, i) => {
          const [a, b] = [x[2 * y], x[2 * y + 1]]
          return (
            (a[2 * column][i] + a[2 * column + 1][i] + b[2 * column][i] + b[2 * column + 1][i]) / 4
          )
        }),
      ),
    )
  const joined = (small: Features, left: Features): Features =>
    left.map((row, y) => row.map((all, column) => [...small[y >> 1][column >> 1], ...all]))

  const deepest = config.widths.length - 1
  return ((await images.array()) as Features[]).flatMap((image) => {
    let stream = image
    const left: Features[] = []
    for (let level = 0; level < deepest; level++) {
      left.push(layer(`down.${level}.conv2`, layer(`down.${level}.conv1`, stream)))
      stream = halved(left[level])
    }
    stream = layer('bottom.conv1', stream)
    for (let level = deepest - 1; level >= 0; level--) {
      stream = layer(`up.${level}.conv1`, joined(stream, left[level]))
    }
    return convolve('head', stream).flat(2)
  })
}
