import { skeletonize, type ThinningMethod } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, maskDifference } from '../oracle/compare.ts'
import { draw, type Grid } from '../oracle/grid.ts'
import { oracleThin } from '../oracle/thin.ts'

/**
 * Small patterns in which a pixel is deleted only because another one, which touches it by an
 * edge or a corner only, was deleted passes later than anything else near it. Each was found by
 * search and made as small as it goes: if the two lie in two words, tiles or groups of tiles and
 * the news of the deletion gets lost on the way, the skeleton is another one.
 */
const PATTERNS = [
  '.#.. ..## .##. #.## ...#',
  '..## ###. .### #.#. .#..',
  '..#. ##.# .##. ##.. .##.',
  '#.#. ##.. .### ##.. ..#.',
  '..#.. ####. .##.# #..#.',
  '.#.. ..## ###. ..## ...#',
  '#.. .## ###',
  '#. ##',
  '.#.. .##. #.## ...#',
  '##. .## ##. #.# .#.',
  '...#.. ...#.# .####. #.###. .##.#. .....#',
  '..#. ##.# .##. ..#. ..#.',
  '..# ### ..# ..#',
  '#.. ### ##. #..',
  '#### .#.. ..#.',
  '### .#. ..#',
  '....#.. #..#.#. .####.. ..####. ..#.#.# .#.....',
  '....#.. ###.##. ..####. ..###.# ..#.#.. ...#...',
  '#####. ..##.# #####. .##... ...#..',
  '..###.. #.##..# .#####. ..##### .#.###. ..#.#.# .....#.',
  '.#.##. #.##.. .#####',
  '..### .##.. ##...',
  '...# ..## .##. #...',
  '#...# .###. .###. .#.#.',
]

const METHODS: ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']

/** Places across, at every pixel of a 30-pixel word, far enough apart not to wake each other. */
const LEFT = Array.from({ length: 30 }, (_, i) => 25 + 61 * i)
/** Places down, at every row of a tile of 4 rows and round the ends of groups of 128 rows. */
const TOP = [0, 1, 2, 3, ...Array.from({ length: 12 }, (_, i) => 116 + i)].map(
  (row, i) => 128 * i + row,
)
const WIDTH = LEFT[LEFT.length - 1] + 36
const HEIGHT = TOP[TOP.length - 1] + 36

/** Copies of a pattern at all those places. */
function everywhere({ width, height, data }: Grid): Grid {
  const copies = new Uint8Array(WIDTH * HEIGHT)
  for (const y of TOP) {
    for (const x of LEFT) {
      for (let row = 0; row < height; row++) {
        copies.set(data.subarray(row * width, (row + 1) * width), (y + row) * WIDTH + x)
      }
    }
  }
  return { width: WIDTH, height: HEIGHT, data: copies }
}

describe('thinning across the borders of words, tiles and groups of tiles', () => {
  it.each(PATTERNS)('%s', (art) => {
    const pattern = draw(art)
    const mask = bits(everywhere(pattern))
    for (const method of METHODS) {
      const expected = everywhere(oracleThin(pattern, method))
      const skeleton = skeletonize(mask, { method })
      if (skeleton.equals(bits(expected))) continue
      expect.fail(`${method}: ${maskDifference(skeleton, expected)}`)
    }
  })
})
