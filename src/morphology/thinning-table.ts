/**
 * Names of the thinning variants. They differ only in which of the 256 neighbourhoods of a
 * foreground pixel allow its deletion.
 *
 * - `'skimage'`: what `skimage.morphology.skeletonize` computes in 2-D (method "zhang").
 * - `'zhang-suen'`: T. Y. Zhang and C. Y. Suen, "A fast parallel algorithm for thinning digital
 *   patterns", Communications of the ACM 27(3), 1984.
 * - `'guo-hall'`: Z. Guo and R. W. Hall, "Parallel thinning with two-subiteration algorithms",
 *   Communications of the ACM 32(3), 1989 (`skimage.morphology.thin`, MATLAB's `bwmorph` thin).
 */
export type ThinningMethod = 'skimage' | 'zhang-suen' | 'guo-hall'

/** Bit of each neighbour in a neighbourhood code, clockwise from the north-west. */
const NEIGHBOUR_BIT = { NW: 1, N: 2, NE: 4, E: 8, SE: 16, S: 32, SW: 64, W: 128 } as const

type Neighbours = Record<keyof typeof NEIGHBOUR_BIT, boolean>

function neighboursOf(code: number): Neighbours {
  const has = (bit: number) => (code & bit) !== 0
  return {
    NW: has(NEIGHBOUR_BIT.NW),
    N: has(NEIGHBOUR_BIT.N),
    NE: has(NEIGHBOUR_BIT.NE),
    E: has(NEIGHBOUR_BIT.E),
    SE: has(NEIGHBOUR_BIT.SE),
    S: has(NEIGHBOUR_BIT.S),
    SW: has(NEIGHBOUR_BIT.SW),
    W: has(NEIGHBOUR_BIT.W),
  }
}

const countTrue = (values: readonly boolean[]) => values.filter(Boolean).length

/** Zhang and Suen's conditions (a) to (d): bit 0 of the result is pass 1, bit 1 is pass 2. */
function zhangSuen(code: number): number {
  const { NW, N, NE, E, SE, S, SW, W } = neighboursOf(code)
  const ring = [N, NE, E, SE, S, SW, W, NW]
  const neighbours = countTrue(ring)
  const transitions = countTrue(ring.map((value, i) => !value && (ring[(i + 1) % 8] as boolean)))
  if (transitions !== 1 || neighbours < 2 || neighbours > 6) return 0
  const pass1 = !(N && E && S) && !(E && S && W)
  const pass2 = !(N && E && W) && !(N && S && W)
  return Number(pass1) | (Number(pass2) << 1)
}

/**
 * The 25 entries in which scikit-image's table departs from the 1984 paper, by the value they
 * have there: 3 deletable in both passes, 1 and 2 in that pass only, 0 never.
 */
const SKIMAGE_DIFFERENCES: Readonly<Record<0 | 1 | 2 | 3, readonly number[]>> = {
  0: [48, 129],
  1: [11, 134, 161, 194, 198, 3, 6, 12, 14, 131],
  2: [26, 104, 108, 176, 24, 56, 96, 192, 224],
  3: [10, 40, 130, 160],
}

/** Guo and Hall's conditions G1 to G3 of their first algorithm. */
function guoHall(code: number): number {
  const { NW, N, NE, E, SE, S, SW, W } = neighboursOf(code)
  const crossings = countTrue([!E && (NE || N), !N && (NW || W), !W && (SW || S), !S && (SE || E)])
  const pairs1 = countTrue([E || NE, N || NW, W || SW, S || SE])
  const pairs2 = countTrue([NE || N, NW || W, SW || S, SE || E])
  const neighbours = Math.min(pairs1, pairs2)
  if (crossings !== 1 || neighbours < 2 || neighbours > 3) return 0
  const pass1 = !((N || NE || !SE) && E)
  const pass2 = !((S || SW || !NW) && W)
  return Number(pass1) | (Number(pass2) << 1)
}

/**
 * The deletion table of a thinning variant, indexed by the neighbourhood code of
 * {@link NEIGHBOUR_BIT}: bit 0 says that pass 1 deletes a foreground pixel with these neighbours,
 * bit 1 that pass 2 does.
 */
export function thinningTable(method: ThinningMethod): Uint8Array {
  const rule = method === 'guo-hall' ? guoHall : zhangSuen
  const table = Uint8Array.from({ length: 256 }, (_, code) => rule(code))
  if (method === 'skimage') {
    for (const [value, codes] of Object.entries(SKIMAGE_DIFFERENCES)) {
      for (const code of codes) table[code] = Number(value)
    }
  }
  return table
}
