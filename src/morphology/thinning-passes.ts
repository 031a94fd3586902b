import type { ThinningMethod } from './thinning-table.ts'
export const CHANGED = 0
export const UP = 1
export const DOWN = 2
export const LEFT = 3
export const RIGHT = 4
export const LIVE = 5
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
  let changed = 0
  let up = 0
  let down = 0
  let left = 0
  let right = 0
  let live = 0
  let next = 0
  let carried = above
  for (let rest = active; rest !== 0; rest &= rest - 1) {
    const tile = 31 - Math.clz32(rest & -rest)
    const i = start + 4 * tile
    const a = tile === next ? carried : words[i - 1]
    const aL = a << 1
    const aR = a >>> 1
    const b = words[i]
    const bL = b << 1
    const bR = b >>> 1
    const c = words[i + 1]
    const cL = c << 1
    const cR = c >>> 1
    let n0: number
    {
      const t0 = a | cR
      const t1 = aL ^ c
      const t2 = a & t1
      const t3 = cR ^ t0
      const t4 = ~aR
      const t5 = t3 | t4
      const t6 = t0 ^ t5
      const t7 = bR | t5
      const t8 = cL & t6
      const t9 = cR | bL
      const t10 = t9 ^ t8
      const t11 = cL & t10
      const t12 = aL ^ t10
      const t13 = aR | t12
      const t14 = aL ^ bR
      const t15 = t14 | t13
      const t16 = t7 ^ t15
      const t17 = bL & t14
      const t18 = t2 | t17
      const t19 = aL ^ t18
      const t20 = t16 | t19
      const t21 = cR ^ cL
      const t22 = c | t21
      const t23 = t11 ^ t22
      const t24 = t6 ^ t23
      const t25 = t24 | t20
      n0 = b & (t25 | HALO)
    }
    words[i + 0] = n0
    const d = words[i + 2]
    const dL = d << 1
    const dR = d >>> 1
    let n1: number
    {
      const t0 = b | dR
      const t1 = bL ^ d
      const t2 = b & t1
      const t3 = dR ^ t0
      const t4 = ~bR
      const t5 = t3 | t4
      const t6 = t0 ^ t5
      const t7 = cR | t5
      const t8 = dL & t6
      const t9 = dR | cL
      const t10 = t9 ^ t8
      const t11 = dL & t10
      const t12 = bL ^ t10
      const t13 = bR | t12
      const t14 = bL ^ cR
      const t15 = t14 | t13
      const t16 = t7 ^ t15
      const t17 = cL & t14
      const t18 = t2 | t17
      const t19 = bL ^ t18
      const t20 = t16 | t19
      const t21 = dR ^ dL
      const t22 = d | t21
      const t23 = t11 ^ t22
      const t24 = t6 ^ t23
      const t25 = t24 | t20
      n1 = c & (t25 | HALO)
    }
    words[i + 1] = n1
    const e = words[i + 3]
    const eL = e << 1
    const eR = e >>> 1
    let n2: number
    {
      const t0 = c | eR
      const t1 = cL ^ e
      const t2 = c & t1
      const t3 = eR ^ t0
      const t4 = ~cR
      const t5 = t3 | t4
      const t6 = t0 ^ t5
      const t7 = dR | t5
      const t8 = eL & t6
      const t9 = eR | dL
      const t10 = t9 ^ t8
      const t11 = eL & t10
      const t12 = cL ^ t10
      const t13 = cR | t12
      const t14 = cL ^ dR
      const t15 = t14 | t13
      const t16 = t7 ^ t15
      const t17 = dL & t14
      const t18 = t2 | t17
      const t19 = cL ^ t18
      const t20 = t16 | t19
      const t21 = eR ^ eL
      const t22 = e | t21
      const t23 = t11 ^ t22
      const t24 = t6 ^ t23
      const t25 = t24 | t20
      n2 = d & (t25 | HALO)
    }
    words[i + 2] = n2
    const f = words[i + 4]
    const fL = f << 1
    const fR = f >>> 1
    let n3: number
    {
      const t0 = d | fR
      const t1 = dL ^ f
      const t2 = d & t1
      const t3 = fR ^ t0
      const t4 = ~dR
      const t5 = t3 | t4
      const t6 = t0 ^ t5
      const t7 = eR | t5
      const t8 = fL & t6
      const t9 = fR | eL
      const t10 = t9 ^ t8
      const t11 = fL & t10
      const t12 = dL ^ t10
      const t13 = dR | t12
      const t14 = dL ^ eR
      const t15 = t14 | t13
      const t16 = t7 ^ t15
      const t17 = eL & t14
      const t18 = t2 | t17
      const t19 = dL ^ t18
      const t20 = t16 | t19
      const t21 = fR ^ fL
      const t22 = f | t21
      const t23 = t11 ^ t22
      const t24 = t6 ^ t23
      const t25 = t24 | t20
      n3 = e & (t25 | HALO)
    }
    words[i + 3] = n3
    const first = b ^ n0
    const last = e ^ n3
    const any = first | (c ^ n1) | (d ^ n2) | last
    changed |= (-any >>> 31) << tile
    up |= (-first >>> 31) << tile
    down |= (-last >>> 31) << tile
    left |= ((any >>> 1) & 1) << tile
    right |= (any >>> 30) << tile
    live |= (-((n0 | n1 | n2 | n3) & PIXEL_BITS) >>> 31) << tile
    next = tile + 1
    carried = e
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
  let changed = 0
  let up = 0
  let down = 0
  let left = 0
  let right = 0
  let live = 0
  let next = 0
  let carried = above
  for (let rest = active; rest !== 0; rest &= rest - 1) {
    const tile = 31 - Math.clz32(rest & -rest)
    const i = start + 4 * tile
    const a = tile === next ? carried : words[i - 1]
    const aL = a << 1
    const aR = a >>> 1
    const b = words[i]
    const bL = b << 1
    const bR = b >>> 1
    const c = words[i + 1]
    const cL = c << 1
    const cR = c >>> 1
    let n0: number
    {
      const t0 = aL | c
      const t1 = a & t0
      const t2 = aL ^ t0
      const t3 = a | t2
      const t4 = ~cL
      const t5 = t4 | t2
      const t6 = t5 ^ t3
      const t7 = aR | t6
      const t8 = bL | t5
      const t9 = bL | t7
      const t10 = bR ^ t9
      const t11 = aL | t10
      const t12 = t7 ^ t1
      const t13 = t11 & t12
      const t14 = cR ^ t1
      const t15 = c & t14
      const t16 = cR ^ bL
      const t17 = bR & t16
      const t18 = t17 | t15
      const t19 = cL | t17
      const t20 = t19 | t11
      const t21 = t8 ^ t20
      const t22 = cR ^ t18
      const t23 = t22 | t13
      const t24 = t21 | t23
      n0 = b & (t24 | HALO)
    }
    words[i + 0] = n0
    const d = words[i + 2]
    const dL = d << 1
    const dR = d >>> 1
    let n1: number
    {
      const t0 = bL | d
      const t1 = b & t0
      const t2 = bL ^ t0
      const t3 = b | t2
      const t4 = ~dL
      const t5 = t4 | t2
      const t6 = t5 ^ t3
      const t7 = bR | t6
      const t8 = cL | t5
      const t9 = cL | t7
      const t10 = cR ^ t9
      const t11 = bL | t10
      const t12 = t7 ^ t1
      const t13 = t11 & t12
      const t14 = dR ^ t1
      const t15 = d & t14
      const t16 = dR ^ cL
      const t17 = cR & t16
      const t18 = t17 | t15
      const t19 = dL | t17
      const t20 = t19 | t11
      const t21 = t8 ^ t20
      const t22 = dR ^ t18
      const t23 = t22 | t13
      const t24 = t21 | t23
      n1 = c & (t24 | HALO)
    }
    words[i + 1] = n1
    const e = words[i + 3]
    const eL = e << 1
    const eR = e >>> 1
    let n2: number
    {
      const t0 = cL | e
      const t1 = c & t0
      const t2 = cL ^ t0
      const t3 = c | t2
      const t4 = ~eL
      const t5 = t4 | t2
      const t6 = t5 ^ t3
      const t7 = cR | t6
      const t8 = dL | t5
      const t9 = dL | t7
      const t10 = dR ^ t9
      const t11 = cL | t10
      const t12 = t7 ^ t1
      const t13 = t11 & t12
      const t14 = eR ^ t1
      const t15 = e & t14
      const t16 = eR ^ dL
      const t17 = dR & t16
      const t18 = t17 | t15
      const t19 = eL | t17
      const t20 = t19 | t11
      const t21 = t8 ^ t20
      const t22 = eR ^ t18
      const t23 = t22 | t13
      const t24 = t21 | t23
      n2 = d & (t24 | HALO)
    }
    words[i + 2] = n2
    const f = words[i + 4]
    const fL = f << 1
    const fR = f >>> 1
    let n3: number
    {
      const t0 = dL | f
      const t1 = d & t0
      const t2 = dL ^ t0
      const t3 = d | t2
      const t4 = ~fL
      const t5 = t4 | t2
      const t6 = t5 ^ t3
      const t7 = dR | t6
      const t8 = eL | t5
      const t9 = eL | t7
      const t10 = eR ^ t9
      const t11 = dL | t10
      const t12 = t7 ^ t1
      const t13 = t11 & t12
      const t14 = fR ^ t1
      const t15 = f & t14
      const t16 = fR ^ eL
      const t17 = eR & t16
      const t18 = t17 | t15
      const t19 = fL | t17
      const t20 = t19 | t11
      const t21 = t8 ^ t20
      const t22 = fR ^ t18
      const t23 = t22 | t13
      const t24 = t21 | t23
      n3 = e & (t24 | HALO)
    }
    words[i + 3] = n3
    const first = b ^ n0
    const last = e ^ n3
    const any = first | (c ^ n1) | (d ^ n2) | last
    changed |= (-any >>> 31) << tile
    up |= (-first >>> 31) << tile
    down |= (-last >>> 31) << tile
    left |= ((any >>> 1) & 1) << tile
    right |= (any >>> 30) << tile
    live |= (-((n0 | n1 | n2 | n3) & PIXEL_BITS) >>> 31) << tile
    next = tile + 1
    carried = e
  }
  result[CHANGED] = changed
  result[UP] = up
  result[DOWN] = down
  result[LEFT] = left
  result[RIGHT] = right
  result[LIVE] = live
}

