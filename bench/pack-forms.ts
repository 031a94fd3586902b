import type { MaskLike } from '../src/index.ts'
import type { MaskSet } from './inputs.ts'

/** The forms in which masks are packed. */
export const PACK_FORMS = [
  '0/1 bytes',
  '0/255 bytes',
  'booleans',
  'Float32 > 0.5',
  'ImageData',
  'ndarray, cropped',
  'ndarray, transposed',
] as const

export type PackForm = (typeof PACK_FORMS)[number]

interface Packable {
  masks: MaskLike[]
  options?: { threshold: number }
}

/** Margin of a cropped ndarray on each side. */
const MARGIN = 8

/** The predictions of a set in every form; all forms of a mask hold the same pixels. */
export function packForms({ preds, width, height }: MaskSet): Record<PackForm, Packable> {
  const image = (data: ArrayLike<number | boolean>) => ({ data, width, height })
  const each = (convert: (pred: Uint8Array, i: number) => MaskLike) => ({
    masks: preds.map(convert),
  })
  return {
    '0/1 bytes': each(image),
    '0/255 bytes': each((pred) => image(pred.map((value) => 255 * value))),
    booleans: each((pred) => image(Array.from(pred, (value) => value === 1))),
    'Float32 > 0.5': {
      ...each((pred) => image(probabilities(pred))),
      options: { threshold: 0.5 },
    },
    ImageData: each((pred) => image(imageData(pred))),
    'ndarray, cropped': each((pred) => cropped(pred, width, height)),
    'ndarray, transposed': each((pred) => transposed(pred, width, height)),
  }
}

/** Confident ones, with a little noise of fixed pattern. */
function probabilities(pred: Uint8Array): Float32Array {
  return Float32Array.from(pred, (value, i) => Math.abs(value - (0.02 + 0.1 * ((i * 0.618) % 1))))
}

function imageData(pred: Uint8Array): Uint8ClampedArray {
  const data = new Uint8ClampedArray(4 * pred.length)
  for (let i = 0; i < pred.length; i++) data.fill(255 * pred[i], 4 * i, 4 * i + 3)
  for (let i = 3; i < data.length; i += 4) data[i] = 255
  return data
}

/** A window of a larger image. */
function cropped(pred: Uint8Array, width: number, height: number): MaskLike {
  const pitch = width + 2 * MARGIN
  const data = new Uint8Array(pitch * (height + 2 * MARGIN))
  const offset = MARGIN * pitch + MARGIN
  for (let y = 0; y < height; y++) {
    data.set(pred.subarray(y * width, (y + 1) * width), offset + y * pitch)
  }
  return { data, shape: [height, width], stride: [pitch, 1], offset }
}

/** Column by column, as Fortran and MATLAB store images. */
function transposed(pred: Uint8Array, width: number, height: number): MaskLike {
  const data = new Uint8Array(pred.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[x * height + y] = pred[y * width + x]
  }
  return { data, shape: [height, width], stride: [1, height] }
}
