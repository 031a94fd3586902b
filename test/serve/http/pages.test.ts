import { expect, test } from 'vitest'
import { version } from '../../../package.json'
import { openApi } from '../../../src/serve/schemas/open-api.ts'
import { GOOD, start, TRUTH } from './running-server.ts'

test('every path that is described is there, and no other', async () => {
  const { post, get } = await start()
  const { paths } = openApi() as { paths: Record<string, object> }
  for (const [path, methods] of Object.entries(paths)) {
    const [method] = Object.keys(methods)
    const { status } = method === 'post' ? await post(path, '') : await get(path)
    expect([path, status]).toEqual([path, method === 'post' ? 400 : expect.toBeOneOf([200, 503])])
  }
  expect((await get('/openapi.json')).body).toEqual(JSON.parse(JSON.stringify(openApi())))
})

test('the page loads nothing from elsewhere and runs nothing', async () => {
  const { get } = await start()
  const { headers, body } = await get('/docs')
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  expect(body).not.toMatch(/<script|<link|<img|https?:\/\//)
  for (const path of ['/v1/advantages', '/openrlhf', '/metrics']) expect(body).toContain(path)
})

test('balancers may probe by HEAD, which is answered without a body', async () => {
  const { url } = await start()
  for (const path of ['/healthz', '/health']) {
    const [seen, probed] = await Promise.all(
      ['GET', 'HEAD'].map((method) => fetch(`${url}${path}`, { method })),
    )
    expect([path, probed.status]).toEqual([path, seen.status])
    expect(await probed.text()).toBe('')
  }
  expect((await fetch(`${url}/v1/score`, { method: 'HEAD' })).status).toBe(404)
})

test('what OpenEnv asks before it begins', async () => {
  const { get } = await start()
  expect((await get('/metadata')).body).toMatchObject({ name: 'vessel-reward', version })
  const { body } = await get('/schema')
  expect(Object.keys(body)).toEqual(['action', 'observation', 'state'])
})

test('what Prometheus is told', async () => {
  const { post, get } = await start({ jobs: 2 })
  await post('/v1/score', { truth: TRUTH, predictions: [GOOD, GOOD, GOOD] })
  await post('/v1/score', {})
  const { headers, body } = await get('/metrics')
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const value = (name: string) =>
    Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(body)?.[1])
  expect(value('vessel_reward_requests_total{route="/v1/score",status="200"}')).toBe(1)
  expect(value('vessel_reward_requests_total{route="/v1/score",status="400"}')).toBe(1)
  expect(value('vessel_reward_request_seconds_count{route="/v1/score"}')).toBe(2)
  expect(value('vessel_reward_masks_total')).toBe(3)
  expect(value('vessel_reward_busy_seconds_total')).toBeGreaterThan(0)
  expect(value('vessel_reward_in_flight')).toBe(0)
  expect(value('vessel_reward_queue_depth')).toBe(0)
  expect(value('vessel_reward_threads')).toBeGreaterThan(0)
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(0)
})
