import { MAX_PIXELS } from '../../mask/layout.ts'

export type Color = readonly [red: number, green: number, blue: number]

/** Whether a pixel so far from the centre belongs to the outline of a mark. */
export type Outline = (dx: number, dy: number) => boolean

/** An opaque colour picture of a mask, `scale` × `scale` of its pixels to one of the mask. */
export class Picture {
  readonly data: Uint8ClampedArray<ArrayBuffer>
  readonly width: number
  readonly height: number
  readonly #maskWidth: number
  readonly #scale: number

  constructor(maskWidth: number, maskHeight: number, scale: number) {
    this.width = maskWidth * scale
    this.height = maskHeight * scale
    this.#maskWidth = maskWidth
    this.#scale = scale
    if (this.width * this.height > MAX_PIXELS) {
      throw new RangeError(
        `expected a picture of at most ${MAX_PIXELS} pixels, got ${this.width} × ${this.height}`,
      )
    }
    this.data = new Uint8ClampedArray(4 * this.width * this.height).fill(255)
  }

  /** Paints a pixel of the mask, given by its index. */
  pixel(index: number, color: Color, brightness: number): void {
    this.#square(index, this.#scale, color, brightness)
  }

  /** Paints the middle of a pixel of the mask, so that its colour still frames it. */
  dot(index: number, color: Color): void {
    this.#square(index, Math.ceil(this.#scale / 2), color, 1)
  }

  /** Marks a pixel of the mask; the radius is in pixels of the picture. */
  mark(x: number, y: number, radius: number, color: Color, isOutline: Outline): void {
    const centerX = x * this.#scale + (this.#scale >> 1)
    const centerY = y * this.#scale + (this.#scale >> 1)
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        if (isOutline(dx, dy)) this.#set(centerX + dx, centerY + dy, color, 1)
      }
    }
  }

  #square(index: number, size: number, color: Color, brightness: number): void {
    const margin = (this.#scale - size) >> 1
    const row = Math.floor(index / this.#maskWidth)
    const left = (index - row * this.#maskWidth) * this.#scale + margin
    const top = row * this.#scale + margin
    for (let y = top; y < top + size; y++) {
      for (let x = left; x < left + size; x++) this.#set(x, y, color, brightness)
    }
  }

  #set(x: number, y: number, color: Color, brightness: number): void {
    const { data, width, height } = this
    if (x < 0 || y < 0 || x >= width || y >= height) return
    const at = 4 * (y * width + x)
    data[at] = brightness * color[0]
    data[at + 1] = brightness * color[1]
    data[at + 2] = brightness * color[2]
  }
}
