/** A mask as plain bytes: 0 or 1 for each pixel, row by row. */
export interface Grid {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

export function grid(
  width: number,
  height: number,
  set: (x: number, y: number) => boolean = () => false,
): Grid {
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = set(x, y) ? 1 : 0
  }
  return { width, height, data }
}

/** A grid drawn with `#` for foreground; rows are separated by spaces or line ends. */
export function draw(art: string): Grid {
  const rows = art.trim().split(/\s+/)
  return grid(rows[0].length, rows.length, (x, y) => rows[y][x] === '#')
}

/** Whether a pixel is set; everything outside the grid is background. */
export function at({ width, height, data }: Grid, x: number, y: number): boolean {
  return x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1
}

export function transpose(mask: Grid): Grid {
  return grid(mask.height, mask.width, (x, y) => at(mask, y, x))
}

export function intersect(a: Grid, b: Grid): Grid {
  return grid(a.width, a.height, (x, y) => at(a, x, y) && at(b, x, y))
}

/** The background, with a ring of it round the image. */
export function paddedComplement(mask: Grid): Grid {
  return grid(mask.width + 2, mask.height + 2, (x, y) => !at(mask, x - 1, y - 1))
}

export function toRows({ width, height, data }: Grid): number[][] {
  return Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)])
}

export function countSet({ data }: Grid): number {
  let count = 0
  for (const value of data) count += value
  return count
}
