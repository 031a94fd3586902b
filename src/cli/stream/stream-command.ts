import type { Command } from 'commander'
import { DEFAULT_LIMITS, GREATEST_LIMITS } from '../../serve/limits.ts'
import { integerOption } from '../input-checks.ts'
import type { Io } from '../io.ts'
import {
  addRequestOptions,
  bytesOption,
  type ParsedRequestOptions,
  requestDefaults,
} from './request-options.ts'

const EXAMPLES = `
Examples:
  vessel-reward stream < requests.ndjson > answers.ndjson
  vessel-reward stream --jobs 4 --reward robust --metrics dice,clDice
  echo '{"op":"hello"}' | vessel-reward stream

A request is one line of JSON, and so is its answer; answers come in the order of the requests:
  {"id": 1, "truth": MASK, "prediction": MASK}        {"id": 1, "reward": …, "terms": …, "valid": 1}
  {"id": 2, "truth": MASK, "predictions": [MASK, …]}  {"id": 2, "rewards": […], …}
  … "truth": MASK, "key": "a" …                       later: "truth": {"ref": "a"}
  {"op": "advantages", "truth": MASK, "samples": [MASK, …], "tile": 16}
  what fails                                          {"id": 3, "error": {"code": …, "message": …}}
MASK is { "size": [height, width], "counts": … } as COCO has it,
  { "bits": …, "width": …, "height": … } with numpy.packbits(mask), or { "png": … }, in base64.
Exit codes: 0 all answered; 1 some answered by an error, or the input could not be read; 2 wrong
  usage; 129, 130, 143 ended by SIGHUP, SIGINT (Ctrl+C), SIGTERM once all that came was answered.
Documentation: docs/serving.md in the package.`

/** Options of the command as they are parsed. */
interface Parsed extends ParsedRequestOptions {
  jobs: number
  unbounded?: true
  maxLine: number
}

/**
 * Adds the command `stream` to the tool.
 *
 * @param done - called with the exit code
 */
export function addStreamCommand(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('stream')
    .description('Answer requests, one line of JSON each: rewards for trainers in any language.')
    .addOption(integerOption('--jobs <n>', 'threads that score', 1, 1024).default(1))
    .option('--unbounded', 'the literal formula of the design reward, without bounds for its terms')
    .addOption(
      bytesOption('--max-line <bytes>', 'longest request', 1, GREATEST_LIMITS.requestBytes).default(
        DEFAULT_LIMITS.requestBytes,
        '64M',
      ),
    )
  addRequestOptions(command)
  command.addHelpText('after', EXAMPLES).action(async (options: Parsed, command: Command) => {
    if (options.unbounded === true && options.reward !== 'design') {
      command.error('error: --unbounded does nothing without --reward design')
    }
    // Only this command needs it: the others start faster without.
    const { streamRequests } = await import('./stream.ts')
    const { jobs, maxLine, unbounded } = options
    const shared = requestDefaults(options, maxLine)
    const reward = { ...shared.reward, ...(unbounded === true ? { bounded: false } : {}) }
    done(await streamRequests({ ...shared, reward, jobs }, io))
  })
}
