import { FLAG, list, NUMBER, named, object, orNull, type Schema, STRING } from './parts.ts'

const MASK = named('Mask')
/** A prediction may be anything: what is not a mask is answered as `on_unparsable` says. */
const PREDICTION: Schema = { description: 'A mask; see on_unparsable for what is not one.' }

const COMMON = {
  id: named('Id'),
  truth: MASK,
  within: orNull(MASK),
  reward: orNull(named('Reward')),
}

const HOW = {
  metrics: orNull(named('Metrics')),
  settings: orNull(named('Settings')),
  on_unparsable: orNull({ type: 'string', enum: ['error', 'worst'] }),
}

const { id, reward } = COMMON
const PAIR = object({ prediction: PREDICTION, truth: MASK, within: orNull(MASK) }, [
  'prediction',
  'truth',
])

/** What `/v1/…` take. */
export const OWN_REQUESTS: Readonly<Record<string, Schema>> = {
  ScoreRequest: {
    oneOf: [
      object({ ...COMMON, ...HOW, prediction: PREDICTION }, ['truth', 'prediction'], {
        title: 'One prediction',
      }),
      object({ ...COMMON, ...HOW, predictions: list(PREDICTION) }, ['truth', 'predictions'], {
        title: 'A group against one truth',
      }),
      object({ id, reward, ...HOW, pairs: list(PAIR) }, ['pairs'], { title: 'Pairs' }),
    ],
  },
  ExplainRequest: {
    oneOf: [
      object({ ...COMMON, prediction: MASK }, ['truth', 'prediction']),
      object({ ...COMMON, predictions: list(MASK) }, ['truth', 'predictions']),
    ],
  },
  AdvantagesRequest: object(
    {
      ...COMMON,
      samples: { type: 'array', items: MASK, minItems: 2 },
      tile: { description: 'The side of a tile in pixels, or [width, height].' },
      precisionHinge: orNull(NUMBER),
    },
    ['truth', 'samples', 'tile'],
  ),
}

const oneOrMany = (one: string, many: string, schema: Schema) => ({
  [one]: schema,
  [many]: list(schema),
})

/** What `/v1/…` answer. */
export const OWN_ANSWERS: Readonly<Record<string, Schema>> = {
  ScoreAnswer: object(
    {
      id,
      ...oneOrMany('reward', 'rewards', NUMBER),
      terms: { anyOf: [named('Named'), list(named('Named'))] },
      metrics: { anyOf: [named('Named'), list(named('Named'))] },
      rules: { anyOf: [{ type: 'object' }, list({ type: 'object' })] },
      valid: { anyOf: [FLAG, list(FLAG)] },
      ...oneOrMany('problem', 'problems', orNull(STRING)),
    },
    ['id', 'terms', 'valid'],
  ),
  ExplainAnswer: object({ id, ...oneOrMany('explanation', 'explanations', { type: 'object' }) }, [
    'id',
  ]),
  AdvantagesAnswer: object(
    {
      id,
      rows: { type: 'integer' },
      columns: { type: 'integer' },
      rewards: list(NUMBER),
      overlap: list(NUMBER),
      skeleton: list(NUMBER),
    },
    ['id', 'rows', 'columns', 'rewards', 'overlap', 'skeleton'],
  ),
}
