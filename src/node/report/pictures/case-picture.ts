import type { BitMask } from '../../../mask/bitmask.ts'
import { topologyErrors } from '../../../metrics/topology-errors/topology-errors.ts'
import type { CaseResult } from '../../folders/case-result.ts'
import type { PairRole } from '../../folders/pairs/file-pair.ts'
import { maskOptions } from '../../folders/pairs/image-choices.ts'
import type { ResultOptions } from '../../folders/results.ts'
import { readPicture } from '../../formats/read-picture.ts'
import { type ErrorMarks, errorMarks } from '../../overlay/error-marks.ts'
import type { OverlayImage } from '../../overlay/overlay.ts'
import { readMask } from '../../png/read-mask.ts'
import { chooseWindow, type PictureWindow } from './choose-window.ts'
import { tintedCrop } from './tinted-crop.ts'

/** What is shown of a pair: a part of it with its errors, and all of these as a list. */
export interface CasePicture extends ErrorMarks {
  readonly window: PictureWindow
  /** The picture as a `data:` URI. */
  readonly uri: string
  readonly width: number
  readonly height: number
  /** What is missing, such as a photograph that could not be read. */
  readonly note?: string
}

/** Why there is no picture of a pair. */
export interface NoPicture {
  readonly problem: string
}

/**
 * Reads the images of a pair once more and draws its errors. What cannot be read is said in the
 * picture's stead: the numbers are known already.
 */
export async function casePicture(
  result: CaseResult,
  options: ResultOptions,
  minSize: number,
  maxPixels: number,
): Promise<CasePicture | NoPicture> {
  const { files, width, height } = result
  const { thinning, page } = options
  const read = (path: string, role: PairRole) =>
    readMask(path, { ...maskOptions(options, role), onWarning: () => {} })
  try {
    const [pred, truth, within] = [
      await read(files.pred, 'pred'),
      await read(files.truth, 'truth'),
      files.within === undefined ? undefined : await read(files.within, 'within'),
    ]
    for (const mask of [pred, truth, within]) checkSize(mask, width, height)
    const errors = result.errors ?? topologyErrors(pred, truth, { within, thinning })
    const marks = errorMarks(errors, minSize)
    const window = chooseWindow(truth, marks.marks, maxPixels)
    const { picture, note } = await backgroundOf(files.image, page?.image, width, height)
    const inside = (mask: BitMask) => (within === undefined ? mask : mask.and(within))
    const crop = tintedCrop(inside(pred), inside(truth), picture, window)
    return { ...marks, window, ...crop, note }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function checkSize(mask: BitMask | undefined, width: number, height: number): void {
  if (mask === undefined || (mask.width === width && mask.height === height)) return
  throw new RangeError(
    `the images have changed: expected ${width} × ${height} pixels, got ${mask.width} × ${mask.height}`,
  )
}

async function backgroundOf(
  path: string | undefined,
  page: number | string | undefined,
  width: number,
  height: number,
): Promise<{ picture?: OverlayImage; note?: string }> {
  if (path === undefined) return {}
  try {
    const picture = await readPicture(path, page)
    if (picture.width === width && picture.height === height) return { picture }
    const size = `${picture.width} × ${picture.height}`
    return { note: `without its picture, which has ${size} pixels instead of ${width} × ${height}` }
  } catch (error) {
    return {
      note: `without its picture: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}
