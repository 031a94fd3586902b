import { describe, oneOf } from '../../mask/validate.ts'
import { about, RequestError } from '../request-error.ts'
import { labelOf, scoreCompletion } from './score-completion.ts'
import { fieldsOf, type WireContext } from './wire-context.ts'

/**
 * slime's remote reward: one sample, `{ prompt, response, label }`. The answer is an object, of which
 * its `--reward-key` takes one number; or with `?answer=number` the reward alone.
 */
export function answerSlime(value: unknown, context: WireContext): object | number {
  const reward = context.reward('answer')
  const answer = about('answer', 'bad-request', () =>
    oneOf(context.work.query.answer ?? 'object', ['object', 'number'], 'answer'),
  )
  const { response, label } = fieldsOf(value, 'a request of slime', ['prompt', 'response', 'label'])
  if (typeof response !== 'string') {
    const message = `expected response to be a string, got ${describe(response)}`
    throw new RequestError('bad-request', message, 'response')
  }
  const score = scoreCompletion(
    { text: response },
    labelOf(label, 'label'),
    'label',
    reward,
    context,
  )
  return answer === 'number' ? score.reward : score
}
