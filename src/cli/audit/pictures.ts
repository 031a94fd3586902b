import { join } from 'node:path'
import type { AuditResult } from '../../audit/report.ts'
import type { BitMask } from '../../mask/bitmask.ts'
import { writeFileAtomically } from '../../node/files.ts'
import { overlay } from '../../node/overlay/overlay.ts'
import { encodePng } from '../../node/png/write-png.ts'
import { makeFolder } from '../output-folders.ts'

/** Pictures of this many pixels a side show single pixels well enough. */
const SIDE = 480

/** The bytes of a PNG picture for each exploit, over its truth. */
export function picturesOf(
  { report, masks }: AuditResult,
  truths: readonly BitMask[],
): Uint8Array[] {
  return report.exploits.map((exploit, i) => {
    const truth = truths[exploit.truth]
    const side = Math.max(truth.width, truth.height)
    const scale = Math.max(1, Math.min(8, Math.floor(SIDE / side)))
    return encodePng(overlay(masks[i], truth, { scale }))
  })
}

/** A picture as an address that holds all of it. */
export function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}

/**
 * Writes two PNG files for each exploit, named by its rank and what it is: the picture over the
 * truth, and the mask as it was scored.
 */
export async function writeExploits(
  { report, masks }: AuditResult,
  pictures: readonly Uint8Array[],
  folder: string,
): Promise<void> {
  await makeFolder(folder)
  for (const [i, { name, truth }] of report.exploits.entries()) {
    const rank = String(i + 1).padStart(2, '0')
    const stem = join(folder, `${rank}-${fileName(name)}-truth-${truth}`)
    await writeFileAtomically(`${stem}.png`, pictures[i])
    await writeFileAtomically(`${stem}-mask.png`, encodePng(masks[i]))
  }
}

function fileName(name: string): string {
  return name.replace(/[^a-zA-Z0-9]+/g, '-').replace(/^-|-$/g, '')
}
