/** Bits of four words: all, none, those of their own pixels, and the halos. */

// @ts-ignore: decorator
@inline
export function ZERO(): v128 {
  return i32x4.splat(0)
}

// @ts-ignore: decorator
@inline
export function PIXELS(): v128 {
  return i32x4.splat(0x7ffffffe)
}

// @ts-ignore: decorator
@inline
export function HALO(): v128 {
  return i32x4.splat(0x80000001)
}
