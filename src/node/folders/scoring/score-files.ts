import { BitMask } from '../../../mask/bitmask.ts'
import type { MaskWarning } from '../../png/mask-warning.ts'
import type { FilePair } from '../pairs/file-pair.ts'
import { type Stamps, stampsOf } from '../pairs/file-stamps.ts'
import type { PairChoices } from '../pairs/image-choices.ts'
import { jobsFor } from './jobs-for.ts'
import type { PairReply, PairTask } from './messages.ts'
import { PairThreads, spawnPairWorker } from './pair-threads.ts'
import { type PairRead, PairReader } from './read-pair.ts'
import { failure, type PairSettings, type Scored } from './score-masks.ts'
import { scoreTask } from './score-task.ts'

/** How files are read and scored. */
export interface ScoreFilesSettings extends PairSettings, PairChoices {
  /** Worker threads; 1 for none, 0 for as many as the work is worth. */
  readonly jobs: number
  /** Whether the other method's predictions are scored, too. */
  readonly isAgainst: boolean
  /** Whether it is noted what the files are like. */
  readonly isStamped: boolean
  /** Ends the work. */
  readonly signal: AbortSignal | undefined
}

/** What became of a pair of files. */
export interface FilesScored {
  readonly files: FilePair
  readonly ours: Scored
  /** The other method's. */
  readonly theirs: Scored | undefined
  /** What is to be said about its images. */
  readonly warnings: readonly MaskWarning[]
  /** What its files were like before they were read, where that is noted. */
  readonly stamps: Stamps
}

/** Pairs that are decoded at a time, for each worker: one at work, the next, and one being decoded. */
const DECODED = 3
/** Pairs for each worker whose results may wait for that of an earlier one. */
const AHEAD = 8

/**
 * Reads and scores pairs, in their order: images are decoded here, and workers, where there are some,
 * get one bit a pixel. Little is read ahead, so memory does not grow with the number of pairs.
 */
export async function* scoreFiles(
  pairs: Iterable<FilePair>,
  settings: ScoreFilesSettings,
  spawn: typeof spawnPairWorker = spawnPairWorker,
): AsyncGenerator<FilesScored> {
  const { isAgainst, isStamped, signal, evaluate, reward, byCaliber, errors } = settings
  const setup = { evaluate, reward, byCaliber, errors }
  const jobs = settings.jobs === 0 ? await jobsFor(pairs, setup) : settings.jobs
  const threads = jobs > 1 ? new PairThreads(jobs, () => spawn(setup)) : undefined
  const score = async (task: PairTask): Promise<PairReply> =>
    threads === undefined ? scoreTask(task, setup) : threads.score(task)
  const reader = new PairReader(settings, isAgainst)
  const room = new Room(jobs === 1 ? 1 : DECODED * jobs)
  const most = jobs === 1 ? 1 : AHEAD * jobs
  const stop = () => threads?.close()
  signal?.addEventListener('abort', stop, { once: true })
  const underWay: Promise<FilesScored>[] = []
  const next = async () => {
    signal?.throwIfAborted()
    try {
      return await (underWay.shift() as Promise<FilesScored>)
    } finally {
      // The workers were stopped for this reason.
      signal?.throwIfAborted()
    }
  }
  try {
    for (const files of pairs) {
      const scored = room.use(() => scoreOne(files, { reader, score, isAgainst, isStamped }))
      // It is told where its turn comes, or not at all.
      scored.catch(() => undefined)
      underWay.push(scored)
      if (underWay.length >= most) yield await next()
    }
    while (underWay.length > 0) yield await next()
  } finally {
    signal?.removeEventListener('abort', stop)
    await threads?.close()
  }
}

/** How one pair is scored. */
interface OnePair extends Pick<ScoreFilesSettings, 'isAgainst' | 'isStamped'> {
  readonly reader: PairReader
  readonly score: (task: PairTask) => Promise<PairReply>
}

async function scoreOne(
  files: FilePair,
  { reader, score, isAgainst, isStamped }: OnePair,
): Promise<FilesScored> {
  const stamps = isStamped ? await stampsOf(files) : {}
  const warnings: MaskWarning[] = []
  const onWarning = (warning: MaskWarning) => warnings.push(warning)
  const read = await reader.read(files, onWarning).catch(failure)
  if ('error' in read) {
    return { files, ours: read, theirs: isAgainst ? read : undefined, warnings, stamps }
  }
  return { files, ...(await scoresOf(read, score)), warnings, stamps }
}

/** The scores of what could be read. */
async function scoresOf(
  { pred, other, ...rest }: PairRead,
  score: (task: PairTask) => Promise<PairReply>,
): Promise<PairReply> {
  const theirs = BitMask.isMask(other) ? other : undefined
  if (BitMask.isMask(pred)) {
    const scored = await score({ ...rest, pred, other: theirs })
    return { ours: scored.ours, theirs: theirs === undefined ? asFailure(other) : scored.theirs }
  }
  if (theirs === undefined) return { ours: pred, theirs: asFailure(other) }
  const { ours: scored } = await score({ ...rest, pred: theirs, other: undefined })
  return { ours: pred, theirs: scored }
}

const asFailure = (other: PairRead['other']) => other as Scored | undefined

/** Lets so many be at work at a time, in order. */
class Room {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
