import { fileError } from '../node/file-error.ts'

/** A standard output, as far as ending the process asks for one. */
export type OutputStream = Pick<NodeJS.WritableStream, 'on' | 'write'>

/** What the end of the tool needs of its process. */
export interface EndingProcess {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  exitCode?: number | string | null | undefined
  exit(code?: number): void
  /** What keeps the process alive. */
  getActiveResourcesInfo(): string[]
}

/** Milliseconds that are left to what a module has started. */
const GRACE = 1000

/**
 * Sees to it that the process ends, with the right code and without a stack trace: a full disk
 * behind the standard output is one line, and a timer or a server that an audited module leaves
 * open does not keep the tool from ending.
 *
 * @returns ends the process with an exit code, once everything is written
 */
export function endingOf(
  process: EndingProcess,
  grace: number = GRACE,
): (code: number) => Promise<void> {
  let isLost = false
  const tell = (text: string) => process.stderr.write(text)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, such as `head`, closes the pipe; that is not an error.
    if (error.code === 'EPIPE' || isLost) return
    isLost = true
    tell(`error: ${fileError('write', 'to the standard output', error).message}\n`)
  })
  // There is no place left to say it.
  process.stderr.on('error', () => undefined)
  return async (code) => {
    await drained(process.stdout)
    await drained(process.stderr)
    process.exitCode = isLost ? 1 : code
    // Does not keep the process alive itself: where nothing else does, this never comes.
    const timer = setTimeout(() => {
      const kinds = new Set(process.getActiveResourcesInfo())
      for (const own of STANDARD) kinds.delete(own)
      const what = [...kinds].join(', ') || 'something'
      tell(`the audited module left ${what} open: ended all the same\n`)
      process.exit()
    }, grace)
    timer.unref()
  }
}

/** What the standard streams are among the active resources. */
const STANDARD = ['PipeWrap', 'TTYWrap']

/** Waits until all that was written is gone, or lost. */
async function drained(stream: OutputStream): Promise<void> {
  await new Promise((resolve) => stream.write('', resolve))
  // An error is told after the writing is done.
  await new Promise((resolve) => setImmediate(resolve))
}
