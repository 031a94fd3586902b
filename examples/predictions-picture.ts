/**
 * The picture of the README: three predictions of one synthetic mask, side by side.
 *
 *     npm run demo:picture
 */
import { fileURLToPath } from 'node:url'
import { BitMask } from 'vessel-reward'
import { type OverlayImage, overlay, writePng } from 'vessel-reward/node'
import { gaps, plausible, speckle } from './degrade.ts'
import { vesselMask } from './procedural-vessels.ts'

/** What is shown of the masks of the demo, and how large. */
const PART = { left: 150, top: 170, width: 200, height: 170 }
const SCALE = 2
const MARGIN = 8

/** The predictions of the demo's first mask, from left to right. */
export function predictionsPicture(): OverlayImage {
  const truth = vesselMask({ width: 584, height: 565, seed: 1 })
  const predictions = [plausible(truth, 0), speckle(truth, 0.01, 0), gaps(truth, 50, 0)]
  const part = partOf(truth)
  const panels = predictions.map((pred) =>
    overlay(partOf(pred), part, { scale: SCALE, errors: true }),
  )
  return sideBySide(panels)
}

function partOf(mask: BitMask): BitMask {
  const { left, top, width, height } = PART
  return BitMask.from(
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => mask.get(left + x, top + y)),
    ),
  )
}

/** Pictures of one height in a row, with transparent margins between them. */
function sideBySide(panels: readonly OverlayImage[]): OverlayImage {
  const { height } = panels[0]
  const width = panels.reduce((sum, panel) => sum + panel.width + MARGIN, -MARGIN)
  const data = new Uint8ClampedArray(4 * width * height)
  let left = 0
  for (const panel of panels) {
    for (let y = 0; y < height; y++) {
      const row = panel.data.subarray(4 * y * panel.width, 4 * (y + 1) * panel.width)
      data.set(row, 4 * (y * width + left))
    }
    left += panel.width + MARGIN
  }
  return { data, width, height }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('../docs/images/predictions.png', import.meta.url))
  await writePng(file, predictionsPicture())
}
