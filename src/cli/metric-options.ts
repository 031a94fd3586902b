import { InvalidArgumentError, Option } from 'commander'
import { unknownName } from '../mask/options.ts'
import { METRIC_NAMES, type MetricName } from '../metrics/metric-directions.ts'
import { THINNING_METHODS } from '../morphology/skeletonize.ts'

/** Names of metrics with commas between them, or `all`. */
export function metricNames(text: string): readonly MetricName[] {
  if (text === 'all') return METRIC_NAMES
  const names = text.split(',').map((name) => name.trim())
  for (const name of names) {
    if (!(METRIC_NAMES as readonly string[]).includes(name)) {
      throw new InvalidArgumentError(
        `${unknownName(name, [...METRIC_NAMES, 'all'], '--metrics', 'metric').message}.`,
      )
    }
  }
  return names as MetricName[]
}

/** How a metric is scored that is undefined. */
export const emptyOption = (): Option =>
  new Option('--empty <rule>', 'what a metric is that is 0/0, because a mask is empty')
    .choices(['perfect', 'nan', 'throw'])
    .default('perfect')

/** The thinning variant of metrics and reward. */
export const thinningOption = (): Option =>
  new Option('--thinning <method>', 'how masks are thinned to skeletons')
    .choices(THINNING_METHODS)
    .default(undefined, 'skimage, or guo-hall for the robust reward')

/** The connectivity of metrics and reward. */
export function connectivityOption(): Option {
  const option = new Option(
    '--connectivity <n>',
    'which neighbours connect the parts of a skeleton',
  ).choices(['4', '8'])
  const { parseArg: chosen } = option
  return option.argParser((text) => Number(chosen?.(text, text))).default(8)
}

/** What names are compared by; checked here, as a mistake in it is one of usage. */
export const matchOption = (): Option =>
  new Option('--match <pattern>', 'what names are compared by: a regular expression').argParser(
    (text) => {
      try {
        new RegExp(text)
      } catch (error) {
        throw new InvalidArgumentError(`${(error as Error).message}.`)
      }
      return text
    },
  )
