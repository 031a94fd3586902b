/** The advice of a message about an image in the words of the command line. */
export function asFlags(message: string): string {
  return message
    .replace(/\bpass threshold: (\d+)/, '--threshold $1')
    .replace(
      /\bmake masks of probabilities with BitMask\.from\(.*?\); threshold: 0 takes/,
      '--threshold 0.5 makes masks of probabilities; --threshold 0 takes',
    )
    .replace(/\balpha: true\b/, '--alpha')
    .replace(/\bpass page: /, 'pass --page ')
    .replace(/\bof one as page: /, 'of one as --page: ')
}

/** An error about folders, with options as the command line calls them. */
export function inFlags(error: unknown): unknown {
  if (error instanceof RangeError) {
    error.message = error.message
      .replace(/^expected match\b/, 'expected --match')
      .replace(/\bmatch says\b/, '--match says')
      .replace(/\ballowMissing leaves\b/, '--allow-missing leaves')
      .replace(/\bresume goes on from it\b/, '--resume goes on from it')
      .replace(/\bwithout (within|against|image|match): it\b/, 'without --$1: it')
  }
  return error
}