function zhangSuen1(
  words: Int32Array,
  start: number,
  active: number,
  above: number,
  result: Int32Array,
): void {
  let changed = 0
  let up = 0
  let down = 0
  let left = 0
  let right = 0
  let live = 0
  let next = 0
  let carried = above
  for (let rest = active; rest !== 0; rest &= rest - 1) {
    const tile = 31 - Math.clz32(rest & -rest)
    const i = start + 4 * tile
    const a = tile === next ? carried : words[i - 1]
    const aL = a << 1
    const aR = a >>> 1
    const b = words[i]
    const bL = b << 1
    const bR = b >>> 1
    const c = words[i + 1]
    const cL = c << 1
    const cR = c >>> 1
    let n0: number
    {
      const t0 = a ^ bL
      const t1 = aR ^ cL
      const t2 = aR ^ bR
      const t3 = t1 & t0
      const t4 = aL | t3
      const t5 = bL & t3
      const t6 = cL & t0
      const t7 = t5 ^ t6
      const t8 = bL | t0
      const t9 = t4 ^ t8
      const t10 = t7 | t9
      const t11 = bR ^ c
      const t12 = t11 & t1
      const t13 = t11 & t2
      const t14 = c ^ t4
      const t15 = t12 | t14
      const t16 = t13 ^ t15
      const t17 = cR ^ t4
      const t18 = t12 | t17
      const t19 = t16 & t18
      const t20 = ~t19
      const t21 = t20 | t10
      n0 = b & (t21 | HALO)
    }
    words[i + 0] = n0
    const d = words[i + 2]
    const dL = d << 1
    const dR = d >>> 1
    let n1: number
    {
      const t0 = b ^ cL
      const t1 = bR ^ dL
      const t2 = bR ^ cR
      const t3 = t1 & t0
      const t4 = bL | t3
      const t5 = cL & t3
      const t6 = dL & t0
      const t7 = t5 ^ t6
      const t8 = cL | t0
      const t9 = t4 ^ t8
      const t10 = t7 | t9
      const t11 = cR ^ d
      const t12 = t11 & t1
      const t13 = t11 & t2
      const t14 = d ^ t4
      const t15 = t12 | t14
      const t16 = t13 ^ t15
      const t17 = dR ^ t4
      const t18 = t12 | t17
      const t19 = t16 & t18
      const t20 = ~t19
      const t21 = t20 | t10
      n1 = c & (t21 | HALO)
    }
    words[i + 1] = n1
    const e = words[i + 3]
    const eL = e << 1
    const eR = e >>> 1
    let n2: number
    {
      const t0 = c ^ dL
      const t1 = cR ^ eL
      const t2 = cR ^ dR
      const t3 = t1 & t0
      const t4 = cL | t3
      const t5 = dL & t3
      const t6 = eL & t0
      const t7 = t5 ^ t6
      const t8 = dL | t0
      const t9 = t4 ^ t8
      const t10 = t7 | t9
      const t11 = dR ^ e
      const t12 = t11 & t1
      const t13 = t11 & t2
      const t14 = e ^ t4
      const t15 = t12 | t14
      const t16 = t13 ^ t15
      const t17 = eR ^ t4
      const t18 = t12 | t17
      const t19 = t16 & t18
      const t20 = ~t19
      const t21 = t20 | t10
      n2 = d & (t21 | HALO)
    }
    words[i + 2] = n2
    const f = words[i + 4]
    const fL = f << 1
    const fR = f >>> 1
    let n3: number
    {
      const t0 = d ^ eL
      const t1 = dR ^ fL
      const t2 = dR ^ eR
      const t3 = t1 & t0
      const t4 = dL | t3
      const t5 = eL & t3
      const t6 = fL & t0
      const t7 = t5 ^ t6
      const t8 = eL | t0
      const t9 = t4 ^ t8
      const t10 = t7 | t9
      const t11 = eR ^ f
      const t12 = t11 & t1
      const t13 = t11 & t2
      const t14 = f ^ t4
      const t15 = t12 | t14
      const t16 = t13 ^ t15
      const t17 = fR ^ t4
      const t18 = t12 | t17
      const t19 = t16 & t18
      const t20 = ~t19
      const t21 = t20 | t10
      n3 = e & (t21 | HALO)
    }
    words[i + 3] = n3
    const first = b ^ n0
    const last = e ^ n3
    const any = first | (c ^ n1) | (d ^ n2) | last
    changed |= (-any >>> 31) << tile
    up |= (-first >>> 31) << tile
    down |= (-last >>> 31) << tile
    left |= ((any >>> 1) & 1) << tile
    right |= (any >>> 30) << tile
    live |= (-((n0 | n1 | n2 | n3) & PIXEL_BITS) >>> 31) << tile
    next = tile + 1
    carried = e
  }
  result[CHANGED] = changed
  result[UP] = up
  result[DOWN] = down
  result[LEFT] = left
  result[RIGHT] = right
  result[LIVE] = live
}

