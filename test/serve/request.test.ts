import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/serve/limits.ts'
import { readRequest } from '../../src/serve/request.ts'
import { RequestError } from '../../src/serve/request-error.ts'
import { TruthStore } from '../../src/serve/truth-store.ts'

const mask = { size: [1, 1], counts: [1] }
const defaults = {
  limits: { ...DEFAULT_LIMITS, group: 3 },
  reward: { preset: 'design', connectivity: 8 },
  metrics: undefined,
  settings: { empty: 'perfect' },
}
const read = (value: unknown, truths = new TruthStore(1e4)) => readRequest(value, defaults, truths)

test('says what is asked for, with the defaults', () => {
  expect(read({ truth: mask, prediction: 5 })).toEqual({
    op: 'score',
    id: null,
    truth: mask,
    masks: [5],
    isSingle: true,
    within: undefined,
    reward: { preset: 'design', connectivity: 8 },
    metrics: undefined,
    settings: { empty: 'perfect' },
    onUnparsable: 'error',
  })
  expect(
    read({
      op: 'score',
      id: 'x',
      truth: mask,
      predictions: [mask, null],
      within: mask,
      reward: 'robust',
      metrics: ['dice'],
      settings: { radius: 3 },
      on_unparsable: 'worst',
    }),
  ).toMatchObject({
    id: 'x',
    masks: [mask, null],
    isSingle: false,
    within: mask,
    reward: { preset: 'robust', connectivity: 8 },
    metrics: ['dice'],
    settings: { empty: 'perfect', radius: 3 },
    onUnparsable: 'worst',
  })
  expect(read({ op: 'hello', id: 0 })).toEqual({ op: 'hello', id: 0 })
  expect(read({ op: 'advantages', truth: mask, samples: [mask], tile: 4 })).toMatchObject({
    op: 'advantages',
    masks: [mask],
    tile: 4,
    precisionHinge: undefined,
  })
})

test('null counts as nothing, but not as a prediction', () => {
  const request = { truth: mask, prediction: null, key: null, within: null, reward: null }
  expect(
    read({ ...request, metrics: null, settings: null, on_unparsable: null, id: null }),
  ).toEqual(read({ truth: mask, prediction: null }))
  expect(read({ truth: mask, prediction: null })).toMatchObject({ masks: [null], isSingle: true })
})

test('truths are kept by their keys', () => {
  const truths = new TruthStore(1e4)
  read({ truth: mask, key: 'a', prediction: 1 }, truths)
  const later = { truth: { ref: 'a' }, predictions: [] }
  expect(read(later, truths)).toMatchObject({ truth: mask })
  const other = { size: [1, 2], counts: [2] }
  read({ truth: other, key: 'a', prediction: 1 }, truths)
  expect(read(later, truths)).toMatchObject({ truth: other })
})

test('of a request that is refused no truth is kept', () => {
  const truths = new TruthStore(1e4)
  expect(() =>
    read({ truth: mask, key: 'a', prediction: 1, on_unparsable: 'no' }, truths),
  ).toThrow()
  expect(() => read({ truth: { ref: 'a' }, prediction: 1 }, truths)).toThrow(
    /no truth is kept as 'a'/,
  )
})

test('truths that were not used for long are put out', () => {
  const truths = new TruthStore(2000)
  const long = (fill: string) => ({ size: [1, 1], counts: fill.repeat(500) })
  for (const key of ['a', 'b']) read({ truth: long(key), key, prediction: 1 }, truths)
  read({ truth: { ref: 'a' }, prediction: 1 }, truths)
  read({ truth: long('c'), key: 'c', prediction: 1 }, truths)
  expect(read({ truth: { ref: 'a' }, prediction: 1 }, truths)).toMatchObject({ truth: long('a') })
  expect(() => read({ truth: { ref: 'b' }, prediction: 1 }, truths)).toThrow(RequestError)
  const huge = { truth: long('d'.repeat(9)), key: 'd', prediction: 1 }
  expect(() => read(huge, truths)).toThrow(/fits into the memory for truths/)
})

