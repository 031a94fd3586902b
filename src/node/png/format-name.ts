/** What stands at a place of a file of each format, as Latin-1. */
const SIGNATURES: readonly [name: string, at: number, signature: string][] = [
  ['a JPEG image', 0, '\xff\xd8\xff'],
  ['a TIFF image', 0, 'II*\0'],
  ['a TIFF image', 0, 'MM\0*'],
  ['a TIFF image', 0, 'II+\0'],
  ['a TIFF image', 0, 'MM\0+'],
  ['a GIF image', 0, 'GIF8'],
  ['a WEBP image', 8, 'WEBP'],
  ['a JPEG 2000 image', 4, 'jP  '],
  ['a JPEG 2000 image', 0, '\xff\x4f\xff\x51'],
  ['an AVIF image', 4, 'ftypavi'],
  ['a HEIC image', 4, 'ftyphei'],
  ['a HEIC image', 4, 'ftypmif'],
  ['a DICOM image', 128, 'DICM'],
  ['a NIfTI image', 344, 'n+1\0'],
  ['a NIfTI image', 344, 'ni1\0'],
  ['a NIfTI image', 4, 'n+2\0'],
  ['an NPY array', 0, '\x93NUMPY'],
  ['an HDF5 file', 0, '\x89HDF'],
  ['a MATLAB file', 0, 'MATLAB 5.0'],
  ['a ZIP archive (an NPZ file is one)', 0, 'PK\x03\x04'],
  ['a ZIP archive (an NPZ file is one)', 0, 'PK\x05\x06'],
  ['gzip data (a NIfTI file that ends in .nii.gz is that)', 0, '\x1f\x8b'],
  ['a PDF document', 0, '%PDF-'],
  ['a PNG image whose line ends were changed', 0, '\x89PNG'],
]

/** Formats that are told by more than fixed bytes. */
const PATTERNS: readonly [name: string, pattern: RegExp][] = [
  ['a BMP image', /^BM.{4}\0{4}/s],
  ['a PBM image', /^P[14]\s/],
  ['a PGM image', /^P[25]\s/],
  ['a PPM image', /^P[36]\s/],
  ['a PAM image', /^P7\s/],
  ['an SVG image', /^[^<]{0,9}<(svg\b|(\?xml|!--|!doctype svg).*<svg\b)/is],
  ['an HTML page', /^[^<]{0,9}<(!doctype )?html\b/is],
]

/** So much of a file says what it is. */
const ENOUGH = 1024

/**
 * What a file is that is not a PNG image, as an error message says it.
 *
 * @param bytes - the file, or its beginning
 */
export function formatName(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file'
  const begin = Buffer.from(bytes.subarray(0, ENOUGH)).toString('latin1')
  const signature = SIGNATURES.find(([, at, text]) => begin.startsWith(text, at))
  const known = signature ?? PATTERNS.find(([, pattern]) => pattern.test(begin))
  if (known !== undefined) return known[0]
  if (isText(bytes.subarray(0, ENOUGH))) return /^\s*[{[]/.test(begin) ? 'a JSON text' : 'a text'
  const hex = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'))
  return `one that begins with ${hex.join(' ')}`
}

function isText(bytes: Uint8Array): boolean {
  // The last character may be cut off: as a part of a stream it is not an error.
  const text = new TextDecoder().decode(bytes, { stream: true })
  return !/[\p{Cc}\ufffd]/u.test(text.replace(/\s/g, ''))
}

/** Endings of file names that say another image format, or data that is not an image. */
const OTHER_ENDING =
  /\.(jpe?g|jpe|jfif|tiff?|gif|bmp|webp|p[bgpan]m|jp2|j2k|avif|hei[cf]|ico|tga|exr|svgz?|dcm|nii|npy|npz|mat|h5|hdf5|pdf|eps|ps|zip|gz|html?|json|csv|txt)$/i

/**
 * Checks that a file name does not promise another format than PNG.
 *
 * @param path - the file name or URL
 * @param name - how it is named in the error message
 * @throws RangeError if it does
 */
export function checkPngName(path: string, name: string): void {
  const [ending] = OTHER_ENDING.exec(path) ?? []
  if (ending === undefined) return
  throw new RangeError(
    `expected a name that ends in .png, got ${name}: a PNG image is written, whatever its name says`,
  )
}
