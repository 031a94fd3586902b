import type { ErrorCode } from '../request-error.ts'

/** The status that HTTP has for each error. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  'bad-json': 400,
  'bad-request': 400,
  unauthorized: 401,
  'not-found': 404,
  timeout: 408,
  'unknown-ref': 409,
  'too-large': 413,
  'bad-mask': 422,
  'size-mismatch': 422,
  'cannot-score': 422,
  busy: 429,
  internal: 500,
  'worker-failed': 503,
  'shutting-down': 503,
}

export function statusOf(code: ErrorCode): number {
  return STATUS[code]
}
