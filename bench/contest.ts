import { checkAgreement } from './agreement.ts'
import { folderRace } from './folders.ts'
import { LARGE_PIXELS, type MaskSet } from './inputs.ts'
import type { Subject } from './library.ts'
import { type MeasureOptions, measure } from './measure.ts'
import type { Group, Peer } from './peers/peer.ts'
import type { Agreement, SetResult } from './results.ts'
import { stagesOf } from './stages.ts'
import { workerRace } from './workers.ts'

/** Who competes, and what came of it so far. */
export interface Contest {
  subject: Subject
  peers: readonly Peer[]
  options: MeasureOptions
  agreement: Map<string, Agreement>
  notes: Set<string>
}

/**
 * Times one group of stages, with the peers that do the same, on one set of masks. Peers that
 * claim to compute the same must do so first.
 */
export async function compete(
  contest: Contest,
  group: Group,
  set: MaskSet,
  result: SetResult,
): Promise<void> {
  if (group === 'workers') return competeWorkers(contest, set, result)
  const { subject, peers, options, agreement, notes } = contest
  if (group === 'folders' && set.width * set.height > LARGE_PIXELS) return
  const { stages, ratios } =
    group === 'folders'
      ? await folderRace(subject.node, set)
      : stagesOf(group, subject.library, set)
  if (stages.length === 0) {
    notes.add('folders are not timed: the package has no function that evaluates them')
    return
  }
  const entries = (await Promise.all(peers.map((peer) => peer.enter(group, set)))).flat()
  try {
    for (const entry of entries) {
      const agreed = await checkAgreement(entry, stages, set.name)
      if (agreed !== undefined) agreement.set(`${entry.name} on ${set.name}`, agreed)
      if (entry.note !== undefined) notes.add(`${set.name}: ${entry.note(subject.library)}`)
    }
    const against = entries.flatMap((entry) =>
      entry.against.map((stage) => ({
        name: `${entry.name} / ${stage}`,
        over: entry.name,
        under: stage,
      })),
    )
    const race = {
      contestants: [...stages, ...entries],
      inputs: set.preds.length,
      ratios: [...against, ...ratios],
    }
    const measured = await measure(race, options)
    const ours = new Set(stages.filter(({ isCopy }) => !isCopy).map(({ name }) => name))
    record(result, group, measured, ours)
  } finally {
    for (const entry of entries) entry.close?.()
  }
}

async function competeWorkers(contest: Contest, set: MaskSet, result: SetResult): Promise<void> {
  const race = await workerRace(contest.subject.node, contest.subject.library, set)
  if (race === undefined) {
    contest.notes.add('workers are not timed: the package has no entry for Node with pools')
    return
  }
  try {
    const { stages, ratios } = race
    const inputs = set.preds.length
    const measured = await measure({ contestants: stages, inputs, ratios }, contest.options)
    const ours = stages.map(({ name }) => name).filter((name) => name.startsWith('pool'))
    record(result, 'workers', measured, new Set(ours))
  } finally {
    await race.close()
  }
}

function record(
  result: SetResult,
  group: Group,
  { times, units, ratios }: Awaited<ReturnType<typeof measure>>,
  ours: ReadonlySet<string>,
): void {
  for (const [name, ns] of Object.entries(times)) {
    result.stages[name] = { group, ours: ours.has(name), ns, units: units[name] }
  }
  Object.assign(result.ratios, ratios)
}
