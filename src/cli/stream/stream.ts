import { fileError } from '../../node/file-error.ts'
import { ScorerThreads, spawnScorer } from '../../serve/threads/scorer-threads.ts'
import type { Io } from '../io.ts'
import { AnswerStream, type StreamOptions } from './answer-stream.ts'
import { RequestLines } from './request-lines.ts'

/** Signals that end the stream once what was taken is answered, and its exit code then. */
const STOPPED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof STOPPED
const SIGNALS = Object.keys(STOPPED) as Signal[]

/**
 * Answers each line of the standard input, in order, by one on the standard output.
 *
 * @returns the exit code: 0; 1 if requests were answered by errors or the input could not be read;
 * 129, 130 or 143 if a signal ended it
 */
export async function streamRequests(options: StreamOptions, io: Io): Promise<number> {
  if (io.in === undefined || io.send === undefined) {
    throw new RangeError('expected requests from the standard input, got none')
  }
  if (io.isInTerminal === true) {
    io.err('waiting for requests, one JSON object a line; Ctrl+D ends them\n')
  }
  const input = io.in()
  const stop = stopOnSignals()
  const threads =
    options.jobs > 1
      ? new ScorerThreads(options.jobs, () => spawnScorer(options.limits, options.jobs))
      : undefined
  const stream = new AnswerStream(options, threads, io.send)
  let failure: unknown
  try {
    await readLines(input, options.limits.requestBytes, stream, stop)
  } catch (error) {
    failure = fileError('read', 'the standard input', error)
  }
  await stream.finish()
  await threads?.close()
  // What is still read keeps the process alive.
  ;(input as Partial<NodeJS.ReadableStream & { destroy(): void }>).destroy?.()
  const signal = stop.end()
  if (failure !== undefined) throw failure
  const { answers, errors } = stream
  if (errors > 0) {
    io.err(
      `${errors} of ${answers} requests ${errors === 1 ? 'was' : 'were'} answered by an error\n`,
    )
  }
  if (signal !== undefined) return STOPPED[signal]
  return errors > 0 ? 1 : 0
}

/** Hands lines to the stream until there are no more, or it is to stop. */
async function readLines(
  input: AsyncIterable<Uint8Array>,
  mostBytes: number,
  stream: AnswerStream,
  stop: Stop,
): Promise<void> {
  const lines = new RequestLines(mostBytes)
  const chunks = input[Symbol.asyncIterator]()
  while (!stop.isOver()) {
    const next = chunks.next()
    // It may fail after nobody waits for it any more.
    next.catch(() => undefined)
    const chunk = await Promise.race([next, stop.asked, stream.lost])
    if (chunk === undefined) return
    for (const line of chunk.done === true ? lines.end() : lines.push(chunk.value)) {
      await stream.take(line)
      if (stream.isLost) return
    }
    if (chunk.done === true) return
  }
}

interface Stop {
  /** Resolves at the first signal. */
  readonly asked: Promise<undefined>
  isOver(): boolean
  /** Stops listening; returns the signal, if one came. */
  end(): Signal | undefined
}

function stopOnSignals(): Stop {
  let signal: Signal | undefined
  let tell: (value: undefined) => void
  const asked = new Promise<undefined>((resolve) => {
    tell = resolve
  })
  const interrupt = (name: Signal) => {
    // The second one waits for nothing.
    if (signal !== undefined) process.exit(STOPPED[signal])
    signal = name
    tell(undefined)
  }
  for (const name of SIGNALS) process.on(name, interrupt)
  return {
    asked,
    isOver: () => signal !== undefined,
    end() {
      // What comes while a stopped tool ends must not change its exit code.
      if (signal === undefined) {
        for (const name of SIGNALS) process.removeListener(name, interrupt)
      }
      return signal
    },
  }
}
