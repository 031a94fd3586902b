import { version } from '../../../package.json'
import { helloAnswer } from '../hello.ts'
import { openApi } from '../schemas/open-api.ts'
import { ENVIRONMENT } from '../schemas/wire-schemas.ts'
import { docsPage, PAGE_POLICY } from './docs-page.ts'
import type { ServerParts } from './server-parts.ts'

/** Adds what can be read: probes, descriptions, and what frameworks ask before they begin. */
export function addPages({ app, options, threads, metrics, isReady }: ServerParts): void {
  const hello = helloAnswer(null, options, options.jobs)
  const description = openApi()
  const page = docsPage()
  app.get('/v1/hello', async () => hello)
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_, reply) => {
    if (!isReady()) return reply.code(503).send({ status: 'shutting down' })
    if (threads.threads.started === 0) return reply.code(503).send({ status: 'starting' })
    return { status: 'ok' }
  })
  app.get('/metrics', async (_, reply) => {
    return reply.type(metrics.contentType).send(await metrics.text())
  })
  app.get('/openapi.json', async () => description)
  app.get('/docs', async (_, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      .header('x-content-type-options', 'nosniff')
      .send(page),
  )
  app.get('/reverify_mode', async (_, reply) =>
    reply.type('application/json; charset=utf-8').send('"stateless"'),
  )
  app.get('/health', async () => ({ status: 'healthy' }))
  app.get('/metadata', async () => ({
    name: 'vessel-reward',
    description: 'Rewards for segmentation masks of blood vessels.',
    readme_content: null,
    version,
    author: null,
    documentation_url: null,
  }))
  app.get('/schema', async () => ENVIRONMENT)
  app.get('/state', async () => ({ episode_id: null, step_count: 0 }))
}
