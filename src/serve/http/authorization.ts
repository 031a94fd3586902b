import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether those who send requests know the token. */
export class Authorization {
  readonly #expected: Buffer | undefined

  /** @param token - undefined if none is asked for */
  constructor(token: string | undefined) {
    this.#expected = token === undefined ? undefined : digest(token)
  }

  /**
   * Whether a header `Authorization` has the token: `Bearer TOKEN`, or as the password of `Basic`, which
   * is what clients send that are given nothing but an address, `http://user:TOKEN@host`.
   */
  allows(header: string | undefined): boolean {
    if (this.#expected === undefined) return true
    // What is compared has one length, whatever was sent; so the time tells nothing.
    return timingSafeEqual(digest(tokenOf(header ?? '')), this.#expected)
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function tokenOf(header: string): string {
  const gap = header.indexOf(' ')
  const scheme = header.slice(0, gap).toLowerCase()
  const given = header.slice(gap + 1).trim()
  if (scheme === 'bearer') return given
  if (scheme !== 'basic') return ''
  const pair = Buffer.from(given, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}
