import type { ThinningMethod } from './thinning-table.ts'
export const CHANGED = 0,
  UP = 1,
  DOWN = 2,
  LEFT = 3,
  RIGHT = 4,
  LIVE = 5
const HALO = -2147483647
const PIXEL_BITS = 0x7ffffffe
export type V = (
  words: Int32Array,
  start: number,
  active: number,
  above: number,
  result: Int32Array,
) => void
function skimage1(
  words: Int32Array,
  start: number,
  active: number,
  above: number,
  result: Int32Array,
): void {
  let changed = 0,
    up = 0,
    down = 0,
    left = 0,
    right = 0,
    live = 0,
    next = 0,
    carried = above
  for (let rest = active; rest !== 0; rest &= rest - 1) {
    const tile = 31 - Math.clz32(rest & -rest)
    const i = start + 4 * tile
    const aC = tile === next ? carried : words[i - 1]
    next = tile + 1
    const aL = aC << 1,
      aR = aC >>> 1
    const bC = words[i],
      bL = bC << 1,
      bR = bC >>> 1
    const cC = words[i + 1],
      cL = cC << 1,
      cR = cC >>> 1
    let n0: number
    {
      const t0 = aL ^ bR
      const t1 = bL & t0
      const t2 = aL ^ cC
      const t3 = aC & t2
      const t4 = t1 | t3
      const t5 = aL ^ t4
      const t6 = ~aR
      const t7 = ~cR
      const t8 = aC & t7
      const t9 = t6 | t8
      const t10 = bR | t9
      const t11 = bL & t7
      const t12 = cC & cL
      const t13 = t11 ^ t12
      const t14 = t9 ^ t13
      const t15 = t8 ^ t14
      const t16 = t2 ^ t15
      const t17 = t0 | t16
      const t18 = aR | t17
      const t19 = t10 ^ t18
      const t20 = cL | t15
      const t21 = cC & t7
      const t22 = t13 ^ t21
      const t23 = t20 ^ t22
      const t24 = t19 | t23
      const t25 = t5 | t24
      n0 = bC & (t25 | HALO)
    }
    words[i + 0] = n0
    const dC = words[i + 2],
      dL = dC << 1,
      dR = dC >>> 1
    let n1: number
    {
      const t0 = bL ^ cR
      const t1 = cL & t0
      const t2 = bL ^ dC
      const t3 = bC & t2
      const t4 = t1 | t3
      const t5 = bL ^ t4
      const t6 = ~bR
      const t7 = ~dR
      const t8 = bC & t7
      const t9 = t6 | t8
      const t10 = cR | t9
      const t11 = cL & t7
      const t12 = dC & dL
      const t13 = t11 ^ t12
      const t14 = t9 ^ t13
      const t15 = t8 ^ t14
      const t16 = t2 ^ t15
      const t17 = t0 | t16
      const t18 = bR | t17
      const t19 = t10 ^ t18
      const t20 = dL | t15
      const t21 = dC & t7
      const t22 = t13 ^ t21
      const t23 = t20 ^ t22
      const t24 = t19 | t23
      const t25 = t5 | t24
      n1 = cC & (t25 | HALO)
    }
    words[i + 1] = n1
    const eC = words[i + 3],
      eL = eC << 1,
      eR = eC >>> 1
    let n2: number
    {
      const t0 = cL ^ dR
      const t1 = dL & t0
      const t2 = cL ^ eC
      const t3 = cC & t2
      const t4 = t1 | t3
      const t5 = cL ^ t4
      const t6 = ~cR
      const t7 = ~eR
      const t8 = cC & t7
      const t9 = t6 | t8
      const t10 = dR | t9
      const t11 = dL & t7
      const t12 = eC & eL
      const t13 = t11 ^ t12
      const t14 = t9 ^ t13
      const t15 = t8 ^ t14
      const t16 = t2 ^ t15
      const t17 = t0 | t16
      const t18 = cR | t17
      const t19 = t10 ^ t18
      const t20 = eL | t15
      const t21 = eC & t7
      const t22 = t13 ^ t21
      const t23 = t20 ^ t22
      const t24 = t19 | t23
      const t25 = t5 | t24
      n2 = dC & (t25 | HALO)
    }
    words[i + 2] = n2
    const fC = words[i + 4],
      fL = fC << 1,
      fR = fC >>> 1
    let n3: number
    {
      const t0 = dL ^ eR
      const t1 = eL & t0
      const t2 = dL ^ fC
      const t3 = dC & t2
      const t4 = t1 | t3
      const t5 = dL ^ t4
      const t6 = ~dR
      const t7 = ~fR
      const t8 = dC & t7
      const t9 = t6 | t8
      const t10 = eR | t9
      const t11 = eL & t7
      const t12 = fC & fL
      const t13 = t11 ^ t12
      const t14 = t9 ^ t13
      const t15 = t8 ^ t14
      const t16 = t2 ^ t15
      const t17 = t0 | t16
      const t18 = dR | t17
      const t19 = t10 ^ t18
      const t20 = fL | t15
      const t21 = fC & t7
      const t22 = t13 ^ t21
      const t23 = t20 ^ t22
      const t24 = t19 | t23
      const t25 = t5 | t24
      n3 = eC & (t25 | HALO)
    }
    words[i + 3] = n3
    const d0 = bC ^ n0,
      d3 = eC ^ n3
    const d = d0 | (cC ^ n1) | (dC ^ n2) | d3
    const o = (n0 | n1 | n2 | n3) & PIXEL_BITS
    changed |= ((-d >>> 31) | (d >>> 31)) << tile
    up |= ((-d0 >>> 31) | (d0 >>> 31)) << tile
    down |= ((-d3 >>> 31) | (d3 >>> 31)) << tile
    left |= ((d >>> 1) & 1) << tile
    right |= ((d >>> 30) & 1) << tile
    live |= (-o >>> 31) << tile
    carried = eC
  }
  result[CHANGED] = changed
  result[UP] = up
  result[DOWN] = down
  result[LEFT] = left
  result[RIGHT] = right
  result[LIVE] = live
}

