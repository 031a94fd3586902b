import { version } from '../../../package.json'
import { escapeMarkup } from '../../page/escape-markup.ts'
import { openApi, READ_PATHS, WIRE_PATHS } from '../schemas/open-api.ts'
import type { Schema } from '../schemas/parts.ts'

const STYLE = `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .25rem }
h2 code { font-size: 1rem }
pre { overflow: auto; padding: .75rem; border: 1px solid #8886; border-radius: 6px; font-size: .85rem }
summary { cursor: pointer }
p { margin: .25rem 0 .5rem }`

/** What is sent to a page so that it can load nothing and run nothing. */
export const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

/** The description of all paths as a page that is complete in itself. */
export function docsPage(): string {
  const { components } = openApi() as { components: { schemas: Record<string, Schema> } }
  const schema = (name: string) =>
    escapeMarkup(JSON.stringify(components.schemas[name], undefined, 2))
  const fold = (title: string, name: string) =>
    `<details><summary>${title}: ${name}</summary><pre tabindex="0">${schema(name)}</pre></details>`
  const written = Object.entries(WIRE_PATHS).map(([path, { summary, request, answer, query }]) => {
    const parameters = Object.entries(query ?? {}).map(
      ([name, values]) => `<code>?${name}=${values.join('|')}</code>`,
    )
    const more = parameters.length === 0 ? '' : ` Parameters: ${parameters.join(', ')}.`
    return `<h2><code>POST /${path}</code></h2><p>${escapeMarkup(summary)}${more}</p>${fold('Request', request)}${fold('Answer', answer)}`
  })
  const read = Object.entries(READ_PATHS).map(
    ([path, { summary }]) => `<h2><code>GET /${path}</code></h2><p>${escapeMarkup(summary)}</p>`,
  )
  const shared = ['RunLengths', 'Bits', 'Png', 'Error'].map((name) => fold('Part', name))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>vessel-reward ${version}</title><style>${STYLE}</style></head><body>
<main><h1>vessel-reward ${version}</h1>
<p>Rewards for segmentation masks of blood vessels. A request is a <code>POST</code> of JSON; the same description for
programs is <a href="openapi.json">openapi.json</a>. The socket <code>/ws</code> speaks OpenEnv's messages.</p>
${written.join('\n')}
<h2>Masks and errors</h2>
${shared.join('\n')}
${read.join('\n')}
</main></body></html>
`
}
