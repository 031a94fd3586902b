import { kindOf, ownValue } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { RequestError } from '../request-error.ts'
import { fieldsOf } from './wire-context.ts'

/**
 * What a model wrote, by the answer of OpenAI's Responses API: the texts of its messages. Rollouts of
 * several turns have what users and tools said among them, which is not the model's.
 *
 * @throws RequestError if it has another form: a text that is not found would look like no mask
 */
export function outputText(response: unknown): string {
  const { output } = fieldsOf(response, 'response')
  const texts: string[] = []
  for (const [item, name] of objectsIn(output, 'response.output')) {
    if ((ownValue(item, 'type') ?? 'message') !== 'message') continue
    if ((ownValue(item, 'role') ?? 'assistant') !== 'assistant') continue
    const content = ownValue(item, 'content')
    if (typeof content === 'string') {
      texts.push(content)
      continue
    }
    for (const [part, partName] of objectsIn(content, `${name}.content`)) {
      const text = ownValue(part, 'text')
      if (typeof text === 'string') texts.push(text)
      else if (ownValue(part, 'type') === 'output_text') {
        throw wrong(`${partName}.text`, 'a string', text)
      }
    }
  }
  return texts.join('\n')
}

/** The objects of an array, each with its name. */
function objectsIn(value: unknown, name: string): readonly (readonly [object, string])[] {
  if (!Array.isArray(value)) throw wrong(name, 'an array', value)
  return value.map((item, i) => {
    if (kindOf(item) === 'an object') return [item, `${name}[${i}]`] as const
    throw wrong(`${name}[${i}]`, 'an object', item)
  })
}

function wrong(name: string, expected: string, got: unknown): RequestError {
  const message = `expected ${name} to be ${expected}, got ${describe(got)}`
  return new RequestError('bad-request', message, name)
}
