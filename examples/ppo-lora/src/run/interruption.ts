/** An interrupt within this time of the first one is the same one: npm sends Ctrl-C twice. */
const SAME_MILLISECONDS = 1000

/**
 * Lets a command finish what it is at when Ctrl-C or SIGTERM comes. Another one, a second or more
 * later, ends the process at once.
 *
 * @param onFirst - called once, when the first one comes
 * @returns says whether one has come
 */
export function watchInterruption(onFirst: () => void): () => boolean {
  let first: number | undefined
  const interrupt = () => {
    const now = performance.now()
    if (first === undefined) {
      first = now
      onFirst()
    } else if (now - first > SAME_MILLISECONDS) process.exit(130)
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return () => first !== undefined
}
