import { readFileSync } from 'node:fs'
import Ajv2020 from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { openApi } from '../../../src/serve/schemas/open-api.ts'
import { start } from '../http/running-server.ts'

interface Recorded {
  readonly title: string
  readonly path: string
  readonly request?: object
  readonly status: number
  readonly answer: unknown
}

const recordedIn = (name: string): Recorded[] =>
  JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'))

/** Numbers that a framework would stumble over are told, wherever they are. */
function checkFinite(value: unknown): void {
  if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(checkFinite)
}

const description = openApi() as { paths: Record<string, object>; components: object }
const ajv = new Ajv2020({ strict: false })
ajv.addSchema({ $id: 'api', ...description })

/** Whether a value is what the description says of a path. */
function matches(path: string, part: string, value: unknown): boolean {
  const pointer = `#/paths/${path.replaceAll('/', '~1')}/${part}`
  return ajv.validate({ $ref: `api${pointer}` }, value) as boolean
}
const REQUEST = 'post/requestBody/content/application~1json/schema'
const answerPart = (method: string, status: number) =>
  `${method}/responses/${status}/content/application~1json/schema`

describe.each(['openrlhf', 'slime', 'nemo-gym', 'open-env'])('%s', (name) => {
  const recorded = recordedIn(name)

  test('gets what was recorded', async () => {
    const { post, get } = await start()
    for (const { title, path, request, status, answer } of recorded) {
      const got = request === undefined ? await get(path) : await post(path, request)
      expect({ title, status: got.status, answer: got.body }).toEqual({ title, status, answer })
      expect(got.headers.get('content-type')).toMatch(/^application\/json/)
      checkFinite(got.body)
    }
  })

  test('requests and answers are as the description says', () => {
    for (const { title, path, request, status, answer } of recorded) {
      const [plain] = path.split('?')
      const method = request === undefined ? 'get' : 'post'
      const isRight = matches(plain, answerPart(method, status), answer)
      expect({ title, isRight, errors: ajv.errors }).toEqual({ title, isRight: true, errors: null })
      // What it calls wrong is refused; more is, too, such as runs that do not add up.
      if (request !== undefined && !matches(plain, REQUEST, request)) {
        expect({ title, status }).toEqual({ title, status: expect.toSatisfy((n) => n >= 400) })
      }
      if (status === 200 && request !== undefined)
        expect(matches(plain, REQUEST, request)).toBe(true)
    }
  })
})

test('numbers of a rollout keep their digits', async () => {
  const { url } = await start()
  const digits = '12345678901234567890.5'
  const response = await fetch(`${url}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"n":${digits},"responses_create_params":{},"response":{"output":[]},"truth":{"size":[1,1],"counts":[0,1]}} \n`,
  })
  expect(await response.text()).toMatch(new RegExp(`^\\{"n":${digits},.*"reward":-4.9,.*\\}$`))
})
