/**
 * What kind of error an answer tells of; clients act by it.
 *
 * - `'bad-json'`: the line is not one JSON object in UTF-8
 * - `'bad-request'`: a field is missing, unknown, or not what it should be
 * - `'bad-mask'`: a field should hold a mask, and does not
 * - `'size-mismatch'`: masks that belong together have different sizes
 * - `'too-large'`: a limit is exceeded, which the message names
 * - `'unknown-ref'`: no truth is kept under the name any more, or none ever was
 * - `'cannot-score'`: the masks are sound, but a value that is asked for is undefined for them
 * - `'worker-failed'`: the thread that worked on the request has ended
 * - `'internal'`: a fault of this program
 *
 * and only over HTTP
 *
 * - `'unauthorized'`: the token is missing or wrong
 * - `'not-found'`: the path is unknown, or does not take this method
 * - `'busy'`: too much is being worked on already
 * - `'timeout'`: the request did not come to its end in time
 * - `'shutting-down'`: the server takes no more requests
 */
export type ErrorCode =
  | 'bad-json'
  | 'bad-request'
  | 'bad-mask'
  | 'size-mismatch'
  | 'too-large'
  | 'unknown-ref'
  | 'cannot-score'
  | 'worker-failed'
  | 'internal'
  | 'unauthorized'
  | 'not-found'
  | 'busy'
  | 'timeout'
  | 'shutting-down'

/** Why a request has no result. */
export class RequestError extends Error {
  readonly code: ErrorCode
  /** The field of the request that is wrong, such as `'predictions[3]'`; undefined if none is. */
  readonly argument: string | undefined

  constructor(code: ErrorCode, message: string, argument?: string) {
    super(message)
    this.code = code
    this.argument = argument
  }
}

/** The error that an answer holds instead of a result. */
export interface ErrorAnswer {
  readonly id: RequestId
  readonly error: {
    readonly code: ErrorCode
    readonly message: string
    readonly argument?: string
    /** Number of the line of the request, from 1 on, if it came on one. */
    readonly line?: number
  }
}

/** What a request is called by whoever sent it; null if it has no name. */
export type RequestId = string | number | null

/** The answer to a request that failed. */
export function errorAnswer(id: RequestId, cause: unknown, line?: number): ErrorAnswer {
  const isOurs = cause instanceof RequestError
  const code = isOurs ? cause.code : 'internal'
  const message = cause instanceof Error ? cause.message : String(cause)
  const argument = isOurs ? cause.argument : undefined
  return {
    id,
    error: {
      code,
      message,
      ...(argument === undefined ? {} : { argument }),
      ...(line === undefined ? {} : { line }),
    },
  }
}

/** Calls a function whose errors are about a field of a request. */
export function about<T>(argument: string, code: ErrorCode, call: () => T): T {
  try {
    return call()
  } catch (error) {
    // The library refuses its input by these two kinds of errors; others are faults.
    const isRefusal = error instanceof TypeError || error instanceof RangeError
    throw isRefusal ? new RequestError(code, error.message, argument) : error
  }
}
