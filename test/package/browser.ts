import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** One page: a script, and the policy under which it runs. */
export interface Page {
  /** The text of the script, which calls `report` with a value that JSON can hold. */
  readonly script: string
  /** The content-security policy; none if it is empty. */
  readonly policy: string
}

/** What a page reported: the value, or what went wrong. */
export type PageResult = { readonly value: unknown } | { readonly error: string }

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The path of a Chromium, if this machine has one. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Sends the first result of a page, or its first error, to the server. */
const REPORT = `
  const send = (result) => {
    globalThis.send = () => {}
    fetch('result', { method: 'POST', body: JSON.stringify(result) })
  }
  globalThis.send = send
  globalThis.report = (value) => globalThis.send({ value })
  const fail = (error) => globalThis.send({ error: String(error) })
  addEventListener('error', ({ error, message }) => fail(error ?? message), true)
  addEventListener('unhandledrejection', ({ reason }) => fail(reason))`

/**
 * Runs all pages in one headless Chromium, each in a frame of its own, and waits until each has
 * reported. Pages come from a server of this process on the loopback interface.
 */
export async function runPages(
  chromium: string,
  pages: readonly Page[],
  milliseconds: number,
): Promise<PageResult[]> {
  const results: PageResult[] = pages.map(() => ({ error: 'the page did not report' }))
  const missing = new Set(pages.keys())
  const profile = mkdtempSync(join(tmpdir(), 'vessel-reward-browser-'))
  let done = () => {}
  const finished = new Promise<void>((resolve) => {
    done = resolve
  })
  const server = createServer(async (request, response) => {
    const [, folder = '', file = ''] = (request.url ?? '').split('/')
    const index = Number(folder)
    if (folder === '') {
      const frames = pages.map((_, i) => `<iframe src="/${i}/"></iframe>`).join('')
      answer(response, 'text/html', `<!doctype html><title>pages</title>${frames}`)
    } else if (pages[index] === undefined) response.writeHead(404).end()
    else if (file === 'result') {
      results[index] = JSON.parse(await bodyOf(request))
      response.writeHead(204).end()
      missing.delete(index)
      if (missing.size === 0) done()
    } else if (file === 'report.js') answer(response, 'text/javascript', REPORT)
    else if (file === 'script.js') answer(response, 'text/javascript', pages[index].script)
    else {
      const scripts =
        '<script src="report.js"></script><script type="module" src="script.js"></script>'
      answer(response, 'text/html', `<!doctype html>${scripts}`, pages[index].policy)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run']
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
  const address = `http://127.0.0.1:${port}/`
  const child = spawn(chromium, [...flags, ...quiet, `--user-data-dir=${profile}`, address], {
    stdio: 'ignore',
    detached: true,
  })
  const closed = new Promise((resolve) => child.once('close', resolve))
  const timer = setTimeout(done, milliseconds)
  child.once('exit', done)
  try {
    await finished
  } finally {
    clearTimeout(timer)
    server.close()
    server.closeAllConnections()
    // It has processes of its own, which write into the profile until they end.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    await closed
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  return results
}

function answer(response: ServerResponse, type: string, body: string, policy = ''): void {
  const header = policy === '' ? {} : { 'content-security-policy': policy }
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...header }).end(body)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}