function skimage2(
  words: Int32Array,
  start: number,
  active: number,
  above: number,
  result: Int32Array,
): void {
  let changed = 0,
    up = 0,
    down = 0,
    left = 0,
    right = 0,
    live = 0,
    next = 0,
    carried = above
  for (let rest = active; rest !== 0; rest &= rest - 1) {
    const tile = 31 - Math.clz32(rest & -rest)
    const i = start + 4 * tile
    const aC = tile === next ? carried : words[i - 1]
    next = tile + 1
    const aL = aC << 1,
      aR = aC >>> 1
    const bC = words[i],
      bL = bC << 1,
      bR = bC >>> 1
    const cC = words[i + 1],
      cL = cC << 1,
      cR = cC >>> 1
    let n0: number
    {
      const t0 = ~cL
      const t1 = aL | cC
      const t2 = aL ^ t1
      const t3 = t0 | t2
      const t4 = bL | t3
      const t5 = cR ^ bL
      const t6 = bR & t5
      const t7 = cL | t6
      const t8 = aC | t2
      const t9 = t3 ^ t8
      const t10 = aR | t9
      const t11 = bL | t10
      const t12 = bR ^ t11
      const t13 = aL | t12
      const t14 = t7 | t13
      const t15 = t4 ^ t14
      const t16 = aC & t1
      const t17 = cR ^ t16
      const t18 = cC & t17
      const t19 = t6 | t18
      const t20 = cR ^ t19
      const t21 = t10 ^ t16
      const t22 = t13 & t21
      const t23 = t20 | t22
      const t24 = t15 | t23
      n0 = bC & (t24 | HALO)
    }
    words[i + 0] = n0
    const dC = words[i + 2],
      dL = dC << 1,
      dR = dC >>> 1
    let n1: number
    {
      const t0 = ~dL
      const t1 = bL | dC
      const t2 = bL ^ t1
      const t3 = t0 | t2
      const t4 = cL | t3
      const t5 = dR ^ cL
      const t6 = cR & t5
      const t7 = dL | t6
      const t8 = bC | t2
      const t9 = t3 ^ t8
      const t10 = bR | t9
      const t11 = cL | t10
      const t12 = cR ^ t11
      const t13 = bL | t12
      const t14 = t7 | t13
      const t15 = t4 ^ t14
      const t16 = bC & t1
      const t17 = dR ^ t16
      const t18 = dC & t17
      const t19 = t6 | t18
      const t20 = dR ^ t19
      const t21 = t10 ^ t16
      const t22 = t13 & t21
      const t23 = t20 | t22
      const t24 = t15 | t23
      n1 = cC & (t24 | HALO)
    }
    words[i + 1] = n1
    const eC = words[i + 3],
      eL = eC << 1,
      eR = eC >>> 1
    let n2: number
    {
      const t0 = ~eL
      const t1 = cL | eC
      const t2 = cL ^ t1
      const t3 = t0 | t2
      const t4 = dL | t3
      const t5 = eR ^ dL
      const t6 = dR & t5
      const t7 = eL | t6
      const t8 = cC | t2
      const t9 = t3 ^ t8
      const t10 = cR | t9
      const t11 = dL | t10
      const t12 = dR ^ t11
      const t13 = cL | t12
      const t14 = t7 | t13
      const t15 = t4 ^ t14
      const t16 = cC & t1
      const t17 = eR ^ t16
      const t18 = eC & t17
      const t19 = t6 | t18
      const t20 = eR ^ t19
      const t21 = t10 ^ t16
      const t22 = t13 & t21
      const t23 = t20 | t22
      const t24 = t15 | t23
      n2 = dC & (t24 | HALO)
    }
    words[i + 2] = n2
    const fC = words[i + 4],
      fL = fC << 1,
      fR = fC >>> 1
    let n3: number
    {
      const t0 = ~fL
      const t1 = dL | fC
      const t2 = dL ^ t1
      const t3 = t0 | t2
      const t4 = eL | t3
      const t5 = fR ^ eL
      const t6 = eR & t5
      const t7 = fL | t6
      const t8 = dC | t2
      const t9 = t3 ^ t8
      const t10 = dR | t9
      const t11 = eL | t10
      const t12 = eR ^ t11
      const t13 = dL | t12
      const t14 = t7 | t13
      const t15 = t4 ^ t14
      const t16 = dC & t1
      const t17 = fR ^ t16
      const t18 = fC & t17
      const t19 = t6 | t18
      const t20 = fR ^ t19
      const t21 = t10 ^ t16
      const t22 = t13 & t21
      const t23 = t20 | t22
      const t24 = t15 | t23
      n3 = eC & (t24 | HALO)
    }
    words[i + 3] = n3
    const d0 = bC ^ n0,
      d3 = eC ^ n3
    const d = d0 | (cC ^ n1) | (dC ^ n2) | d3
    const o = (n0 | n1 | n2 | n3) & PIXEL_BITS
    changed |= ((-d >>> 31) | (d >>> 31)) << tile
    up |= ((-d0 >>> 31) | (d0 >>> 31)) << tile
    down |= ((-d3 >>> 31) | (d3 >>> 31)) << tile
    left |= ((d >>> 1) & 1) << tile
    right |= ((d >>> 30) & 1) << tile
    live |= (-o >>> 31) << tile
    carried = eC
  }
  result[CHANGED] = changed
  result[UP] = up
  result[DOWN] = down
  result[LEFT] = left
  result[RIGHT] = right
  result[LIVE] = live
}

export const PASSES: Record<ThinningMethod, readonly [V, V]> = {
  skimage: [skimage1, skimage2],
  'zhang-suen': [skimage1, skimage2],
  'guo-hall': [skimage1, skimage2],
}
