import { expect, test } from 'vitest'
import { GOOD, start, TRUTH } from '../http/running-server.ts'

const TEXT = JSON.stringify(TRUTH)
const message = (content: unknown, role = 'assistant') => ({ type: 'message', role, content })
const rollout = (output: unknown, more: object = { truth: TRUTH }) => ({
  responses_create_params: {},
  response: { output },
  ...more,
})

test('only what the model wrote is scored', async () => {
  const { post } = await start()
  const score = async (...output: object[]) => (await post('/verify', rollout(output))).body
  expect(await score(message(TEXT))).toMatchObject({ reward: 6, parsed: 1 })
  expect(await score({ role: 'assistant', content: TEXT })).toMatchObject({ reward: 6 })
  const others = [message(TEXT, 'user'), { type: 'function_call_output', output: TEXT }]
  expect(await score(message('No vessels.'), ...others)).toMatchObject({ reward: -4.9, parsed: 0 })
  const refusal = { type: 'refusal', refusal: 'I cannot.' }
  expect(await score(message([refusal]))).toMatchObject({ reward: -4.9, parsed: 0 })
})

test.each([
  [[TEXT], 'response.output[0]'],
  [[message('a'), null], 'response.output[1]'],
  [[message(5)], 'response.output[0].content'],
  [[{ type: 'message' }], 'response.output[0].content'],
  [[message([TEXT])], 'response.output[0].content[0]'],
  [[message([{ type: 'output_text', txt: TEXT }])], 'response.output[0].content[0].text'],
  [TEXT, 'response.output'],
])('%j is not scored as if the model had written nothing', async (output, argument) => {
  const { post } = await start()
  const { status, body } = await post('/verify', rollout(output))
  expect([status, body.error]).toEqual([
    400,
    { code: 'bad-request', message: expect.stringMatching(/^expected response/), argument },
  ])
})

test('truth and field of view are looked for in one place', async () => {
  const { post } = await start()
  const verify = (more: object) => post('/verify', rollout([message(JSON.stringify(GOOD))], more))
  const within = { size: [4, 4], counts: [5, 1, 10] }
  // In it the prediction is the truth.
  for (const data of [
    { truth: TRUTH, within },
    { truth: null, verifier_metadata: { truth: TRUTH, within } },
  ]) {
    expect((await verify(data)).body).toMatchObject({ reward: 6, valid: 1 })
  }
  for (const [data, argument] of [
    [{ truth: TRUTH, verifier_metadata: { within } }, 'verifier_metadata.within'],
    [{ within, verifier_metadata: { truth: TRUTH } }, 'within'],
  ] as const) {
    const { status, body } = await verify(data)
    expect([status, body.error.argument]).toEqual([400, argument])
  }
})
