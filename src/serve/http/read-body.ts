import type { Readable } from 'node:stream'
import { RequestError } from '../request-error.ts'

/** Bytes that are brought together as they come. */
const BLOCK = 2 ** 20

/** Bytes from which on a thread is not sent a copy. */
const SHARED = 2 ** 16

/**
 * The body of a request in blocks. Those of a large one lie in memory that threads share: copied once, a
 * piece at a time, it does not keep other requests waiting.
 *
 * @param length - as its head says, if it does
 * @param done - is called once
 */
export function readBody(
  payload: Readable,
  length: number | undefined,
  limit: number,
  done: (error: Error | null, blocks?: Uint8Array[]) => void,
): void {
  const blocks: Uint8Array[] = []
  let received = 0
  /** Bytes of the last block that are used. */
  let used = 0
  const add = (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.length; ) {
      let block = blocks.at(-1)
      if (block === undefined || used === block.length) {
        const size = Math.min(BLOCK, length === undefined ? BLOCK : length - received)
        block = new Uint8Array(size < SHARED ? new ArrayBuffer(size) : new SharedArrayBuffer(size))
        blocks.push(block)
        used = 0
      }
      const part = chunk.subarray(at, at + block.length - used)
      block.set(part, used)
      used += part.length
      received += part.length
      at += part.length
    }
  }
  const end = (error: Error | null) => {
    payload.off('data', take).off('end', finish).off('error', abort).off('close', abort)
    // It may still fail.
    payload.on('error', () => undefined)
    const last = blocks.pop()
    if (last !== undefined) blocks.push(last.subarray(0, used))
    done(error, blocks)
  }
  const take = (chunk: Uint8Array) => {
    if (received + chunk.length > limit) end(tooLarge(limit))
    else add(chunk)
  }
  const finish = () => end(null)
  // Whoever sent it went away.
  const abort = () => end(new RequestError('bad-request', 'expected the whole body, got a part'))
  if (length !== undefined && length > limit) {
    done(tooLarge(limit))
    return
  }
  payload.on('data', take).on('end', finish).on('error', abort).on('close', abort)
}

function tooLarge(limit: number): RequestError {
  return new RequestError('too-large', `expected a body of at most ${limit} bytes, got more`)
}
