/** Signals that stop the work, and the tool's exit code then. */
const STOPPED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof STOPPED
const SIGNALS = Object.keys(STOPPED) as Signal[]

/** What work came to: its result, or the exit code if a signal stopped it. */
export type Interruptible<T> =
  | { readonly code: undefined; readonly result: T }
  | { readonly code: (typeof STOPPED)[Signal] }

/**
 * Does work that SIGINT (Ctrl+C), SIGTERM and SIGHUP stop in order; a second one ends the process at
 * once.
 *
 * @param work - is to give up where its signal aborts
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Interruptible<T>> {
  const stop = new AbortController()
  let stoppedBy: Signal | undefined
  const interrupt = (signal: Signal) => {
    if (stoppedBy !== undefined) process.exit(STOPPED[signal])
    stoppedBy = signal
    stop.abort()
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
  try {
    return { code: undefined, result: await work(stop.signal) }
  } catch (error) {
    if (stoppedBy === undefined || error !== stop.signal.reason) throw error
    return { code: STOPPED[stoppedBy] }
  } finally {
    // What comes while a stopped tool ends must not change its exit code.
    if (stoppedBy === undefined) for (const signal of SIGNALS) process.off(signal, interrupt)
  }
}
