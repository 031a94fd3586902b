import type { ThinningMethod } from 'vessel-reward'
import type { Grid } from './grid.ts'

/** Steps to the eight neighbours in the order of the bits of a code: NW is 1, W is 128. */
const DX = [-1, 0, 1, 1, 1, 0, -1, -1]
const DY = [-1, -1, -1, 0, 1, 1, 1, 0]

/** Where scikit-image's table departs from the one of 1984. */
const DELETABLE_IN_BOTH = [10, 40, 130, 160]
const NEW_IN_PASS_1 = [11, 134, 161, 194, 198]
const NEW_IN_PASS_2 = [26, 104, 108, 176]
const NEVER = [48, 129]
const ONLY_PASS_1 = [3, 6, 12, 14, 131]
const ONLY_PASS_2 = [24, 56, 96, 192, 224]

/** For each code of neighbours: 1 deletable in pass 1, 2 in pass 2, 3 in both, 0 never. */
export function oracleTable(method: ThinningMethod): number[] {
  const codes = Array.from({ length: 256 }, (_, code) => code)
  if (method === 'guo-hall') return codes.map(guoHall)
  const table = codes.map(zhangSuen)
  if (method === 'zhang-suen') return table
  for (const code of DELETABLE_IN_BOTH) table[code] = 3
  for (const code of NEW_IN_PASS_1) table[code] = 1
  for (const code of NEW_IN_PASS_2) table[code] = 2
  for (const code of NEVER) table[code] = 0
  for (const code of ONLY_PASS_1) table[code] &= 1
  for (const code of ONLY_PASS_2) table[code] &= 2
  return table
}

/** With the paper's names: P2 is north, then clockwise to P9, north-west. */
function zhangSuen(code: number): number {
  const p = (number: number) => (code >> ((number - 1) % 8)) & 1
  let sum = 0
  let steps = 0
  for (let number = 2; number <= 9; number++) {
    sum += p(number)
    if (p(number) === 0 && p(number === 9 ? 2 : number + 1) === 1) steps++
  }
  if (steps !== 1 || sum < 2 || sum > 6) return 0
  const first = p(2) * p(4) * p(6) === 0 && p(4) * p(6) * p(8) === 0
  const second = p(2) * p(4) * p(8) === 0 && p(2) * p(6) * p(8) === 0
  return (first ? 1 : 0) + (second ? 2 : 0)
}

/** With the names of MATLAB's documentation: x1 is east, then counterclockwise to x8. */
function guoHall(code: number): number {
  const bitOf = [3, 2, 1, 0, 7, 6, 5, 4]
  const x = (number: number) => (code >> bitOf[(number - 1) % 8]) & 1
  let crossings = 0
  let n1 = 0
  let n2 = 0
  for (let k = 1; k <= 4; k++) {
    if (x(2 * k - 1) === 0 && (x(2 * k) === 1 || x(2 * k + 1) === 1)) crossings++
    n1 += x(2 * k - 1) | x(2 * k)
    n2 += x(2 * k) | x(2 * k + 1)
  }
  const n = Math.min(n1, n2)
  if (crossings !== 1 || n < 2 || n > 3) return 0
  const first = ((x(2) | x(3) | (1 - x(8))) & x(1)) === 0
  const second = ((x(6) | x(7) | (1 - x(4))) & x(5)) === 0
  return (first ? 1 : 0) + (second ? 2 : 0)
}

/** Thins a byte per pixel, ringed by zeros, one table look-up for every set pixel and pass. */
export function oracleThin({ width, height, data }: Grid, method: ThinningMethod): Grid {
  const table = oracleTable(method)
  const pitch = width + 2
  const padded = new Uint8Array(pitch * (height + 2))
  let set: number[] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue
      padded[(y + 1) * pitch + x + 1] = 1
      set.push((y + 1) * pitch + x + 1)
    }
  }
  const step = DX.map((dx, i) => dx + DY[i] * pitch)
  for (let changed = true; changed; ) {
    changed = false
    for (const pass of [1, 2]) {
      const doomed = set.filter((i) => {
        let code = 0
        for (let n = 0; n < 8; n++) code |= padded[i + step[n]] << n
        return (table[code] & pass) !== 0
      })
      for (const i of doomed) padded[i] = 0
      if (doomed.length === 0) continue
      changed = true
      set = set.filter((i) => padded[i] === 1)
    }
  }
  const result = new Uint8Array(width * height)
  for (const i of set) result[(Math.floor(i / pitch) - 1) * width + (i % pitch) - 1] = 1
  return { width, height, data: result }
}
