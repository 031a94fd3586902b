/**
 * Masks from PNG files, pictures of a prediction over the truth, and writing them; for Node.js.
 *
 * @packageDocumentation
 */
export { type DecodeMaskOptions, decodeMask, type ReadMaskOptions, readMask } from './image.ts'
export type { MaskWarning } from './mask-warning.ts'
export { type OverlayImage, type OverlayOptions, overlay } from './overlay.ts'
export {
  createRewardPool,
  type RewardPool,
  type RewardPoolOptions,
  type ScoreBatchOptions,
} from './pool.ts'
export { encodePng, type PngImage, writePng } from './write-png.ts'