function zhangSuen2(
  words: Int32Array,
  start: number,
  active: number,
  above: number,
  result: Int32Array,
): void {
  let changed = 0
  let up = 0
  let down = 0
  let left = 0
  let right = 0
  let live = 0
  let next = 0
  let carried = above
  for (let rest = active; rest !== 0; rest &= rest - 1) {
    const tile = 31 - Math.clz32(rest & -rest)
    const i = start + 4 * tile
    const a = tile === next ? carried : words[i - 1]
    const aL = a << 1
    const aR = a >>> 1
    const b = words[i]
    const bL = b << 1
    const bR = b >>> 1
    const c = words[i + 1]
    const cL = c << 1
    const cR = c >>> 1
    let n0: number
    {
      const t0 = c ^ bR
      const t1 = cL ^ aR
      const t2 = cL ^ bL
      const t3 = t1 & t0
      const t4 = cR | t3
      const t5 = bR & t3
      const t6 = aR & t0
      const t7 = t5 ^ t6
      const t8 = bR | t0
      const t9 = t4 ^ t8
      const t10 = t7 | t9
      const t11 = bL ^ a
      const t12 = t11 & t1
      const t13 = t11 & t2
      const t14 = a ^ t4
      const t15 = t12 | t14
      const t16 = t13 ^ t15
      const t17 = aL ^ t4
      const t18 = t12 | t17
      const t19 = t16 & t18
      const t20 = ~t19
      const t21 = t20 | t10
      n0 = b & (t21 | HALO)
    }
    words[i + 0] = n0
    const d = words[i + 2]
    const dL = d << 1
    const dR = d >>> 1
    let n1: number
    {
      const t0 = d ^ cR
      const t1 = dL ^ bR
      const t2 = dL ^ cL
      const t3 = t1 & t0
      const t4 = dR | t3
      const t5 = cR & t3
      const t6 = bR & t0
      const t7 = t5 ^ t6
      const t8 = cR | t0
      const t9 = t4 ^ t8
      const t10 = t7 | t9
      const t11 = cL ^ b
      const t12 = t11 & t1
      const t13 = t11 & t2
      const t14 = b ^ t4
      const t15 = t12 | t14
      const t16 = t13 ^ t15
      const t17 = bL ^ t4
      const t18 = t12 | t17
      const t19 = t16 & t18
      const t20 = ~t19
      const t21 = t20 | t10
      n1 = c & (t21 | HALO)
    }
    words[i + 1] = n1
    const e = words[i + 3]
    const eL = e << 1
    const eR = e >>> 1
    let n2: number
    {
      const t0 = e ^ dR
      const t1 = eL ^ cR
      const t2 = eL ^ dL
      const t3 = t1 & t0
      const t4 = eR | t3
      const t5 = dR & t3
      const t6 = cR & t0
      const t7 = t5 ^ t6
      const t8 = dR | t0
      const t9 = t4 ^ t8
      const t10 = t7 | t9
      const t11 = dL ^ c
      const t12 = t11 & t1
      const t13 = t11 & t2
      const t14 = c ^ t4
      const t15 = t12 | t14
      const t16 = t13 ^ t15
      const t17 = cL ^ t4
      const t18 = t12 | t17
      const t19 = t16 & t18
      const t20 = ~t19
      const t21 = t20 | t10
      n2 = d & (t21 | HALO)
    }
    words[i + 2] = n2
    const f = words[i + 4]
    const fL = f << 1
    const fR = f >>> 1
    let n3: number
    {
      const t0 = f ^ eR
      const t1 = fL ^ dR
      const t2 = fL ^ eL
      const t3 = t1 & t0
      const t4 = fR | t3
      const t5 = eR & t3
      const t6 = dR & t0
      const t7 = t5 ^ t6
      const t8 = eR | t0
      const t9 = t4 ^ t8
      const t10 = t7 | t9
      const t11 = eL ^ d
      const t12 = t11 & t1
      const t13 = t11 & t2
      const t14 = d ^ t4
      const t15 = t12 | t14
      const t16 = t13 ^ t15
      const t17 = dL ^ t4
      const t18 = t12 | t17
      const t19 = t16 & t18
      const t20 = ~t19
      const t21 = t20 | t10
      n3 = e & (t21 | HALO)
    }
    words[i + 3] = n3
    const first = b ^ n0
    const last = e ^ n3
    const any = first | (c ^ n1) | (d ^ n2) | last
    changed |= (-any >>> 31) << tile
    up |= (-first >>> 31) << tile
    down |= (-last >>> 31) << tile
    left |= ((any >>> 1) & 1) << tile
    right |= (any >>> 30) << tile
    live |= (-((n0 | n1 | n2 | n3) & PIXEL_BITS) >>> 31) << tile
    next = tile + 1
    carried = e
  }
  result[CHANGED] = changed
  result[UP] = up
  result[DOWN] = down
  result[LEFT] = left
  result[RIGHT] = right
  result[LIVE] = live
}

