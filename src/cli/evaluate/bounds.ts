import { InvalidArgumentError } from 'commander'
import type { MetricBound } from '../../node/folders/results.ts'
import { metricNames } from '../metric-options.ts'

/** Reads bounds such as `dice=0.8,clDice=0.75`. */
export function bounds(text: string): readonly MetricBound[] {
  return text.split(',').map((part) => {
    const [, name, number = ''] = /^\s*(\w+)\s*=(.*)$/.exec(part) ?? []
    const bound = Number(number)
    if (name === undefined || number.trim() === '' || !Number.isFinite(bound)) {
      throw new InvalidArgumentError('Expected names with numbers, such as dice=0.8,clDice=0.75.')
    }
    if (name !== 'reward') metricNames(name)
    return { name, bound }
  })
}
