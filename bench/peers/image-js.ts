import type { MaskSet } from '../inputs.ts'
import { inProcess } from '../measure.ts'
import type { Entry, Peer } from './peer.ts'

interface ImageJs {
  Mask: new (width: number, height: number, options: { data: Uint8Array }) => object
  fromMask(mask: object, options: { allowCorners: boolean }): RoiMap
}

interface RoiMap {
  getMap(): { nbPositive: number }
}

/** image-js labels regions of interest, those of the background too. */
export async function imageJs(version: string): Promise<Peer> {
  const library = (await import('image-js')) as unknown as ImageJs
  return {
    versions: { 'image-js': version },
    enter: (group, set) => (group === 'components' ? [regions(library, set)] : []),
  }
}

function regions({ Mask, fromMask }: ImageJs, { preds, width, height }: MaskSet): Entry {
  const masks = preds.map((data) => new Mask(width, height, { data }))
  const label = (i: number) => fromMask(masks[i], { allowCorners: true })
  return {
    ...inProcess('image-js fromMask', preds.length, label),
    against: ['label map', 'component count'],
    check: {
      stage: 'component count',
      outcomes: () => preds.map((_, i) => label(i).getMap().nbPositive),
    },
  }
}