function guoHall1(
  words: Int32Array,
  start: number,
  active: number,
  above: number,
  result: Int32Array,
): void {
  let changed = 0
  let up = 0
  let down = 0
  let left = 0
  let right = 0
  let live = 0
  let next = 0
  let carried = above
  for (let rest = active; rest !== 0; rest &= rest - 1) {
    const tile = 31 - Math.clz32(rest & -rest)
    const i = start + 4 * tile
    const a = tile === next ? carried : words[i - 1]
    const aL = a << 1
    const aR = a >>> 1
    const b = words[i]
    const bL = b << 1
    const bR = b >>> 1
    const c = words[i + 1]
    const cL = c << 1
    const cR = c >>> 1
    let n0: number
    {
      const t0 = bR | cL
      const t1 = a ^ t0
      const t2 = aL ^ c
      const t3 = t1 & t2
      const t4 = aL ^ cR
      const t5 = t4 & t3
      const t6 = aR | c
      const t7 = t6 | t5
      const t8 = aR ^ t7
      const t9 = bL | t5
      const t10 = a ^ t8
      const t11 = bR ^ t8
      const t12 = bL & t11
      const t13 = t12 | t10
      const t14 = t9 & t13
      const t15 = cR | t12
      const t16 = t8 ^ t15
      const t17 = ~t14
      const t18 = t16 | t17
      n0 = b & (t18 | HALO)
    }
    words[i + 0] = n0
    const d = words[i + 2]
    const dL = d << 1
    const dR = d >>> 1
    let n1: number
    {
      const t0 = cR | dL
      const t1 = b ^ t0
      const t2 = bL ^ d
      const t3 = t1 & t2
      const t4 = bL ^ dR
      const t5 = t4 & t3
      const t6 = bR | d
      const t7 = t6 | t5
      const t8 = bR ^ t7
      const t9 = cL | t5
      const t10 = b ^ t8
      const t11 = cR ^ t8
      const t12 = cL & t11
      const t13 = t12 | t10
      const t14 = t9 & t13
      const t15 = dR | t12
      const t16 = t8 ^ t15
      const t17 = ~t14
      const t18 = t16 | t17
      n1 = c & (t18 | HALO)
    }
    words[i + 1] = n1
    const e = words[i + 3]
    const eL = e << 1
    const eR = e >>> 1
    let n2: number
    {
      const t0 = dR | eL
      const t1 = c ^ t0
      const t2 = cL ^ e
      const t3 = t1 & t2
      const t4 = cL ^ eR
      const t5 = t4 & t3
      const t6 = cR | e
      const t7 = t6 | t5
      const t8 = cR ^ t7
      const t9 = dL | t5
      const t10 = c ^ t8
      const t11 = dR ^ t8
      const t12 = dL & t11
      const t13 = t12 | t10
      const t14 = t9 & t13
      const t15 = eR | t12
      const t16 = t8 ^ t15
      const t17 = ~t14
      const t18 = t16 | t17
      n2 = d & (t18 | HALO)
    }
    words[i + 2] = n2
    const f = words[i + 4]
    const fL = f << 1
    const fR = f >>> 1
    let n3: number
    {
      const t0 = eR | fL
      const t1 = d ^ t0
      const t2 = dL ^ f
      const t3 = t1 & t2
      const t4 = dL ^ fR
      const t5 = t4 & t3
      const t6 = dR | f
      const t7 = t6 | t5
      const t8 = dR ^ t7
      const t9 = eL | t5
      const t10 = d ^ t8
      const t11 = eR ^ t8
      const t12 = eL & t11
      const t13 = t12 | t10
      const t14 = t9 & t13
      const t15 = fR | t12
      const t16 = t8 ^ t15
      const t17 = ~t14
      const t18 = t16 | t17
      n3 = e & (t18 | HALO)
    }
    words[i + 3] = n3
    const first = b ^ n0
    const last = e ^ n3
    const any = first | (c ^ n1) | (d ^ n2) | last
    changed |= (-any >>> 31) << tile
    up |= (-first >>> 31) << tile
    down |= (-last >>> 31) << tile
    left |= ((any >>> 1) & 1) << tile
    right |= (any >>> 30) << tile
    live |= (-((n0 | n1 | n2 | n3) & PIXEL_BITS) >>> 31) << tile
    next = tile + 1
    carried = e
  }
  result[CHANGED] = changed
  result[UP] = up
  result[DOWN] = down
  result[LEFT] = left
  result[RIGHT] = right
  result[LIVE] = live
}

