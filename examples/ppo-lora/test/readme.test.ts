import { readFileSync } from 'node:fs'
import * as library from 'vessel-reward'
import { describe, expect, it } from 'vitest'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const MANIFEST = readFileSync(new URL('../package.json', import.meta.url), 'utf8')

describe('the README', () => {
  it('shows a trainer of your own that runs', () => {
    const code = /```ts\n([\s\S]*?)```/.exec(README)?.[1] ?? ''
    const names = /import \{([^}]*)\} from 'vessel-reward'/.exec(code)?.[1] ?? ''
    const body = code.replace(/^import .*$/m, '')
    const truthPixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 64 === 20 ? 1 : 0))
    const masks = [truthPixels, new Uint8Array(64 * 64)]
    const example = new Function(
      'library',
      'truthPixels',
      'masks',
      `const {${names}} = library\n${body}\nreturn { rewards, overlap, skeleton }`,
    )
    const { rewards, overlap, skeleton } = example(library, truthPixels, masks)
    expect(rewards[0]).toBe(6)
    expect(rewards[1]).toBeLessThan(0)
    expect(overlap).toHaveLength(2 * 16)
    expect(skeleton).toHaveLength(2 * 16)
    expect(overlap[1]).toBeGreaterThan(0)
  })

  it('names commands that there are', () => {
    const { scripts } = JSON.parse(MANIFEST)
    const named = [...README.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1])
    // In the root of the repository.
    const own = named.filter((name) => name !== 'build')
    expect(own.length).toBeGreaterThan(5)
    for (const name of own) expect(scripts).toHaveProperty([name])
  })

  it('has no script that npm would run before or after another one', () => {
    const { scripts } = JSON.parse(MANIFEST)
    for (const name of Object.keys(scripts)) {
      expect(scripts).not.toHaveProperty([`pre${name}`])
      expect(scripts).not.toHaveProperty([`post${name}`])
    }
  })
})
