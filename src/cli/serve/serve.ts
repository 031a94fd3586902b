import { readFile } from 'node:fs/promises'
import { fileError, pathName } from '../../node/file-error.ts'
import { startServer } from '../../serve/http/http-server.ts'
import type { ServerOptions } from '../../serve/http/server-options.ts'
import type { Io } from '../io.ts'

/** Signals that end the server, and its exit code if a second one comes. */
const STOPPED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof STOPPED
const SIGNALS = Object.keys(STOPPED) as Signal[]

/**
 * Serves until a signal comes, and then answers what was taken.
 *
 * @param drain - seconds after the signal in which requests are still taken
 * @returns the exit code, 0
 */
export async function serveRequests(
  options: ServerOptions,
  drain: number,
  io: Io,
): Promise<number> {
  const stopped = firstSignal()
  const server = await listening(options, io)
  io.out(`listening on ${server.url}\n`)
  await stopped
  await server.close(drain * 1e3)
  return 0
}

async function listening(options: ServerOptions, io: Io) {
  try {
    return await startServer(options, (line) => io.err(line))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error
    throw new Error(`cannot listen on '${options.host}', port ${options.port}: ${message}`)
  }
}

/** Resolves at the first signal; the second one waits for nothing. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isStopped = false
    for (const name of SIGNALS) {
      process.on(name, () => {
        if (isStopped) process.exit(STOPPED[name])
        isStopped = true
        resolve()
      })
    }
  })
}

const LEAST_TOKEN = 16

/**
 * The token that requests have to bring.
 *
 * @param file - which holds it in its first line; before the variable of the environment
 * @returns undefined if there is none
 */
export async function readToken(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const given = file === undefined ? environment.VESSEL_REWARD_TOKEN : await textOf(file)
  if (given === undefined) return undefined
  const token = given.trim()
  // What else it is may not be said: it is a secret.
  if (token.length >= LEAST_TOKEN && /^[!-~]+$/.test(token)) return token
  const where = file === undefined ? 'VESSEL_REWARD_TOKEN' : 'the file of --token-file'
  throw new RangeError(
    `expected ${where} to hold a token of at least ${LEAST_TOKEN} visible characters of ASCII, without spaces`,
  )
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw fileError('read', pathName(file), error)
  }
}