function guoHall2(
  words: Int32Array,
  start: number,
  active: number,
  above: number,
  result: Int32Array,
): void {
  let changed = 0
  let up = 0
  let down = 0
  let left = 0
  let right = 0
  let live = 0
  let next = 0
  let carried = above
  for (let rest = active; rest !== 0; rest &= rest - 1) {
    const tile = 31 - Math.clz32(rest & -rest)
    const i = start + 4 * tile
    const a = tile === next ? carried : words[i - 1]
    const aL = a << 1
    const aR = a >>> 1
    const b = words[i]
    const bL = b << 1
    const bR = b >>> 1
    const c = words[i + 1]
    const cL = c << 1
    const cR = c >>> 1
    let n0: number
    {
      const t0 = bL | aR
      const t1 = c ^ t0
      const t2 = cR ^ a
      const t3 = t1 & t2
      const t4 = cR ^ aL
      const t5 = t4 & t3
      const t6 = cL | a
      const t7 = t6 | t5
      const t8 = cL ^ t7
      const t9 = bR | t5
      const t10 = c ^ t8
      const t11 = bL ^ t8
      const t12 = bR & t11
      const t13 = t12 | t10
      const t14 = t9 & t13
      const t15 = aL | t12
      const t16 = t8 ^ t15
      const t17 = ~t14
      const t18 = t16 | t17
      n0 = b & (t18 | HALO)
    }
    words[i + 0] = n0
    const d = words[i + 2]
    const dL = d << 1
    const dR = d >>> 1
    let n1: number
    {
      const t0 = cL | bR
      const t1 = d ^ t0
      const t2 = dR ^ b
      const t3 = t1 & t2
      const t4 = dR ^ bL
      const t5 = t4 & t3
      const t6 = dL | b
      const t7 = t6 | t5
      const t8 = dL ^ t7
      const t9 = cR | t5
      const t10 = d ^ t8
      const t11 = cL ^ t8
      const t12 = cR & t11
      const t13 = t12 | t10
      const t14 = t9 & t13
      const t15 = bL | t12
      const t16 = t8 ^ t15
      const t17 = ~t14
      const t18 = t16 | t17
      n1 = c & (t18 | HALO)
    }
    words[i + 1] = n1
    const e = words[i + 3]
    const eL = e << 1
    const eR = e >>> 1
    let n2: number
    {
      const t0 = dL | cR
      const t1 = e ^ t0
      const t2 = eR ^ c
      const t3 = t1 & t2
      const t4 = eR ^ cL
      const t5 = t4 & t3
      const t6 = eL | c
      const t7 = t6 | t5
      const t8 = eL ^ t7
      const t9 = dR | t5
      const t10 = e ^ t8
      const t11 = dL ^ t8
      const t12 = dR & t11
      const t13 = t12 | t10
      const t14 = t9 & t13
      const t15 = cL | t12
      const t16 = t8 ^ t15
      const t17 = ~t14
      const t18 = t16 | t17
      n2 = d & (t18 | HALO)
    }
    words[i + 2] = n2
    const f = words[i + 4]
    const fL = f << 1
    const fR = f >>> 1
    let n3: number
    {
      const t0 = eL | dR
      const t1 = f ^ t0
      const t2 = fR ^ d
      const t3 = t1 & t2
      const t4 = fR ^ dL
      const t5 = t4 & t3
      const t6 = fL | d
      const t7 = t6 | t5
      const t8 = fL ^ t7
      const t9 = eR | t5
      const t10 = f ^ t8
      const t11 = eL ^ t8
      const t12 = eR & t11
      const t13 = t12 | t10
      const t14 = t9 & t13
      const t15 = dL | t12
      const t16 = t8 ^ t15
      const t17 = ~t14
      const t18 = t16 | t17
      n3 = e & (t18 | HALO)
    }
    words[i + 3] = n3
    const first = b ^ n0
    const last = e ^ n3
    const any = first | (c ^ n1) | (d ^ n2) | last
    changed |= (-any >>> 31) << tile
    up |= (-first >>> 31) << tile
    down |= (-last >>> 31) << tile
    left |= ((any >>> 1) & 1) << tile
    right |= (any >>> 30) << tile
    live |= (-((n0 | n1 | n2 | n3) & PIXEL_BITS) >>> 31) << tile
    next = tile + 1
    carried = e
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
  'zhang-suen': [zhangSuen1, zhangSuen2],
  'guo-hall': [guoHall1, guoHall2],
}
