import type { Tensor3D } from '@tensorflow/tfjs'
import type { Model } from '../../src/model/model.ts'

type Matrix = number[][]

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))
const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((v, j) => v + b[i][j]))
const flip = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]))

/** The model written a second time, without tensors and in double precision; logits of a batch. */
export async function plainForward(model: Model, windows: Tensor3D): Promise<number[]> {
  const matrices = new Map<string, Matrix>()
  for (const [name, weight] of model.weights) {
    const rows = weight.rank === 1 ? weight.reshape([1, -1]) : weight
    matrices.set(name, (await rows.array()) as Matrix)
  }
  const at = (name: string): Matrix => matrices.get(`${name}.weight`)!
  const norm = (x: Matrix, name: string): Matrix =>
    x.map((row) => {
      const square = row.reduce((sum, v) => sum + v * v, 0) / row.length
      return row.map((v, j) => (v / Math.sqrt(square + 1e-6)) * at(name)[0][j])
    })

  const forward = (image: Matrix): number[] => {
    const { width, heads, blocks } = model.config
    const bias = matrices.get('embed.bias')![0]
    let x = plus(times(image, at('embed')), matrices.get('positions')!)
    x = x.map((row) => row.map((v, j) => v + bias[j]))
    for (let block = 0; block < blocks; block++) {
      const path = `blocks.${block}`
      const attended = norm(x, `${path}.attention_norm`)
      const [q, k, v] = ['q', 'k', 'v'].map((name) =>
        times(attended, at(`${path}.attention.${name}`)),
      )
      const mixed: Matrix = attended.map(() => [])
      for (let head = 0; head < heads; head++) {
        const part = (m: Matrix) =>
          m.map((row) => row.slice((head * width) / heads, ((head + 1) * width) / heads))
        const scores = times(part(q), flip(part(k)))
        const shares = scores.map((row) => {
          const powers = row.map((score) => Math.exp(score / Math.sqrt(width / heads)))
          const total = powers.reduce((sum, power) => sum + power, 0)
          return powers.map((power) => power / total)
        })
        for (const [i, row] of times(shares, part(v)).entries()) mixed[i].push(...row)
      }
      x = plus(x, times(mixed, at(`${path}.attention.o`)))
      const fed = norm(x, `${path}.feed_forward_norm`)
      const gate = times(fed, at(`${path}.feed_forward.gate`))
      const up = times(fed, at(`${path}.feed_forward.up`))
      const gated = gate.map((row, i) => row.map((g, j) => (g / (1 + Math.exp(-g))) * up[i][j]))
      x = plus(x, times(gated, at(`${path}.feed_forward.down`)))
    }
    const last = matrices.get('head.bias')![0]
    return times(norm(x, 'norm'), at('head')).flatMap((row) => row.map((v, j) => v + last[j]))
  }
  return ((await windows.array()) as Matrix[]).flatMap(forward)
}
