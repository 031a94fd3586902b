import {
  FLAG,
  list,
  NUMBER,
  named,
  object,
  openObject,
  orNull,
  type Schema,
  STRING,
} from './parts.ts'

const MASK = named('Mask')
/** A value, or the same as JSON in a string. */
const orText = (schema: Schema): Schema => ({ anyOf: [schema, STRING] })

const LABEL: Schema = {
  description: 'The truth: a mask, or { truth, within }; as an object or as JSON in a string.',
  ...orText({
    anyOf: [MASK, object({ truth: orText(MASK), within: orNull(orText(MASK)) }, ['truth'])],
  }),
}

const NUMBERS: Schema = { type: 'object', additionalProperties: NUMBER }

const SCORED = {
  score: { ...NUMBER, description: 'The reward from 0, the lowest, to 1, the highest.' },
  terms: NUMBERS,
  parsed: { ...FLAG, description: '1 if the completion holds a mask.' },
  valid: {
    ...FLAG,
    description: "1 if that mask has the truth's size; else the reward is the lowest.",
  },
  problem: orNull(STRING),
}
const ALL_SCORED = Object.keys(SCORED)

const ACTION = object({
  completion: { ...STRING, description: 'What a model wrote.' },
  mask: { description: 'Or the mask itself.' },
  truth: orNull(orText(MASK)),
  within: orNull(orText(MASK)),
  metadata: {},
})

/** The parts of OpenEnv's environment, which `/schema` hands out, too. */
export const ENVIRONMENT: Readonly<Record<'action' | 'observation' | 'state', Schema>> = {
  action: ACTION,
  observation: object({
    size: orNull(list({ type: 'integer' })),
    ...SCORED,
  }),
  state: object({ episode_id: orNull(STRING), step_count: { type: 'integer', minimum: 0 } }),
}

const STEP_ANSWER = object(
  { observation: ENVIRONMENT.observation, reward: orNull(NUMBER), done: { type: 'boolean' } },
  ['observation', 'reward', 'done'],
)

/** What frameworks post. */
export const WIRE_REQUESTS: Readonly<Record<string, Schema>> = {
  OpenRlhfRequest: object({ query: list(STRING), prompts: list(STRING), labels: list(LABEL) }, [
    'query',
    'prompts',
    'labels',
  ]),
  SlimeRequest: object({ prompt: {}, response: STRING, label: LABEL }, ['response', 'label']),
  VerifyRequest: openObject(
    {
      responses_create_params: { type: 'object' },
      response: openObject({ output: list({}) }, ['output']),
      truth: orNull(orText(MASK)),
      within: orNull(orText(MASK)),
      verifier_metadata: openObject({ truth: orNull(orText(MASK)), within: orNull(orText(MASK)) }),
    },
    ['responses_create_params', 'response'],
  ),
  SessionRequest: openObject({ resources_session_id: STRING }),
  AggregateRequest: openObject({ verify_responses: list({ type: 'object' }) }, [
    'verify_responses',
  ]),
  ResetRequest: openObject({
    seed: {},
    episode_id: {},
    truth: orNull(LABEL),
    within: orNull(orText(MASK)),
  }),
  StepRequest: object({ action: ACTION, timeout_s: {}, request_id: {} }, ['action']),
}

/** What they get. */
export const WIRE_ANSWERS: Readonly<Record<string, Schema>> = {
  OpenRlhfAnswer: object(
    {
      rewards: list(NUMBER),
      scores: list(NUMBER),
      extra_logs: { type: 'object', additionalProperties: list(NUMBER) },
    },
    ['rewards', 'scores', 'extra_logs'],
  ),
  SlimeAnswer: {
    anyOf: [object({ reward: NUMBER, ...SCORED }, ['reward', ...ALL_SCORED]), NUMBER],
  },
  VerifyAnswer: openObject(
    {
      reward: NUMBER,
      reward_components: NUMBERS,
      score: SCORED.score,
      parsed: SCORED.parsed,
      valid: SCORED.valid,
    },
    ['reward', 'reward_components', 'score', 'parsed', 'valid'],
  ),
  SessionAnswer: object({ resources_session_id: STRING }),
  AggregateAnswer: object(
    { group_level_metrics: list({ type: 'object' }), agent_metrics: NUMBERS, key_metrics: NUMBERS },
    ['group_level_metrics', 'agent_metrics', 'key_metrics'],
  ),
  StepAnswer: STEP_ANSWER,
}
