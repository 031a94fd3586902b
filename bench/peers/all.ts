import { installedVersion } from '../environment.ts'
import { imageJs } from './image-js.ts'
import { openCvJs } from './opencv-js.ts'
import type { Group, Peer } from './peer.ts'
import { pythonPeer } from './python.ts'
import { pythonFolderPeer } from './python-folder.ts'
import { skeletonTracing } from './skeleton-tracing.ts'

const PACKAGES: readonly { name: string; group: Group; start(version: string): Promise<Peer> }[] = [
  { name: 'skeleton-tracing-js', group: 'thinning', start: skeletonTracing },
  { name: 'image-js', group: 'components', start: imageJs },
  { name: '@techstark/opencv-js', group: 'components', start: openCvJs },
]

const PYTHON_GROUPS: readonly Group[] = ['reward', 'thinning', 'components', 'distances']
const FOLDERS: readonly Group[] = ['folders']

/** What is asked of {@link startPeers}. */
export interface PeerOptions {
  groups: readonly Group[]
  python: string | undefined
  pythonRequired: boolean
}

/** Starts every peer that is there and takes part in one of the groups; notes who is missing. */
export async function startPeers(options: PeerOptions, notes: Set<string>): Promise<Peer[]> {
  const peers: Peer[] = []
  for (const { name, group, start } of PACKAGES) {
    if (!options.groups.includes(group)) continue
    const version = installedVersion(name)
    if (version === undefined) notes.add(`${name} is not installed, and not compared`)
    else peers.push(await start(version))
  }
  const { python } = options
  for (const { groups, start, what } of [
    { groups: PYTHON_GROUPS, start: pythonPeer, what: 'Python' },
    { groups: FOLDERS, start: pythonFolderPeer, what: 'Python that evaluates folders' },
  ]) {
    if (!options.groups.some((group) => groups.includes(group))) continue
    if (python === undefined) {
      notes.add('Python takes no part')
      continue
    }
    try {
      peers.push(await start(python))
    } catch (error) {
      // MONAI is large: a Python without it still takes part in the other races.
      if (options.pythonRequired && groups === PYTHON_GROUPS) throw error
      notes.add(`${what} takes no part: ${(error as Error).message}`)
    }
  }
  return peers
}
