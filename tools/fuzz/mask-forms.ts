import { runInNewContext } from 'node:vm'
import { BitMask, type MaskLike } from '../../src/index.ts'
import type { Picture } from './pictures.ts'
import type { Random } from './random.ts'

type Values = ArrayLike<number | boolean>
type Container = (values: readonly number[]) => Values

/** What stands for the pixels: background, foreground and, where there are any, void pixels. */
export interface Levels {
  readonly background: number
  readonly foreground: number
  readonly threshold?: number
}

const TYPED = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
]

class Bytes extends Uint8Array {}

/** Its slices are of another kind, which nobody may rely on. */
class Floats extends Float32Array {
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array
  }
}

/** Each holds the integers from 0 to 127 as they are. */
const CONTAINERS: Record<string, Container> = {
  numbers: (values) => [...values],
  frozen: (values) => Object.freeze([...values]),
  'array-like': (values) => ({ ...values, length: values.length }),
  'without prototype': (values) =>
    Object.assign(Object.create(null), { ...values, length: values.length }),
  proxy: (values) => new Proxy([...values], {}),
  shared: (values) => {
    const array = new Uint8Array(new SharedArrayBuffer(values.length))
    array.set(values)
    return array
  },
  'part of a buffer': (values) => {
    const array = new Int16Array(values.length + 5).fill(1).subarray(3, values.length + 3)
    array.set(values)
    return array
  },
  'unaligned bytes': (values) => {
    const array = new Uint8Array(new ArrayBuffer(values.length + 9), 3, values.length)
    array.set(values)
    return array
  },
  subclass: (values) => Bytes.from(values),
  'subclass of another species': (values) => {
    const array = new Floats(values.length)
    array.set(values)
    return array
  },
  buffer: (values) => Buffer.from(values),
  'another realm': (values) => {
    const array = runInNewContext(`new Uint8Array(${values.length})`) as Uint8Array
    array.set(values)
    return array
  },
}
for (const Typed of TYPED) CONTAINERS[Typed.name] = (values) => Typed.from(values)

/** Holds any numbers. */
const WIDE = ['numbers', 'frozen', 'array-like', 'proxy', 'Float64Array']

function container(random: Random, values: readonly number[]): Values {
  const isByte = values.every((value) => Number.isInteger(value) && value >= 0 && value < 128)
  const name = random.pick(isByte ? Object.keys(CONTAINERS) : WIDE)
  const made = CONTAINERS[name](values)
  const isBinary = values.every((value) => value === 0 || value === 1)
  if (isBinary && name === 'numbers' && random.chance(0.3)) return values.map((v) => v === 1)
  return made
}

const PLAIN: Levels = { background: 0, foreground: 1 }

/** The same mask in one of the forms that every function takes. */
export function anyForm(random: Random, picture: Picture, levels: Levels = PLAIN): MaskLike {
  const forms = [image, channels, strided, strided, tensor, rows, packed, packed]
  return random.pick(forms)(random, picture, levels)
}

/** The same without `BitMask`, whose values have become bits. */
export function anyRawForm(random: Random, picture: Picture, levels: Levels = PLAIN): MaskLike {
  return random.pick([image, channels, strided, tensor, rows])(random, picture, levels)
}

/** The values of the pixels; a pixel of the picture that is more than 1 stands for itself. */
function valuesOf({ data }: Picture, { background, foreground }: Levels): number[] {
  return Array.from(data, (value) => [background, foreground][value] ?? value)
}

function packed(random: Random, picture: Picture, levels: Levels): MaskLike {
  const { width, height } = picture
  // Each time anew: facts that are kept with a mask have to be those of this one.
  const data = valuesOf(picture, levels)
  const options = levels.threshold === undefined ? undefined : { threshold: levels.threshold }
  return BitMask.from({ data: container(random, data), width, height }, options)
}

function image(random: Random, picture: Picture, levels: Levels): MaskLike {
  const { width, height } = picture
  const data = container(random, valuesOf(picture, levels))
  return random.chance(0.5) ? { data, width, height } : { data, width, height, channels: 1 }
}

function channels(random: Random, picture: Picture, levels: Levels): MaskLike {
  const { width, height } = picture
  const count = random.integer(2, 4) as 2 | 3 | 4
  const colors = count === 2 ? 1 : 3
  const data: number[] = []
  for (const value of valuesOf(picture, levels)) {
    const [from, other] = [random.integer(0, colors - 1), levels.background]
    for (let c = 0; c < count; c++) {
      // Void pixels have one value in all channels.
      const isAll = value > 1 && value !== levels.foreground
      data.push(c < colors ? (c === from || isAll ? value : other) : random.integer(0, 9))
    }
  }
  return { data: container(random, data), width, height, channels: count }
}

function strided(random: Random, picture: Picture, levels: Levels): MaskLike {
  const { width, height } = picture
  const values = valuesOf(picture, levels)
  const isTransposed = random.chance(0.3)
  const gap = random.integer(1, 3)
  let rowStride = isTransposed ? gap : width * gap + random.integer(0, 4)
  let columnStride = isTransposed ? height * gap + random.integer(0, 4) : gap
  if (random.chance(0.3)) rowStride *= -1
  if (random.chance(0.3)) columnStride *= -1
  const ends = [0, Math.max(0, height - 1) * rowStride]
  const sides = [0, Math.max(0, width - 1) * columnStride]
  const offset = random.integer(0, 3) - Math.min(...ends) - Math.min(...sides)
  const length = offset + Math.max(...ends) + Math.max(...sides) + 1 + random.integer(0, 3)
  const data = new Array<number>(length).fill(levels.background)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[offset + y * rowStride + x * columnStride] = values[y * width + x]
    }
  }
  const shape = [height, width]
  const stride = [rowStride, columnStride]
  const held = container(random, data)
  if (random.chance(0.2)) {
    return { data: held, shape: [...shape, 1], stride: [...stride, 1], offset }
  }
  return { data: held, shape, stride, offset }
}

function tensor(random: Random, picture: Picture, levels: Levels): MaskLike {
  const { width, height } = picture
  const values = valuesOf(picture, levels)
  // [1, rows, 1] is one row with so many columns.
  const three = width === 1 ? [height, width, 1] : [1, height, width]
  const shape = random.pick([[height, width], [height, width, 1], three, [1, height, width, 1]])
  const isFlat = random.chance(0.3)
  if (isFlat) return { data: container(random, values), shape }
  return { shape, dataSync: () => Float32Array.from(values) }
}

function rows(random: Random, picture: Picture, levels: Levels): MaskLike {
  const { width, height } = picture
  // Rows cannot say how wide a mask without rows is.
  if (height === 0 && width > 0) return image(random, picture, levels)
  const values = valuesOf(picture, levels)
  const list = Array.from({ length: height }, (_, y) =>
    container(random, values.slice(y * width, (y + 1) * width)),
  )
  return random.chance(0.2) ? Object.freeze(list) : list
}
