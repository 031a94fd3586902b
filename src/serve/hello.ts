import { version } from '../../package.json'
import { MultiObjectiveReward } from '../reward/multi-objective-reward.ts'
import { OPERATIONS, type RequestDefaults } from './request.ts'
import type { RequestId } from './request-error.ts'
import { countingTerms } from './scorer.ts'

/** Changes where an older client would misread an answer. */
const PROTOCOL = 1

/** Says what the program is, what it takes, and which reward it gives unless a request asks for another. */
export function helloAnswer(
  id: RequestId,
  { limits, reward: options, metrics }: RequestDefaults,
  jobs: number,
): object {
  const reward = new MultiObjectiveReward(options)
  const { requestBytes, pixels, group, lists, truthBytes } = limits
  return {
    id,
    name: 'vessel-reward',
    version,
    protocol: PROTOCOL,
    jobs,
    operations: OPERATIONS,
    masks: ['counts', 'bits', 'png', ...(lists ? ['lists'] : [])],
    limits: { requestBytes, pixels, group, truthBytes },
    // JSON has no infinite numbers: an infinite bound is null.
    range: reward.range,
    terms: Object.fromEntries(
      countingTerms(reward).map(({ name, weight, range }) => [name, { weight, range }]),
    ),
    metrics: metrics ?? [],
  }
}
