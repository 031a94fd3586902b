import { InvalidArgumentError } from 'commander'
import { unknownName } from '../mask/options.ts'
import { METRIC_NAMES, type MetricName } from '../metrics/metric-directions.ts'

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
