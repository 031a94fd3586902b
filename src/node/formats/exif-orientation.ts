import { ImageBytes } from './image-samples.ts'
import { TAG, type TiffDirectory, tiffDirectories } from './tiff/directory.ts'

/**
 * How the pixels of an image are to be turned, of its Exif data, which is a TIFF file without pixels; 1
 * if that does not say or is damaged: it is not a part of the image.
 */
export function exifOrientation(exif: Uint8Array): number {
  try {
    const [first]: TiffDirectory[] = tiffDirectories(new ImageBytes(exif, 'it', 'Exif data'))
    return first?.number(TAG.orientation, 1) ?? 1
  } catch {
    return 1
  }
}
