import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A fenced block of code in the documentation. */
export interface Snippet {
  /** Path from the root of the repository. */
  file: string
  /** Line of the first line of code, counted from 1. */
  line: number
  /** What stands behind the opening fence, such as `ts`. */
  language: string
  code: string
}

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url))

/** The fenced blocks of a Markdown text. */
function snippetsOf(file: string, markdown: string): Snippet[] {
  const snippets: Snippet[] = []
  const lines = markdown.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const fence = /^( *)```(\w*)/.exec(lines[i])
    if (fence === null) continue
    const [, indent, language] = fence
    const start = i + 1
    while (++i < lines.length && lines[i].trim() !== '```');
    if (i === lines.length) throw new Error(`${file}:${start}: this block of code has no end`)
    const code = lines
      .slice(start, i)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()))
      .join('\n')
    snippets.push({ file, line: start + 1, language, code })
  }
  return snippets
}

/** The doc comments of a TypeScript source without their stars; all else becomes empty lines. */
function docCommentsOf(source: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, '')
  let markdown = ''
  let end = 0
  for (const comment of source.matchAll(/^ *\/\*\*[\s\S]*?\*\//gm)) {
    const text = comment[0].replace(/^ *\/\*\*|\*\/$/g, '').replace(/^ *\* ?/gm, '')
    markdown += blank(source.slice(end, comment.index)) + text
    end = comment.index + comment[0].length
  }
  return markdown + blank(source.slice(end))
}

/** The files of a folder that end so, as paths from the root; without the API's pages. */
export function filesIn(
  folder: string,
  ending: string,
  { recursive = true }: { recursive?: boolean } = {},
): string[] {
  return readdirSync(join(ROOT, folder), { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith(join('docs', 'api')))
    .sort()
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

/** Every block of code in a doc comment of the sources. */
export function sourceSnippets(): Snippet[] {
  return filesIn('src', '.ts').flatMap((file) => snippetsOf(file, docCommentsOf(read(file))))
}

/** Every block of code in the README and the guides. */
export function guideSnippets(): Snippet[] {
  const guides = ['README.md', ...filesIn('docs', '.md')]
  return guides.flatMap((file) => snippetsOf(file, read(file)))
}

export const isScript = ({ language }: Snippet): boolean => /^(ts|js|typescript)$/.test(language)
export const isShell = ({ language }: Snippet): boolean =>
  /^(sh|bash|shell|console)$/.test(language)
