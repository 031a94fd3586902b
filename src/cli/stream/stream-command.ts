import { type Command, InvalidArgumentError, Option } from 'commander'
import { METRIC_NAMES, type MetricName } from '../../metrics/metric-directions.ts'
import { PRESETS } from '../../reward/terms/presets.ts'
import { DEFAULT_LIMITS, GREATEST_LIMITS } from '../../serve/limits.ts'
import { integerOption } from '../input-checks.ts'
import type { Io } from '../io.ts'
import { connectivityOption, emptyOption, metricNames, thinningOption } from '../metric-options.ts'

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
interface Parsed {
  jobs: number
  reward: string
  unbounded?: true
  metrics?: readonly MetricName[]
  empty: string
  thinning?: string
  connectivity: string
  truthCache: number
  maxLine: number
  maxPixels: number
  maxGroup: number
  allowLists?: true
}

/**
 * Adds the command `stream` to the tool.
 *
 * @param done - called with the exit code
 */
export function addStreamCommand(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('stream')
    .description('Answer requests, one line of JSON each: rewards for trainers in any language.')
    .addOption(integerOption('--jobs <n>', 'threads that score', 1, 1024).default(1))
    .addOption(
      new Option('--reward <name>', 'the reward of requests that name none')
        .choices(PRESETS)
        .default('design'),
    )
    .option('--unbounded', 'the literal formula of the design reward, without bounds for its terms')
    .addOption(
      new Option(
        '--metrics <names>',
        'metrics of requests that name none, with commas between them, or all',
      ).argParser(metricNames),
    )
    .addOption(emptyOption())
    .addOption(thinningOption())
    .addOption(connectivityOption())
    .addOption(
      bytesOption(
        '--truth-cache <bytes>',
        'memory for truths that come again; K, M and G are multiples',
        GREATEST_LIMITS.truthBytes,
      ).default(DEFAULT_LIMITS.truthBytes, '256M'),
    )
    .addOption(
      bytesOption('--max-line <bytes>', 'longest request', GREATEST_LIMITS.requestBytes).default(
        DEFAULT_LIMITS.requestBytes,
        '64M',
      ),
    )
    .addOption(
      integerOption('--max-pixels <n>', 'largest mask', 1, GREATEST_LIMITS.pixels).default(
        DEFAULT_LIMITS.pixels,
        '2^26',
      ),
    )
    .addOption(
      integerOption(
        '--max-group <n>',
        'most predictions of a request',
        1,
        GREATEST_LIMITS.group,
      ).default(DEFAULT_LIMITS.group),
    )
    .option('--allow-lists', 'take nested lists of 0 and 1 as masks, too: slow')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Parsed, command: Command) => {
      if (options.unbounded === true && options.reward !== 'design') {
        command.error('error: --unbounded does nothing without --reward design')
      }
      // Only this command needs it: the others start faster without.
      const { streamRequests } = await import('./stream.ts')
      done(await streamRequests(streamOptions(options), io))
    })
}

/** The options under the names of requests. */
function streamOptions(options: Parsed) {
  const { jobs, reward: preset, unbounded, metrics, empty, thinning } = options
  const shared = {
    connectivity: Number(options.connectivity),
    ...(thinning === undefined ? {} : { thinning }),
  }
  return {
    jobs,
    reward: { preset, ...shared, ...(unbounded === true ? { bounded: false } : {}) },
    metrics: metrics === METRIC_NAMES ? [...METRIC_NAMES] : metrics,
    settings: { empty, ...shared },
    limits: {
      requestBytes: options.maxLine,
      pixels: options.maxPixels,
      group: options.maxGroup,
      lists: options.allowLists === true,
      truthBytes: options.truthCache,
    },
  }
}

const MULTIPLES: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** An option whose value is a number of bytes. */
function bytesOption(flags: string, description: string, max: number): Option {
  return new Option(flags, description).argParser((text) => {
    const [, digits, unit = ''] = /^(\d{1,15})([KMG]?)$/.exec(text) ?? []
    const bytes = Number(digits) * MULTIPLES[unit]
    if (bytes >= 0 && bytes <= max) return bytes
    throw new InvalidArgumentError(`Expected a number of bytes up to ${max}, such as 64M.`)
  })
}
