import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeExampleFiles } from './example-files.ts'
import { guideSnippets, isShell, ROOT } from './snippets.ts'

const { name, bin, scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

const commands = guideSnippets()
  .filter(isShell)
  .flatMap(({ file, line, code }) =>
    code
      .replace(/\\\n\s*/g, ' ')
      .split(/\n|&&/)
      .map((command) => command.replace(/^\s*\$ |(^|\s)#.*/, '').trim())
      .filter((command) => command !== '')
      .map((command) => [`${file}:${line}`, command]),
  )

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vessel-reward-shell-'))
  writeExampleFiles(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the command line tool from its source, in the folder of example images. */
function runTool(args: readonly string[]): string {
  const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs')
  return execFileSync(process.execPath, [tsx, join(ROOT, 'src/cli/cli.ts'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
}

test.each(commands)('%s: %s', (_, command) => {
  const [tool, ...args] = command.split(/\s+/)
  const what = `${tool} ${args[0]}`
  if (what === 'npm run') expect(scripts).toHaveProperty([args[1]])
  else if (what === 'npm test') expect(scripts).toHaveProperty('test')
  else if (what === 'npm ci') expect(existsSync(join(ROOT, 'package-lock.json'))).toBe(true)
  else if (what === 'npm install') expect(args[1]).toBe(name)
  else if (tool === 'npx' && args[1] === 'serve') {
    // It would not end; test/cli/serve starts it. Here it is asked whether it has these options.
    const help = runTool(['serve', '--help'])
    for (const flag of args.filter((arg) => arg.startsWith('--')))
      expect(help).toContain(`${flag} `)
  } else if (tool === 'npx' && Object.hasOwn(bin, args[0])) {
    expect(runTool(args.slice(1))).not.toBe('')
  } else if (what === 'npx tsx' || tool === 'node' || tool === 'python3') {
    const script = args.find((arg) => /\.\w+$/.test(arg)) ?? ''
    expect(existsSync(join(ROOT, script)), `${script} exists`).toBe(true)
  } else expect.fail(`no way to check the command '${command}'`)
})
