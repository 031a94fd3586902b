import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readToken } from '../../../src/cli/serve/serve.ts'
import { runTool } from '../run-tool.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vessel-reward-serve-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const TOKEN = 'sixteen-and-more-characters'

test.each([
  [['--port', '65536'], /Expected an integer from 0 to 65535/],
  [['--jobs', '0'], /Expected an integer from 1 to 1024/],
  [['--max-body', '9G'], /Expected a number of bytes from 1 to \d+/],
  [['--max-body', '0'], /Expected a number of bytes from 1 to \d+/],
  [['--log', 'all'], /Allowed choices are error, warn, info, debug/],
  [['--host', '0.0.0.0'], /expected a token to listen on '0.0.0.0', beyond this machine/],
  [['--host', '::'], /--token-file or VESSEL_REWARD_TOKEN, or --insecure/],
  [['--unbounded'], /unknown option/],
  [['8000'], /too many arguments/],
])('refuses %j', async (args, message) => {
  const { code, out, err } = await runTool(['serve', ...args])
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(message)
})

describe('the token', () => {
  const of = (text: string) => {
    const file = join(folder, 'token')
    writeFileSync(file, text)
    return readToken(file, {})
  }

  test('comes from a file or the environment, the file first', async () => {
    expect(await of(`${TOKEN}\n`)).toBe(TOKEN)
    expect(await readToken(undefined, { VESSEL_REWARD_TOKEN: TOKEN })).toBe(TOKEN)
    expect(await readToken(join(folder, 'token'), { VESSEL_REWARD_TOKEN: 'x' })).toBe(TOKEN)
    expect(await readToken(undefined, {})).toBeUndefined()
  })

  test.each(['', '\n', 'short', `${TOKEN} ${TOKEN}`, `${TOKEN}\n${TOKEN}`, 'ß'.repeat(20)])(
    '%j is refused, and not shown',
    async (text) => {
      const refused = expect(of(text)).rejects
      await refused.toThrow(/expected the file of --token-file to hold a token of at least 16/)
      await expect(of(text)).rejects.not.toThrow(TOKEN)
    },
  )

  test('that cannot be read ends the tool', async () => {
    const { code, err } = await runTool(['serve', '--token-file', join(folder, 'none')])
    expect(code).toBe(1)
    expect(err).toMatch(/^error: cannot read '.*none': no such file/)
    const short = await runTool(['serve'], { environment: { VESSEL_REWARD_TOKEN: 'short' } })
    expect(short.err).toMatch(/^error: expected VESSEL_REWARD_TOKEN to hold a token/)
  })
})

test('an address that is not free is said', async () => {
  const { createServer } = await import('node:http')
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const { code, err } = await runTool(['serve', '--port', String(port), '--jobs', '1'])
  other.close()
  expect(code).toBe(1)
  expect(err).toMatch(/error: cannot listen on '127.0.0.1', port \d+: .*EADDRINUSE/)
})
