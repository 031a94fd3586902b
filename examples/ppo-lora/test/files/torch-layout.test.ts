import { describe, expect, it } from 'vitest'
import { fromTorch, torchShape, toTorch } from '../../src/files/torch-layout.ts'

const counted = (...shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((all, side) => all * side, 1) }, (_, i) => i),
})

describe('the layout of PyTorch', () => {
  it('has rows and columns of a matrix exchanged', () => {
    const matrix = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }
    expect(toTorch(matrix)).toEqual({ shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) })
    expect(fromTorch(toTorch(matrix))).toEqual(matrix)
  })

  it('has the outputs of a convolution first, then its inputs', () => {
    const [height, width, inputs, outputs] = [2, 3, 4, 5]
    const kernel = counted(height, width, inputs, outputs)
    const { shape, data } = toTorch(kernel)
    expect(shape).toEqual([outputs, inputs, height, width])
    expect(torchShape(kernel.shape)).toEqual(shape)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let i = 0; i < inputs; i++) {
          for (let o = 0; o < outputs; o++) {
            const from = ((y * width + x) * inputs + i) * outputs + o
            expect(data[((o * inputs + i) * height + y) * width + x]).toBe(kernel.data[from])
          }
        }
      }
    }
    expect(fromTorch(toTorch(kernel))).toEqual(kernel)
  })

  it('is that of kernels only', () => {
    expect(() => toTorch(counted(3))).toThrow('expected a kernel of 2 or 4 axes, got [3]')
    expect(() => fromTorch(counted(1, 2, 3))).toThrow(RangeError)
  })
})
