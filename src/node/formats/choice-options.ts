import type { OptionTable } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'

/** Which of several images of a file is meant. */
export interface ImageChoiceOptions {
  /**
   * The page of a TIFF image, the frame of a GIF image, the slice of a NIfTI image or the page of an
   * array, from 0 on; the name of an array of an NPZ archive (`'masks'`, or `'masks[2]'` for a page
   * of it); the file name or the number (id) of an image of a COCO file. Default: the only one.
   */
  page?: number | string
  /** The name or the number (id) of a category of a COCO file. Default: all categories. */
  category?: number | string
}

/** The same, read. */
export interface ChoiceRead {
  page: number | string | undefined
  category: number | string | undefined
}

/** What a function that reads one image of a file takes. */
export const CHOICE_OPTIONS: OptionTable<ImageChoiceOptions, ChoiceRead> = {
  page: { default: undefined, read: numberOrName },
  category: { default: undefined, read: numberOrName },
}

function numberOrName(value: unknown, name: string): number | string {
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`expected ${name} to be a number or a name, got ${describe(value)}`)
}
