/**
 * Where an error came from, for a log: without its message, which may hold what was sent.
 */
export function faultOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line))
  const name = error instanceof Error ? error.name : typeof error
  return [name, ...places.slice(0, 5).map((line) => line.trim())].join(' ')
}
