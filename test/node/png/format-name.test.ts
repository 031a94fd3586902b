import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeMask } from '../../../src/node/index.ts'
import { formatName } from '../../../src/node/png/format-name.ts'

/** Formats of which more than the name is looked at. */
const READ = /JPEG image|TIFF|GIF|PBM|PGM|PPM|BMP|NIfTI|NPY|NPZ|JSON/

/** A file that begins with a text, after so many zeros. */
const bytes = (text: string, zeros = 0) => Buffer.from('\0'.repeat(zeros) + text, 'latin1')

test.each([
  ['a JPEG image', bytes('\xff\xd8\xff\xe0\0\x10JFIF')],
  ['a TIFF image', bytes('II*\0\x08\0\0\0')],
  ['a TIFF image', bytes('MM\0*\0\0\0\x08')],
  ['a TIFF image', bytes('II+\0\x08\0\0\0')],
  ['a TIFF image', bytes('MM\0+\0\x08\0\0')],
  ['a GIF image', bytes('GIF89a\x05\0')],
  ['a BMP image', bytes('BM\x46\0\0\0\0\0\0\0')],
  ['a WEBP image', bytes('RIFF\x24\0\0\0WEBPVP8 ')],
  ['a PBM image', bytes('P4\n8 8\n')],
  ['a PGM image', bytes('P5 8 8 255\n')],
  ['a PGM image', bytes('P2\n# text\n8 8\n')],
  ['a PPM image', bytes('P6\r\n8 8 255\n')],
  ['a PAM image', bytes('P7\nWIDTH 8\n')],
  ['a JPEG 2000 image', bytes('\0\0\0\x0cjP  \r\n\x87\n')],
  ['a JPEG 2000 image', bytes('\xff\x4f\xff\x51\0')],
  ['an AVIF image', bytes('\0\0\0\x20ftypavif')],
  ['a HEIC image', bytes('\0\0\0\x18ftypheic')],
  ['a HEIC image', bytes('\0\0\0\x18ftypmif1')],
  ['a DICOM image', bytes('DICM', 128)],
  ['a NIfTI image', bytes('n+1\0', 344)],
  ['a NIfTI image', bytes('ni1\0', 344)],
  ['a NIfTI image', bytes('n+2\0\r\n\x1a\n', 4)],
  ['an NPY array', bytes('\x93NUMPY\x01\0v\0')],
  ['an HDF5 file', bytes('\x89HDF\r\n\x1a\n')],
  ['a MATLAB file', bytes('MATLAB 5.0 MAT-file')],
  ['a ZIP archive (an NPZ file is one)', bytes('PK\x03\x04\x14\0')],
  ['a ZIP archive (an NPZ file is one)', bytes('PK\x05\x06\0\0')],
  ['gzip data (a NIfTI file that ends in .nii.gz is that)', gzipSync('image')],
  ['a PDF document', bytes('%PDF-1.7\n')],
  ['a PNG image whose line ends were changed', bytes('\x89PNG\n\x1a\n')],
  ['an SVG image', bytes('<svg xmlns="http://www.w3.org/2000/svg">')],
  ['an SVG image', bytes('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><svg>')],
  ['an HTML page', bytes('<!DOCTYPE html>\n<html><body><svg>')],
  ['an HTML page', bytes('\n<html lang="en">')],
  ['a text', bytes('mask,dice\r\n1,0.8\n')],
  ['a text', bytes('P2P and PK')],
  ['a text', bytes('BMI of the patients')],
  ['a text', Buffer.from('é'.repeat(600))],
  // What is looked at ends within a character.
  ['a text', Buffer.from(`x${'é'.repeat(600)}`)],
  ['a text', Buffer.from('Gefäße 血管\t')],
  ['a JSON text', bytes(' {"images": [')],
  ['an empty file', bytes('')],
  ['one that begins with 01 02 ff', bytes('\x01\x02\xff')],
  ['one that begins with 67 65 66 e4 df 65 00 00', bytes('gef\xe4\xdfe\0\0\0\0')],
])('%s', (name, file) => {
  expect(formatName(file)).toBe(name)
  const decode = () => decodeMask(file, { name: 'the file' })
  expect(decode).toThrow(RangeError)
  // What is read is told by what is wrong with these beginnings, and the rest by its name.
  expect(decode).toThrow(
    READ.test(name)
      ? /^expected the file to be an intact|got a text$/
      : `NPZ or COCO), got ${name}`,
  )
})
