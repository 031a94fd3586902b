/**
 * Capital letters of 3 × 5 pixels, for the captions of pictures.
 */

/** Five rows a letter, from the top; each digit holds a row's three pixels as bits 4, 2, 1. */
const GLYPHS: Record<string, string> = {
  A: '25755',
  B: '65656',
  C: '34443',
  D: '65556',
  E: '74647',
  F: '74644',
  G: '34553',
  H: '55755',
  I: '72227',
  J: '11152',
  K: '55655',
  L: '44447',
  M: '57755',
  N: '65555',
  O: '25552',
  P: '65644',
  Q: '25563',
  R: '65655',
  S: '34216',
  T: '72222',
  U: '55557',
  V: '55552',
  W: '55775',
  X: '55255',
  Y: '55222',
  Z: '71247',
  '+': '02720',
  '-': '00700',
  '.': '00002',
  ' ': '00000',
}

/** Pixels from one letter to the next, and the height of a letter. */
export const LETTER_WIDTH = 4
export const LETTER_HEIGHT = 5

/**
 * Calls `dot` for each pixel of a text, the top left one of which is (0, 0). Small letters become
 * capitals, letters that the font lacks become spaces.
 */
export function eachTextPixel(text: string, dot: (x: number, y: number) => void): void {
  for (const [index, letter] of [...text.toUpperCase()].entries()) {
    const glyph = GLYPHS[letter] ?? GLYPHS[' ']
    for (let y = 0; y < LETTER_HEIGHT; y++) {
      for (let x = 0; x < 3; x++) {
        if ((Number(glyph[y]) >> (2 - x)) & 1) dot(index * LETTER_WIDTH + x, y)
      }
    }
  }
}
