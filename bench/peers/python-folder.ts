import { COMPARED, FOLDER_METRICS, folderOf } from '../folders.ts'
import type { MaskSet } from '../inputs.ts'
import type { Entry, Peer } from './peer.ts'
import { Conversation } from './python.ts'

/** The libraries that evaluate a folder together, as one peer. */
const NAME = 'MONAI, skan, scikit-image'

/**
 * Starts a Python that evaluates a folder with MONAI, scikit-image and skan, and times itself.
 *
 * @throws Error if this Python cannot be started or lacks one of them
 */
export async function pythonFolderPeer(python: string): Promise<Peer> {
  const conversation = new Conversation(python, 'python_folder_peer.py')
  const { versions } = await conversation.ask<{ versions: Record<string, string> }>({
    op: 'versions',
  })
  return {
    versions,
    enter: (group, set) => (group === 'folders' ? [entryOf(conversation, set)] : []),
    close: () => conversation.close(),
  }
}

function entryOf(conversation: Conversation, set: MaskSet): Entry {
  const folder = folderOf(set)
  let lengthRatios: number[] = []
  return {
    name: NAME,
    against: ['evaluate a folder', 'evaluate a folder, 2 workers'],
    async run(passes, clock) {
      const request = { op: 'run', folder, passes, clock }
      return (await conversation.ask<{ ns: number }>(request)).ns
    },
    check: {
      stage: 'evaluate a folder',
      // MONAI interpolates HD95 and divides in single precision.
      error: 1e-4,
      async outcomes() {
        const request = { op: 'outcomes', folder, metrics: FOLDER_METRICS }
        const { outcomes } = await conversation.ask<{ outcomes: number[][] }>(request)
        lengthRatios = outcomes.map((values) => values[COMPARED])
        return outcomes.map((values) => values.slice(0, COMPARED))
      },
    },
    note: ({ lengthRatio }) => {
      const { width, height, preds, truths } = set
      const ours = lengthRatio(
        { data: preds[0], width, height },
        { data: truths[0], width, height },
      )
      return `the length ratio of the first pair is ${ours.toFixed(4)}, and ${lengthRatios[0].toFixed(4)} by skan, which joins pixels round a corner once more; MetricsReloaded is not on PyPI, and takes no part`
    },
  }
}
