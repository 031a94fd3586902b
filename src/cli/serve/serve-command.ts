import { availableParallelism } from 'node:os'
import { type Command, Option } from 'commander'
import { isLoopback, LOG_LEVELS, type LogLevel } from '../../serve/http/server-options.ts'
import { DEFAULT_LIMITS, GREATEST_LIMITS } from '../../serve/limits.ts'
import { integerOption } from '../input-checks.ts'
import type { Io } from '../io.ts'
import {
  addRequestOptions,
  bytesOption,
  type ParsedRequestOptions,
  requestDefaults,
} from '../stream/request-options.ts'

const EXAMPLES = `
Examples:
  vessel-reward serve
  vessel-reward serve --port 8000 --reward robust --jobs 4
  vessel-reward serve --host 0.0.0.0 --token-file token.txt
  curl -s localhost:8000/v1/score -H 'content-type: application/json' \\
    -d '{"truth": MASK, "predictions": [MASK, MASK]}'

The first line of the standard output says where it listens; the log on the standard error is JSON,
without masks. Paths: /v1/score, /v1/explain, /v1/advantages, /v1/hello; /openrlhf, /slime, /verify
(NeMo Gym), /ws, /reset, /step (OpenEnv); /healthz, /readyz, /metrics; /docs describes them all.
Whoever can reach the address can have masks scored: beyond this machine it listens only with a
token, from --token-file or VESSEL_REWARD_TOKEN, or with --insecure. It speaks HTTP; HTTPS is for a
proxy before it.
Exit codes: 0 ended by SIGINT (Ctrl+C), SIGTERM or SIGHUP once all that was taken is answered;
  1 it cannot listen; 2 wrong usage; 129, 130, 143 ended at once by a second signal.
Documentation: docs/serving.md in the package.`

/** Options of the command as they are parsed. */
interface Parsed extends ParsedRequestOptions {
  host: string
  port: number
  tokenFile?: string
  insecure?: true
  jobs?: number
  maxBody: number
  maxTotalPixels: number
  maxInFlight: number
  maxInFlightBytes: number
  maxSockets: number
  requestTimeout: number
  drain: number
  log: LogLevel
}

const MOST_SECONDS = 3600
const MOST_COUNT = 2 ** 20

/**
 * Adds the command `serve` to the tool.
 *
 * @param done - called with the exit code
 */
export function addServeCommand(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('serve')
    .description('Answer requests over HTTP: rewards for trainers on other machines.')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .addOption(integerOption('--port <n>', '0: one that is free', 0, 65535).default(8000))
    .option('--token-file <file>', 'what requests have to bring, as Authorization: Bearer TOKEN')
    .option('--insecure', 'listen beyond this machine without a token')
    .addOption(
      integerOption('--jobs <n>', 'threads that score (default: one for each core)', 1, 1024),
    )
    .addOption(
      bytesOption('--max-body <bytes>', 'longest request', 1, GREATEST_LIMITS.requestBytes).default(
        DEFAULT_LIMITS.requestBytes,
        '64M',
      ),
    )
    .addOption(
      integerOption(
        '--max-total-pixels <n>',
        'pixels of all masks of a request',
        1,
        Number.MAX_SAFE_INTEGER,
      ).default(2 ** 28, '2^28'),
    )
    .addOption(
      integerOption(
        '--max-in-flight <n>',
        'requests in work or waiting; more are answered by 429',
        1,
        MOST_COUNT,
      ).default(256),
    )
    .addOption(
      bytesOption('--max-in-flight-bytes <bytes>', 'and their bytes', 1, 2 ** 40).default(
        2 ** 30,
        '1G',
      ),
    )
    .addOption(
      integerOption('--max-sockets <n>', 'open sockets of /ws', 1, MOST_COUNT).default(1024),
    )
    .addOption(
      integerOption(
        '--request-timeout <seconds>',
        'time in which a request has to have come',
        1,
        MOST_SECONDS,
      ).default(60),
    )
    .addOption(
      integerOption(
        '--drain <seconds>',
        'after a signal, time in which requests are taken while /readyz says 503',
        0,
        MOST_SECONDS,
      ).default(0),
    )
    .addOption(
      new Option('--log <level>', 'info: refusals; debug: all requests')
        .choices(LOG_LEVELS)
        .default('info'),
    )
  addRequestOptions(command)
  command
    .addHelpText('after', EXAMPLES)
    .action(async ({ tokenFile, insecure, drain, ...options }: Parsed, command: Command) => {
      // Only this command needs it: the others start faster without.
      const { readToken, serveRequests } = await import('./serve.ts')
      const token = await readToken(tokenFile, io.environment ?? {})
      if (token === undefined && insecure !== true && !isLoopback(options.host)) {
        command.error(
          `error: expected a token to listen on '${options.host}', beyond this machine: give --token-file or VESSEL_REWARD_TOKEN, or --insecure`,
        )
      }
      const server = {
        ...requestDefaults(options, options.maxBody),
        totalPixels: options.maxTotalPixels,
        jobs: options.jobs ?? availableParallelism(),
        host: options.host,
        port: options.port,
        token,
        mostInFlight: options.maxInFlight,
        mostBytesInFlight: options.maxInFlightBytes,
        requestSeconds: options.requestTimeout,
        mostSockets: options.maxSockets,
        logLevel: options.log,
      }
      done(await serveRequests(server, drain, io))
    })
}
