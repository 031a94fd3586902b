import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { filesIn, ROOT } from './snippets.ts'

const pages = [...filesIn('.', '.md', { recursive: false }), ...filesIn('docs', '.md')]

/** The anchor that Markdown makes of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
    .replace(/ /g, '-')

test.each(pages)('the links of %s lead somewhere', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(link)) continue
    const [path, anchor] = link.split('#')
    const target = path === '' ? page : join(dirname(page), path)
    expect(existsSync(join(ROOT, target)), `${link} in ${page}`).toBe(true)
    if (anchor === undefined) continue
    const headings = readFileSync(join(ROOT, target), 'utf8').matchAll(/^#+ (.*)$/gm)
    const anchors = Array.from(headings, ([, heading]) => anchorOf(heading))
    expect(anchors, `${link} in ${page}`).toContain(anchor)
  }
})
