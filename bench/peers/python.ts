import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { LARGE_PIXELS, type MaskSet } from '../inputs.ts'
import type { Entry, Group, Outcome, Peer } from './peer.ts'

/** A stage in Python: the name of the task there, and how it takes part here. */
interface Task {
  task: string
  name: string
  group: Group
  against: string[]
  check: string
  /** Too slow for large masks. */
  slow?: true
  /** How far its numbers may be off. */
  error?: number
}

const TASKS: readonly Task[] = [
  { task: 'reward-a', name: 'Python A', group: 'reward', against: ['reward'], check: 'reward' },
  { task: 'reward-b', name: 'Python B', group: 'reward', against: ['reward'], check: 'reward' },
  {
    task: 'skeletonize',
    name: 'scikit-image skeletonize',
    group: 'thinning',
    against: ['thin skimage'],
    check: 'thin skimage',
  },
  {
    task: 'ximgproc',
    name: 'OpenCV ximgproc.thinning',
    group: 'thinning',
    against: ['thin zhang-suen'],
    check: 'thin zhang-suen',
    slow: true,
  },
  {
    task: 'label',
    name: 'SciPy ndimage.label',
    group: 'components',
    against: ['label map'],
    check: 'label map',
  },
  {
    task: 'label-new',
    name: 'SciPy ndimage.label, new array',
    group: 'components',
    against: ['label map, new array'],
    check: 'label map, new array',
  },
  {
    task: 'cv-labels',
    name: 'OpenCV labels',
    group: 'components',
    against: ['label map, new array'],
    check: 'component count',
  },
  {
    task: 'cv-count',
    name: 'OpenCV count',
    group: 'components',
    against: ['component count'],
    check: 'component count',
  },
  {
    task: 'cv-distances',
    name: 'OpenCV precise distances',
    group: 'distances',
    against: ['distance transform'],
    check: 'distance transform',
  },
  {
    task: 'cv-distances-new',
    name: 'OpenCV precise distances, new array',
    group: 'distances',
    against: ['distance transform, new array'],
    check: 'distance transform, new array',
  },
  {
    task: 'edt',
    name: 'edt',
    group: 'distances',
    against: ['distance transform, new array'],
    check: 'distance transform, new array',
  },
  {
    task: 'scipy-distances',
    name: 'SciPy distances',
    group: 'distances',
    against: ['distance transform'],
    check: 'distance transform',
  },
  {
    task: 'monai-hd95',
    name: 'MONAI HD95',
    group: 'distances',
    against: ['hd95'],
    check: 'hd95',
    slow: true,
    // It interpolates between two ranks in single precision.
    error: 1e-4,
  },
]

/** Asks one question at a time: one line to the process, one line back. */
export class Conversation {
  readonly #child: ChildProcess
  #waiting: { resolve(line: string): void; reject(error: Error): void } | undefined
  #failure: Error | undefined

  constructor(python: string, file = 'python_peer.py') {
    const script = fileURLToPath(new URL(file, import.meta.url))
    const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000)
    })
    child.stdin.on('error', () => {})
    child.on('error', (error) => this.#fail(error))
    child.on('close', () => {
      this.#fail(new Error(complaint.trim().split('\n').at(-1) || 'Python has ended'))
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#waiting?.resolve(line)
      this.#waiting = undefined
    })
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#waiting?.reject(this.#failure)
    this.#waiting = undefined
  }

  async ask<T>(request: object): Promise<T> {
    if (this.#failure) throw this.#failure
    const answer = new Promise<string>((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`)
    return JSON.parse(await answer) as T
  }

  close(): void {
    this.#child.stdin?.end()
  }
}

/**
 * Starts a Python that times itself.
 *
 * @throws Error if this Python cannot be started or has no scikit-image
 */
export async function pythonPeer(python: string): Promise<Peer> {
  const conversation = new Conversation(python)
  const { versions, tasks } = await conversation.ask<{
    versions: Record<string, string>
    tasks: string[]
  }>({ op: 'versions' })
  const loaded = new Set<string>()
  const entry = ({ task, name, against, check, error }: Task, set: MaskSet): Entry => ({
    name,
    against,
    async run(passes, clock) {
      const request = { op: 'run', task, set: set.name, passes, clock }
      return (await conversation.ask<{ ns: number }>(request)).ns
    },
    check: {
      stage: check,
      error,
      async outcomes() {
        const request = { op: 'outcomes', task, set: set.name }
        return (await conversation.ask<{ outcomes: Outcome[] }>(request)).outcomes
      },
    },
  })
  return {
    versions,
    async enter(group, set) {
      const fits = (one: Task) => !one.slow || set.width * set.height <= LARGE_PIXELS
      const entered = TASKS.filter(
        (one) => one.group === group && tasks.includes(one.task) && fits(one),
      )
      if (entered.length > 0 && !loaded.has(set.name)) {
        await hand(conversation, set)
        loaded.add(set.name)
      }
      return entered.map((one) => entry(one, set))
    },
    close: () => conversation.close(),
  }
}

/** Hands over the masks of a set through a file. */
async function hand(conversation: Conversation, set: MaskSet): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vessel-reward-bench-'))
  try {
    const file = join(folder, 'masks')
    for (const mask of [...set.preds, ...set.truths]) writeFileSync(file, mask, { flag: 'a' })
    const { name, width, height, preds } = set
    await conversation.ask({ op: 'load', set: name, file, width, height, pairs: preds.length })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
