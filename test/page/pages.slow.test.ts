import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { auditPage } from 'vessel-reward/audit'
import { writeReport } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MADE_UP } from '../audit/made-up-report.ts'
import { type MadeUpResults, madeUpResults } from '../node/report/made-up-results.ts'
import { findChromium } from '../package/browser.ts'

const executablePath = findChromium()
if (executablePath === undefined) {
  process.stderr.write(
    '\nSKIPPED: no Chromium is in the PATH (apt-get install chromium), so the pages are not looked at\n\n',
  )
}

const ARGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** A picture of one dark pixel. */
const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGMQkdMAAAB6AEPWj2fwAAAAAElFTkSuQmCC'

describe.skipIf(executablePath === undefined)('pages in a browser', () => {
  let browser: Browser
  let made: MadeUpResults
  let folder: string
  const pages: Record<'audit' | 'results', string> = { audit: '', results: '' }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vessel-reward-pages-'))
    made = await madeUpResults(8, true)
    pages.audit = join(folder, 'audit.html')
    await writeFile(pages.audit, auditPage(MADE_UP, { pictures: [PICTURE, PICTURE] }))
    pages.results = join(folder, 'results.html')
    await writeReport(made.results, { html: pages.results, worst: 2, by: 'dice' })
    browser = await chromium.launch({ executablePath, args: ARGS })
  })
  afterAll(async () => {
    await browser?.close()
    await made?.remove()
    await rm(folder, { recursive: true })
  })

  /** Opens a page; what its console complains of goes to the list. */
  const open = async (
    name: keyof typeof pages,
    options: BrowserContextOptions,
    hash = '',
  ): Promise<{ page: Page; complaints: string[] }> => {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`asks for ${request.url()}`)
    })
    await page.goto(pathToFileURL(pages[name]).href + hash)
    return { page, complaints }
  }
  /** What axe finds that is serious. */
  const faultsOf = async (page: Page): Promise<string[]> => {
    await page.evaluate(await readFile(AXE, 'utf8'))
    return page.evaluate(`axe.run().then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`)
  }

  const WAYS = (['audit', 'results'] as const).flatMap((name) =>
    [360, 1280].flatMap((width) =>
      (['light', 'dark'] as const).map((scheme) => [name, width, scheme] as const),
    ),
  )
  test.each(WAYS)('can be read by all: %s at %i pixels, %s', async (name, width, scheme) => {
    // Only so can the examiner be let in past the page's policy.
    const bypassCSP = true
    const viewport = { width, height: 800 }
    const { page } = await open(name, { viewport, colorScheme: scheme, bypassCSP })
    expect(await faultsOf(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    if (name === 'results') {
      expect(await page.getByRole('heading', { name: 'In detail' }).count()).toBe(1)
      expect(await page.locator('#details table').count()).toBe(2)
      await page.locator('a[data-open]').first().click()
      expect(await page.locator('dialog[open]').count()).toBe(1)
      expect(await faultsOf(page)).toEqual([])
    }
    await page.context().close()
  })

  const table = (page: Page) => page.locator('#pairs-table tbody tr:not([hidden])')
  const column = (page: Page, key: string): Promise<string[]> =>
    page.evaluate(`(() => {
      const heads = Array.from(document.querySelectorAll('#pairs-table thead th'))
      const at = heads.findIndex((head) => head.dataset.key === '${key}')
      const rows = Array.from(document.querySelectorAll('#pairs-table tbody tr'))
      return rows.filter((row) => !row.hidden).map((row) => row.cells[at].textContent)
    })()`)

  test('sorts by the keyboard, either way, with undefined values last', async () => {
    const { page, complaints } = await open('results', {})
    await page.locator('th[data-key="dice"] button').focus()
    await page.keyboard.press('Enter')
    const up = await column(page, 'dice')
    expect(up).toHaveLength(8)
    expect(up[7]).toBe('–')
    expect(up.slice(0, 7)).toEqual(up.slice(0, 7).sort())
    expect(new Set(up).size).toBeGreaterThan(4)
    await page.keyboard.press('Space')
    expect(await column(page, 'dice')).toEqual([...up.slice(0, 7).reverse(), '–'])
    expect(await page.locator('th[aria-sort="descending"]').count()).toBe(1)
    await page.locator('th[data-key="name"] button').click()
    const names = await column(page, 'name')
    expect(names.slice(1)).toEqual([1, 2, 3, 4, 5, 6, 7].map((i) => `case ${i}`))
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('filters by names and by bounds', async () => {
    const { page, complaints } = await open('results', {})
    const filter = page.getByLabel('Filter')
    await filter.fill('CASE 3')
    expect(await column(page, 'name')).toEqual(['case 3'])
    expect(await page.getByRole('status').textContent()).toBe('1 of 8 pairs')
    await filter.fill('')
    const values = (await column(page, 'dice')).filter((text) => text !== '–').map(Number)
    const bound = values.slice().sort()[3] + 0.0005
    await filter.fill(`dice<${bound} case`)
    const found = await column(page, 'dice')
    expect(found.every((text) => Number(text) < bound)).toBe(true)
    await filter.fill(`dice>=${bound}`)
    expect(await table(page).count()).toBe(values.filter((value) => value >= bound).length)
    await filter.fill('no such name')
    expect(await table(page).count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('opens pairs by the keyboard, goes on to the next and comes back', async () => {
    const { page, complaints } = await open('results', {})
    const first = page.locator('#worst a[data-open]').first()
    await first.focus()
    await page.keyboard.press('Enter')
    const dialog = page.locator('dialog[open]')
    const name = await dialog.locator('h2').textContent()
    expect(await first.textContent()).toBe(name)
    expect(await dialog.locator('svg.picture').isVisible()).toBe(true)
    const sizes = (await dialog.locator('ol.errors li').allTextContents()).map((text) =>
      Number(/, (\d+) pixels?/.exec(text)?.[1]),
    )
    expect(sizes.length).toBeGreaterThan(1)
    expect(sizes).toEqual(sizes.slice().sort((a, b) => b - a))
    await page.keyboard.press('ArrowRight')
    expect(await dialog.count()).toBe(1)
    expect(await dialog.locator('h2').textContent()).not.toBe(name)
    await page.keyboard.press('ArrowLeft')
    expect(await dialog.locator('h2').textContent()).toBe(name)
    await page.keyboard.press('Escape')
    expect(await dialog.count()).toBe(0)
    expect(await page.evaluate('document.activeElement.textContent')).toBe(name)
    await first.click()
    await dialog.getByText('Close').click()
    expect(await dialog.count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('shows the same picture in the page and large, with its legend', async () => {
    const { page } = await open('results', {}, '#pair-1')
    const dialog = page.locator('dialog[open]')
    expect(await dialog.getAttribute('id')).toBe('pair-1')
    const legend = page.locator('#worst figure').first().locator('svg .p-word')
    expect(await legend.allTextContents()).toEqual([
      ...['in both', 'only predicted', 'only true'],
      ...['broken', 'missing', 'spurious', 'extra'],
    ])
    await page.context().close()
  })

  test('is whole without its script', async () => {
    const { page } = await open('results', { javaScriptEnabled: false }, '#pair-2')
    expect(await table(page).count()).toBe(8)
    expect(await page.locator('#pair-2').isVisible()).toBe(true)
    expect(await page.locator('#pair-1').isVisible()).toBe(false)
    expect(await page.locator('#filter').isVisible()).toBe(false)
    await page.locator('#pair-2').getByText('Close').click()
    expect(await page.locator('#pair-2').isVisible()).toBe(false)
    await page.context().close()
  })

  test('takes no name for markup, and lets nothing else run', async () => {
    const { page } = await open('results', {})
    expect(await page.locator('img[src="x"]').count()).toBe(0)
    const text = await page.locator('#doubts').textContent()
    expect(text).toContain('</script><img src=x onerror=alert(1)>')
    expect(text).not.toContain('\u202e')
    const ran = page.evaluate(`new Promise((resolve) => {
      addEventListener('securitypolicyviolation', () => resolve(false))
      const script = document.createElement('script')
      script.textContent = 'document.title = "ran"'
      document.body.append(script)
    })`)
    expect(await ran).toBe(false)
    await page.context().close()
  })
})
