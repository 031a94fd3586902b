import { BitMask } from '../../src/index.ts'
import { encodePng } from '../../src/node/index.ts'
import type { Grid } from '../oracle/grid.ts'

/** `numpy.packbits(mask)` in base64, pixel by pixel. */
function packedBits({ data }: Grid): string {
  const bytes = new Uint8Array(Math.ceil(data.length / 8))
  data.forEach((value, i) => {
    if (value !== 0) bytes[i >> 3] |= 128 >> (i & 7)
  })
  return Buffer.from(bytes).toString('base64')
}

/** Every form in which a mask travels. */
export const WIRE_FORMS: Record<string, (mask: Grid) => object> = {
  'compressed runs': (mask) => BitMask.from(mask).toRle(),
  runs: (mask) => BitMask.from(mask).toRle({ compressed: false }),
  bits: (mask) => ({ bits: packedBits(mask), width: mask.width, height: mask.height }),
  png: (mask) => ({ png: Buffer.from(encodePng(mask)).toString('base64') }),
}

/** The form of a number that comes at random. */
export function wireMask(mask: Grid, form: number): object {
  const forms = Object.values(WIRE_FORMS)
  return forms[form % forms.length](mask)
}
