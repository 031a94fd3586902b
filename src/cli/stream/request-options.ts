import { type Command, InvalidArgumentError, Option } from 'commander'
import { METRIC_NAMES, type MetricName } from '../../metrics/metric-directions.ts'
import { PRESETS } from '../../reward/terms/presets.ts'
import { DEFAULT_LIMITS, GREATEST_LIMITS } from '../../serve/limits.ts'
import type { RequestDefaults } from '../../serve/request.ts'
import { integerOption } from '../input-checks.ts'
import { connectivityOption, emptyOption, metricNames, thinningOption } from '../metric-options.ts'

/** Options that all commands have which answer requests, as they are parsed. */
export interface ParsedRequestOptions {
  reward: string
  metrics?: readonly MetricName[]
  empty: string
  thinning?: string
  connectivity: string
  truthCache: number
  maxPixels: number
  maxGroup: number
  allowLists?: true
}

/** Adds them to a command. */
export function addRequestOptions(command: Command): void {
  command
    .addOption(
      new Option('--reward <name>', 'the reward of requests that name none')
        .choices(PRESETS)
        .default('design'),
    )
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
        0,
        GREATEST_LIMITS.truthBytes,
      ).default(DEFAULT_LIMITS.truthBytes, '256M'),
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
}

/**
 * The options under the names of requests.
 *
 * @param requestBytes - the longest request
 */
export function requestDefaults(
  options: ParsedRequestOptions,
  requestBytes: number,
): RequestDefaults {
  const { reward: preset, metrics, empty, thinning } = options
  const shared = {
    connectivity: Number(options.connectivity),
    ...(thinning === undefined ? {} : { thinning }),
  }
  return {
    reward: { preset, ...shared },
    metrics: metrics === METRIC_NAMES ? [...METRIC_NAMES] : metrics,
    settings: { empty, ...shared },
    limits: {
      requestBytes,
      pixels: options.maxPixels,
      group: options.maxGroup,
      lists: options.allowLists === true,
      truthBytes: options.truthCache,
    },
  }
}

const MULTIPLES: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** An option whose value is a number of bytes. */
export function bytesOption(flags: string, description: string, min: number, max: number): Option {
  return new Option(flags, description).argParser((text) => {
    const [, digits, unit = ''] = /^(\d{1,15})([KMG]?)$/.exec(text) ?? []
    const bytes = Number(digits) * MULTIPLES[unit]
    if (bytes >= min && bytes <= max) return bytes
    throw new InvalidArgumentError(`Expected a number of bytes from ${min} to ${max}, such as 64M.`)
  })
}
