/**
 * Endings of the names of files that `readMask` reads, in lower case. What a file is its content says;
 * these tell images from other files of a folder.
 */
export const IMAGE_ENDINGS: readonly string[] = [
  '.png',
  '.gif',
  '.tif',
  '.tiff',
  '.pbm',
  '.pgm',
  '.ppm',
  '.pnm',
  '.bmp',
  '.jpg',
  '.jpeg',
  '.npy',
  '.npz',
  '.nii',
  '.nii.gz',
  '.pgm.gz',
  '.ppm.gz',
]

/** The name of a file without its ending, `.nii.gz` being one; that of an image, if it has one, else the last. */
export function withoutEnding(name: string): string {
  const ending = imageEnding(name) ?? /[^.]([.][^.]*)$/.exec(name)?.[1] ?? ''
  return name.slice(0, name.length - ending.length)
}

/** The ending by which a file name is that of an image, as it is written; undefined if there is none. */
export function imageEnding(name: string): string | undefined {
  const lower = name.toLowerCase()
  // The longest one: that of a.nii.gz is not .gz.
  const found = IMAGE_ENDINGS.filter((ending) => lower.endsWith(ending))
  const length = Math.max(...found.map((ending) => ending.length))
  return found.length > 0 && length < name.length ? name.slice(-length) : undefined
}
