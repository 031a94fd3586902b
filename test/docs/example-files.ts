import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'

const FILES = {
  'truth.png': ['..#..', '..#..', '#####'],
  'pred.png': ['..#..', '..#..', '..#..'],
  'fov.png': ['.###.', '#####', '#####'],
}

/** Writes the images that examples read: 5 × 3 pixels, white on black. */
export function writeExampleFiles(folder: string): void {
  for (const [name, rows] of Object.entries(FILES)) {
    const data = Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 255 : 0))
    writeFileSync(join(folder, name), encode({ data, width: 5, height: rows.length, channels: 1 }))
  }
}