test.each<[unknown, string, string | undefined, RegExp]>([
  [[], 'bad-request', undefined, /expected a request, an object, got an array of length 0/],
  [7, 'bad-request', undefined, /got 7/],
  [{ op: 'scores' }, 'bad-request', 'op', /op to be 'score' or 'explain'/],
  [{ op: 1 }, 'bad-request', 'op', /got 1/],
  [{ op: 'hello', truth: mask }, 'bad-request', 'truth', /unknown field 'truth' of hello/],
  [{ truht: mask }, 'bad-request', 'truht', /did you mean 'truth'/],
  [JSON.parse('{"__proto__": {"truth": 1}}'), 'bad-request', '__proto__', /unknown field/],
  [{ truth: mask, samples: [] }, 'bad-request', 'samples', /unknown field 'samples' of score/],
  [{ op: 'explain', truth: mask, metrics: [] }, 'bad-request', 'metrics', /of explain/],
  [{ op: 'advantages', truth: mask, prediction: 1 }, 'bad-request', 'prediction', /advantages/],
  [{ id: {} }, 'bad-request', 'id', /id to be a string or a number, got an object/],
  [{ id: true }, 'bad-request', 'id', /got true/],
  // It would be answered as 9007199254740992, which may be the id of another request.
  [{ id: 2 ** 53 }, 'bad-request', 'id', /id to be at most 9007199254740991, or a string/],
  [{ prediction: 1 }, 'bad-request', 'truth', /expected a truth, got none/],
  [
    { truth: mask },
    'bad-request',
    'predictions',
    /array of masks, or prediction to be one, got undef/,
  ],
  [{ truth: mask, predictions: mask }, 'bad-request', 'predictions', /got an object/],
  [{ op: 'advantages', truth: mask }, 'bad-request', 'samples', /array of masks, got undefined/],
  [{ truth: mask, prediction: 1, predictions: [] }, 'bad-request', 'predictions', /got both/],
  [{ truth: mask, predictions: [1, 1, 1, 1] }, 'too-large', 'predictions', /at most 3 predictions/],
  [{ truth: mask, prediction: 1, reward: 3 }, 'bad-request', 'reward', /reward to be an object/],
  [
    { truth: mask, prediction: 1, reward: { within: 1 } },
    'bad-request',
    'reward',
    /a field of the/,
  ],
  [{ truth: mask, prediction: 1, reward: { terms: {} } }, 'bad-request', 'reward', /without terms/],
  [
    { truth: mask, prediction: 1, reward: { ignore: 0 } },
    'bad-request',
    'reward',
    /without ignore/,
  ],
  [
    { truth: mask, prediction: 1, settings: { metrics: ['dice'] } },
    'bad-request',
    'settings',
    /without metrics: it is a field/,
  ],
  [
    { truth: mask, prediction: 1, settings: { within: mask } },
    'bad-request',
    'settings',
    /without within/,
  ],
  [
    { truth: mask, prediction: 1, settings: [] },
    'bad-request',
    'settings',
    /settings to be an obj/,
  ],
  [
    { truth: mask, prediction: 1, on_unparsable: 'zero' },
    'bad-request',
    'on_unparsable',
    /'worst'/,
  ],
  [{ truth: mask, prediction: 1, key: 7 }, 'bad-request', 'key', /key to be a string, got 7/],
  [{ truth: mask, prediction: 1, key: '' }, 'bad-request', 'key', /length of key to be an integer/],
  [{ truth: { ref: 'a' }, prediction: 1, key: 'b' }, 'bad-request', 'key', /no key beside a truth/],
  [{ truth: { ref: 'a', x: 1 }, prediction: 1 }, 'bad-request', 'truth', /unknown field 'x'/],
  [{ truth: { ref: 1 }, prediction: 1 }, 'bad-request', 'truth.ref', /truth.ref to be a string/],
  [{ truth: { ref: 'a' }, prediction: 1 }, 'unknown-ref', 'truth.ref', /send it again/],
  [
    { truth: [[[[1]]]], key: 'a', prediction: 1 },
    'bad-mask',
    'truth',
    /more than lists of numbers/,
  ],
])('refuses %j', (value, code, argument, message) => {
  let error: unknown
  try {
    read(value)
  } catch (caught) {
    error = caught
  }
  expect(error).toBeInstanceOf(RequestError)
  expect(error).toMatchObject({ code, argument, message: expect.stringMatching(message) })
})
