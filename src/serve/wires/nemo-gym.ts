import { kindOf, ownValue } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { RequestError } from '../request-error.ts'
import { outputText } from './output-text.ts'
import { labelIn, scoreCompletion } from './score-completion.ts'
import { checkQuery, fieldsOf, type WireContext } from './wire-context.ts'

/**
 * `/verify` of a resources server of NeMo Gym: what was sent, followed by the reward. The numbers
 * stand beside `reward_components` once more, since its metrics do not look into objects.
 *
 * @param text - the request as it came: echoed as a text, numbers keep all their digits
 */
export function verifyText(value: unknown, text: string, context: WireContext): string {
  const reward = context.reward()
  const fields = fieldsOf(value, 'a request of NeMo Gym')
  fieldsOf(fields.responses_create_params, 'responses_create_params')
  const { data, name } = truthIn(fields)
  const truth = labelIn(data, name, name.slice(0, -'truth'.length))
  const completion = { text: outputText(fields.response) }
  const score = scoreCompletion(completion, truth, name, reward, context)
  const components = Object.entries(score.terms)
  const more = JSON.stringify({
    reward: score.reward,
    reward_components: score.terms,
    ...Object.fromEntries(components.map(([term, number]) => [`reward_${term}`, number])),
    score: score.score,
    parsed: score.parsed,
    valid: score.valid,
  })
  return `${text.slice(0, text.lastIndexOf('}'))},${more.slice(1)}`
}

/** Where a rollout has its truth, and what that is called. A field that is null counts as none. */
function truthIn(fields: Readonly<Record<string, unknown>>): { data: unknown; name: string } {
  const has = (of: unknown, name: string) => (ownValue(of, name) ?? undefined) !== undefined
  const { verifier_metadata: metadata } = fields
  const [data, other] = has(fields, 'truth') ? [fields, metadata] : [metadata, fields]
  if (!has(data, 'truth')) {
    const message = 'expected a truth, in the request or in its verifier_metadata, got none'
    throw new RequestError('bad-request', message, 'truth')
  }
  if (has(other, 'within') && !has(data, 'within')) {
    const [at, where] = other === fields ? ['within', 'in'] : ['verifier_metadata.within', 'not in']
    const message = `expected within beside the truth, which is ${where} verifier_metadata`
    throw new RequestError('bad-request', message, at)
  }
  return { data, name: data === fields ? 'truth' : 'verifier_metadata.truth' }
}

/** `/seed_session` and `/close_session`: nothing is kept, and the session is called as it was. */
export function answerSession(value: unknown, context: WireContext): object {
  checkQuery(context.work.query, [])
  const { resources_session_id } = fieldsOf(value, 'a request of NeMo Gym')
  return typeof resources_session_id === 'string' ? { resources_session_id } : {}
}

/** Fields that tell rollouts apart, and are not measured. */
const INDICES = ['_ng_task_index', '_ng_rollout_index']

/**
 * `/aggregate_metrics`: mean, greatest, least, median and standard deviation of the numbers that
 * `/verify` has answered, of all and of each task.
 */
export function answerAggregate(value: unknown, context: WireContext): object {
  checkQuery(context.work.query, [])
  const { verify_responses: responses } = fieldsOf(value, 'a request of NeMo Gym')
  if (!Array.isArray(responses)) {
    const message = `expected verify_responses to be an array, got ${describe(responses)}`
    throw new RequestError('bad-request', message, 'verify_responses')
  }
  const wrong = responses.findIndex((one) => kindOf(one) !== 'an object')
  if (wrong >= 0) {
    const name = `verify_responses[${wrong}]`
    const message = `expected ${name} to be an object, got ${describe(responses[wrong])}`
    throw new RequestError('bad-request', message, name)
  }
  const tasks = new Map<unknown, object[]>()
  for (const one of responses) {
    const task = ownValue(one, '_ng_task_index')
    const rollouts = tasks.get(task)
    if (rollouts === undefined) tasks.set(task, [one])
    else rollouts.push(one)
  }
  const all = statistics(responses)
  return {
    group_level_metrics: [...tasks].map(([task, rollouts]) => ({
      ...(task === undefined ? {} : { _ng_task_index: task }),
      ...statistics(rollouts),
    })),
    agent_metrics: all,
    key_metrics: Object.fromEntries(
      Object.entries(all).filter(([name]) => name.startsWith('mean/')),
    ),
  }
}

function statistics(rollouts: readonly object[]): Record<string, number> {
  const columns = new Map<string, number[]>()
  for (const rollout of rollouts) {
    for (const [name, value] of Object.entries(rollout)) {
      const number = typeof value === 'boolean' ? Number(value) : value
      if (typeof number !== 'number' || !Number.isFinite(number) || INDICES.includes(name)) continue
      const column = columns.get(name)
      if (column === undefined) columns.set(name, [number])
      else column.push(number)
    }
  }
  const found: Record<string, number> = {}
  for (const [name, column] of columns) {
    const sorted = column.toSorted((a, b) => a - b)
    const n = sorted.length
    const mean = column.reduce((sum, number) => sum + number, 0) / n
    const squares = column.reduce((sum, number) => sum + (number - mean) ** 2, 0)
    found[`mean/${name}`] = mean
    found[`max/${name}`] = sorted[n - 1]
    found[`min/${name}`] = sorted[0]
    found[`median/${name}`] = (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2
    // Of a single number there is none, which is told as 0.
    found[`std/${name}`] = n > 1 ? Math.sqrt(squares / (n - 1)) : 0
  }
  return found
}
