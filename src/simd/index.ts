export { disableSimd, enableSimd } from './enable-simd.ts'
