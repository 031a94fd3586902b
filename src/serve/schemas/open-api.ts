import { version } from '../../../package.json'
import type { WireRoute } from '../wires/wire-work.ts'
import { OWN_ANSWERS, OWN_REQUESTS } from './own-schemas.ts'
import { named, object, type Schema, SHARED_SCHEMAS, STRING } from './parts.ts'
import { ENVIRONMENT, WIRE_ANSWERS, WIRE_REQUESTS } from './wire-schemas.ts'

/** A path that takes a body. */
export interface WirePath {
  readonly summary: string
  readonly request: string
  readonly answer: string
  /** Parameters of the address. */
  readonly query?: Readonly<Record<string, readonly string[]>>
}

const REWARD = { reward: ['design', 'robust'] }

/** Every path that takes a body, and the names of its schemas. */
export const WIRE_PATHS: Readonly<Record<Exclude<WireRoute, 'socket'>, WirePath>> = {
  'v1/score': {
    summary: 'Rewards of one prediction, of a group against one truth, or of pairs.',
    request: 'ScoreRequest',
    answer: 'ScoreAnswer',
  },
  'v1/explain': {
    summary: 'The same with every part of every term.',
    request: 'ExplainRequest',
    answer: 'ExplainAnswer',
  },
  'v1/advantages': {
    summary: 'Tile credit: what each tile of each sample of one image has earned.',
    request: 'AdvantagesRequest',
    answer: 'AdvantagesAnswer',
  },
  openrlhf: {
    summary: "OpenRLHF's remote reward.",
    request: 'OpenRlhfRequest',
    answer: 'OpenRlhfAnswer',
    query: REWARD,
  },
  slime: {
    summary: "slime's remote reward.",
    request: 'SlimeRequest',
    answer: 'SlimeAnswer',
    query: { ...REWARD, answer: ['object', 'number'] },
  },
  verify: {
    summary: 'NeMo Gym: what was sent, followed by the reward.',
    request: 'VerifyRequest',
    answer: 'VerifyAnswer',
    query: REWARD,
  },
  seed_session: {
    summary: 'NeMo Gym: nothing is kept for a session.',
    request: 'SessionRequest',
    answer: 'SessionAnswer',
  },
  close_session: {
    summary: 'NeMo Gym: nothing is kept for a session.',
    request: 'SessionRequest',
    answer: 'SessionAnswer',
  },
  aggregate_metrics: {
    summary: 'NeMo Gym: means and spreads of what /verify has answered.',
    request: 'AggregateRequest',
    answer: 'AggregateAnswer',
  },
  reset: {
    summary: 'OpenEnv: begins an episode, of which nothing is kept; /ws keeps it.',
    request: 'ResetRequest',
    answer: 'StepAnswer',
    query: REWARD,
  },
  step: {
    summary: 'OpenEnv: the reward of one answer.',
    request: 'StepRequest',
    answer: 'StepAnswer',
    query: REWARD,
  },
}

const ANY: Schema = { type: 'object' }

/** Every path that is only read: what it tells, and the schema or type of it. */
export const READ_PATHS: Readonly<
  Record<string, { summary: string; answer: Schema; type?: string }>
> = {
  'v1/hello': { summary: 'Version, limits, range and terms of the reward.', answer: ANY },
  healthz: { summary: 'Whether the server lives.', answer: object({ status: STRING }) },
  readyz: {
    summary: 'Whether it takes requests; 503 while it starts or shuts down.',
    answer: object({ status: STRING }),
  },
  metrics: { summary: 'For Prometheus.', answer: STRING, type: 'text/plain' },
  'openapi.json': { summary: 'This description.', answer: ANY },
  docs: { summary: 'This description as a page.', answer: STRING, type: 'text/html' },
  reverify_mode: { summary: 'NeMo Gym: a completion can be verified again.', answer: STRING },
  health: { summary: 'OpenEnv: whether the server lives.', answer: object({ status: STRING }) },
  metadata: { summary: 'OpenEnv: name and version.', answer: ANY },
  schema: { summary: 'OpenEnv: schemas of action, observation and state.', answer: ANY },
  state: { summary: 'OpenEnv: over HTTP there is none; /ws has it.', answer: ENVIRONMENT.state },
}

const content = (schema: Schema, type = 'application/json') => ({ [type]: { schema } })

const ERRORS = Object.fromEntries(
  Object.entries({
    400: 'The request is not as it should be.',
    401: 'The token is missing or wrong.',
    413: 'A limit is exceeded.',
    422: 'A field is not the mask that it should be, or its value is undefined.',
    429: 'Too much is in work: try again after Retry-After seconds.',
    503: 'The server shuts down, or the thread that worked on it ended.',
  }).map(([status, description]) => [status, { description, content: content(named('Error')) }]),
)

/** The description of all paths, as OpenAPI 3.1 has it. */
export function openApi(): Schema {
  const written = Object.entries(WIRE_PATHS).map(([path, { summary, request, answer, query }]) => [
    `/${path}`,
    {
      post: {
        summary,
        parameters: Object.entries(query ?? {}).map(([name, values]) => ({
          name,
          in: 'query',
          schema: { type: 'string', enum: values },
        })),
        requestBody: { required: true, content: content(named(request)) },
        responses: {
          200: { description: 'The answer.', content: content(named(answer)) },
          ...ERRORS,
        },
      },
    },
  ])
  const read = Object.entries(READ_PATHS).map(([path, { summary, answer, type }]) => [
    `/${path}`,
    {
      get: {
        summary,
        responses: { 200: { description: 'The answer.', content: content(answer, type) } },
      },
    },
  ])
  return {
    openapi: '3.1.0',
    info: {
      title: 'vessel-reward',
      version,
      description: 'Rewards for segmentation masks of blood vessels. docs/serving.md says more.',
    },
    paths: Object.fromEntries([...written, ...read]),
    components: {
      schemas: {
        ...SHARED_SCHEMAS,
        ...OWN_REQUESTS,
        ...OWN_ANSWERS,
        ...WIRE_REQUESTS,
        ...WIRE_ANSWERS,
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{ token: [] }, {}],
  }
}
