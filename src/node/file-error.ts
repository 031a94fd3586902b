import { describe } from '../mask/validate.ts'
import { printable } from './printable.ts'

/** Checks that this is a path; returns how it is named in an error message. */
export function pathName(path: string | URL): string {
  if (typeof path === 'string') return `'${printable(path)}'`
  if (describe(path) === 'a URL') return `'${printable(path.href)}'`
  throw new TypeError(`expected a path (a string or a URL), got ${describe(path)}`)
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  ENXIO: 'nothing reads from it',
  EPIPE: 'what read from it stopped before the end',
}

/** The error for a file that the system did not open, with the system's code and cause. */
export function fileError(action: 'read' | 'write', name: string, cause: unknown): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException
  const text = `cannot ${action} ${name}: ${REASONS[code] ?? printable(message)}`
  const error = cause instanceof TypeError ? new TypeError(text) : new RangeError(text)
  return Object.assign(error, { code, cause })
}
