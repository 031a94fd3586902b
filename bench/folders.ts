import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import type { MaskSet } from './inputs.ts'
import { type Clock, NOW, sink } from './measure.ts'
import type { Stage, StageGroup } from './stages.ts'

/** The metrics that are computed and averaged, in the order in which values are compared. */
export const FOLDER_METRICS = [
  'dice',
  'precision',
  'recall',
  'clDice',
  'hausdorff',
  'hd95',
  'assd',
  'nsd',
  'lengthRatio',
] as const

/** How many are compared: peers measure lengths in another way, so the last one is only timed. */
export const COMPARED: number = FOLDER_METRICS.length - 1

/** The part of the entry for Node that is timed. */
interface FolderEntry {
  evaluateFolder(
    pred: string,
    truth: string,
    options: object,
  ): Promise<{ cases: readonly { values: Record<string, number> }[] }>
}

const folders = new WeakMap<MaskSet, string>()

/** The pairs of a set as files, `pred/0.png` and so on; made once, and removed at the end. */
export function folderOf(set: MaskSet): string {
  let folder = folders.get(set)
  if (folder !== undefined) return folder
  folder = mkdtempSync(join(tmpdir(), 'vessel-reward-bench-'))
  const made = folder
  process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  folders.set(set, folder)
  const { width, height } = set
  for (const [role, masks] of Object.entries({ pred: set.preds, truth: set.truths })) {
    mkdirSync(join(folder, role))
    for (const [i, mask] of masks.entries()) {
      const data = mask.map((pixel) => 255 * pixel)
      const bytes = encode({ data, width, height, channels: 1, depth: 8 })
      writeFileSync(join(folder, role, `${String(i).padStart(4, '0')}.png`), bytes)
    }
  }
  return folder
}

/** Evaluates a folder of PNG files, from reading to means with intervals, by one thread and by two workers. */
export async function folderRace(node: object | undefined, set: MaskSet): Promise<StageGroup> {
  if (node === undefined || !('evaluateFolder' in node)) return { stages: [], ratios: [] }
  const { evaluateFolder } = node as FolderEntry
  const folder = folderOf(set)
  const run = (jobs: number) =>
    evaluateFolder(join(folder, 'pred'), join(folder, 'truth'), {
      evaluate: { metrics: FOLDER_METRICS },
      onWarning: () => undefined,
      jobs,
    })
  const { cases } = await run(1)
  const values = cases.map((one) =>
    FOLDER_METRICS.slice(0, COMPARED).map((name) => one.values[name]),
  )
  const stage = (name: string, jobs: number): Stage => ({
    name,
    check: (i) => values[i],
    async run(passes: number, clock: Clock) {
      const now = NOW[clock]
      const begin = now()
      for (let pass = 0; pass < passes; pass++) sink.value = await run(jobs)
      return now() - begin
    },
  })
  return {
    stages: [stage('evaluate a folder', 1), stage('evaluate a folder, 2 workers', 2)],
    ratios: [
      {
        name: 'folder: one thread / two workers',
        over: 'evaluate a folder',
        under: 'evaluate a folder, 2 workers',
      },
    ],
  }
}
