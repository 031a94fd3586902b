import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBody } from '../../../src/serve/http/read-body.ts'

const LIMIT = 2 ** 22

const read = (payload: Readable, length?: number, limit = LIMIT) =>
  new Promise<Uint8Array[]>((resolve, reject) => {
    readBody(payload, length, limit, (error, blocks) => {
      if (error === null) resolve(blocks as Uint8Array[])
      else reject(error)
    })
  })

test('blocks have all bytes in order, whatever pieces they come in', async () => {
  const sizes = fc.array(fc.oneof(fc.nat(50), fc.nat(300_000), fc.constant(2 ** 20)), {
    maxLength: 8,
  })
  await fc.assert(
    fc.asyncProperty(sizes, fc.boolean(), async (lengths, isDeclared) => {
      const chunks = lengths.map((length, k) =>
        Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + k) % 256)),
      )
      const all = Buffer.concat(chunks)
      if (all.length > LIMIT) return
      const blocks = await read(
        Readable.from(chunks, { objectMode: false }),
        isDeclared ? all.length : undefined,
      )
      expect(Buffer.concat(blocks).equals(all)).toBe(true)
      // Large ones are shared.
      if (all.length > 2 ** 20) expect(blocks[0].buffer).toBeInstanceOf(SharedArrayBuffer)
      if (isDeclared && all.length < 1000 && all.length > 0) {
        expect(blocks[0].buffer).toBeInstanceOf(ArrayBuffer)
      }
    }),
    { numRuns: 40 },
  )
})

test('more than the limit is refused, said before or not', async () => {
  const chunks = [Buffer.alloc(60), Buffer.alloc(41)]
  await expect(read(Readable.from(chunks), undefined, 100)).rejects.toThrow(/at most 100 bytes/)
  await expect(read(Readable.from(chunks), 101, 100)).rejects.toThrow(/at most 100 bytes/)
  await expect(read(Readable.from(chunks), 101, 101)).resolves.toHaveLength(1)
})

test('what breaks off is an error', async () => {
  const broken = new Readable({ read() {} })
  const reading = read(broken, 10)
  broken.push(Buffer.alloc(5))
  broken.destroy(new Error('gone'))
  await expect(reading).rejects.toThrow(/the whole body/)
  const closed = new Readable({ read() {} })
  const other = read(closed, 10)
  closed.destroy()
  await expect(other).rejects.toThrow(/the whole body/)
})
