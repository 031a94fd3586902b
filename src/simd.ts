export { disableSimd, enableSimd } from './simd/enable-simd.ts'
