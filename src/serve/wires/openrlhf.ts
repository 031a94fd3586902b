import { describe } from '../../mask/validate.ts'
import { RequestError } from '../request-error.ts'
import { countingTerms } from '../scorer.ts'
import { maskObjects } from './completion-mask.ts'
import { type CompletionScore, labelOf, scoreCompletion } from './score-completion.ts'
import { fieldsOf, type WireContext } from './wire-context.ts'

/**
 * OpenRLHF's remote reward: `{ query, prompts, labels }`, arrays of one length, which may be empty.
 * It fails on values in `extra_logs` that are not numbers.
 */
export function answerOpenRlhf(value: unknown, context: WireContext): object {
  const reward = context.reward()
  const fields = ['query', 'prompts', 'labels']
  const { query, prompts, labels } = fieldsOf(value, 'a request of OpenRLHF', fields)
  const queries = strings(query, 'query')
  const asked = strings(prompts, 'prompts')
  if (!Array.isArray(labels)) throw notAnArray(labels, 'labels')
  const lengths = [queries.length, asked.length, labels.length]
  if (lengths.some((length) => length !== lengths[0])) {
    throw new RequestError(
      'bad-request',
      `expected query, prompts and labels to have one length, got ${lengths.join(', ')}`,
    )
  }
  const { group } = context.defaults.limits
  if (queries.length > group) {
    const message = `expected at most ${group} in query, got ${queries.length}`
    throw new RequestError('too-large', message, 'query')
  }
  const scores = queries.map((text, i): CompletionScore => {
    const name = `labels[${i}]`
    const completion = { text: withoutPrompt(text, asked[i]) }
    return scoreCompletion(completion, labelOf(labels[i], name), name, reward, context)
  })
  const logs = Object.fromEntries(
    countingTerms(context.scorer.rewardOf(reward)).map(({ name }) => [
      name,
      scores.map(({ terms }) => terms[name]),
    ]),
  )
  return {
    rewards: scores.map((one) => one.reward),
    scores: scores.map((one) => one.score),
    extra_logs: {
      ...logs,
      parsed: scores.map((one) => one.parsed),
      valid: scores.map((one) => one.valid),
    },
  }
}

/**
 * What was written after the prompt: a mask in the prompt, such as an example, is not an answer.
 * Where a tokenizer has changed the prompt, so that it is not found, so many masks are skipped as it
 * has.
 */
function withoutPrompt(query: string, prompt: string): string {
  const at = query.indexOf(prompt)
  if (at >= 0) return query.slice(at + prompt.length)
  const inPrompt = Array.from(maskObjects(prompt)).length
  if (inPrompt === 0 || inPrompt < Array.from(maskObjects(query)).length) return query
  return query.slice(query.lastIndexOf('}') + 1)
}

function strings(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value)) throw notAnArray(value, name)
  const wrong = value.findIndex((text) => typeof text !== 'string')
  if (wrong < 0) return value
  const message = `expected ${name}[${wrong}] to be a string, got ${describe(value[wrong])}`
  throw new RequestError('bad-request', message, `${name}[${wrong}]`)
}

function notAnArray(value: unknown, name: string): RequestError {
  const message = `expected ${name} to be an array, got ${describe(value)}`
  return new RequestError('bad-request', message, name)
}
