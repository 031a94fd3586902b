import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { vesselMask } from '../../examples/procedural-vessels.ts'
import { type Run, runTool } from './run-tool.ts'

/** Colours a terminal red, clears it, and begins a line that looks like the tool's own. */
const EVIL = 'a\x1b[31m\x9b2J\u202e\rerror: gone\nwarning: b'
const HIDDEN = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u

let folder: string
let evil: (ending: string) => string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-names-'))
  evil = (ending) => join(folder, EVIL + ending)
  const truth = vesselMask({ width: 32, height: 24, seed: 2 })
  await writePng(evil('.png'), truth)
  await writeFile(evil('.txt'), 'no image')
  await writeFile(evil('.mjs'), `export default () => { throw new Error(${JSON.stringify(EVIL)}) }`)
  await writeFile(evil('.throws.mjs'), `throw new Error(${JSON.stringify(EVIL)})`)
  await writeFile(evil('.none.mjs'), 'export const a = 1')
  await mkdir(evil(''))
  await writePng(join(evil(''), `${EVIL}.png`), truth)
  await writeFile(join(evil(''), `${EVIL}.txt`), 'no image')
  await mkdir(evil('.two'))
  for (const name of ['a', 'b']) await writePng(join(evil('.two'), `${EVIL}${name}.png`), truth)
})
afterAll(() => rm(folder, { recursive: true }))

/** Nothing that a terminal obeys, and no line of the tool's own kind that is the name's. */
function checkSafe({ out, err }: Run): void {
  for (const text of [out, err]) {
    expect(text).not.toMatch(HIDDEN)
    expect(text).not.toMatch(/^error: gone/m)
    expect(text).not.toMatch(/^warning: b/m)
  }
}

const SMALL = ['--budget', '300', '--fail-on', 'never']

describe.skipIf(process.platform === 'win32')(
  'a name that steers terminals is shown as escapes by',
  () => {
    test.each<[number, () => string[]]>([
      [0, () => ['score', evil('.png'), evil('.png')]],
      [0, () => ['score', evil('.png'), evil('.png'), '--json']],
      [
        0,
        () => [
          'score',
          evil('.png'),
          evil('.png'),
          '--within',
          evil('.png'),
          '--overlay',
          evil('.out.png'),
        ],
      ],
      [1, () => ['score', evil('.txt'), evil('.png')]],
      [0, () => ['evaluate', evil(''), evil(''), '--metrics', 'dice', '--csv', evil('.csv')]],
      [0, () => ['evaluate', evil(''), evil(''), '--metrics', 'dice', '--json']],
      [1, () => ['evaluate', evil('.txt'), evil('.png')]],
      [1, () => ['evaluate', evil(''), evil('.png')]],
      [1, () => ['evaluate', evil(''), evil('.missing')]],
      [1, () => ['evaluate', evil(''), evil('.two')]],
      [2, () => ['evaluate', evil(''), evil(''), '--csv', evil('')]],
      [1, () => ['score', evil('.png'), evil('.missing')]],
      [1, () => ['score', evil('.png'), evil('.png'), '--overlay', join(evil('.no'), 'o.png')]],
      [2, () => ['score', evil('.png'), evil('.png'), '--overlay', evil('.png')]],
      [2, () => ['score', evil('.png'), evil('.png'), '--overlay', evil('.jpg')]],
      [2, () => ['score', evil('.png'), evil('.png'), '--metrics', EVIL]],
      [2, () => ['score', evil('.png'), evil('.png'), '--reward', EVIL]],
      [2, () => ['score', evil('.png'), evil('.png'), `--${EVIL}`]],
      [2, () => ['score', evil(''), evil('.png')]],
      [2, () => [EVIL]],
      [2, () => [evil('.png')]],
      [
        0,
        () => [
          'audit',
          evil(''),
          ...SMALL,
          '--html',
          evil('.html'),
          '--pictures',
          evil('.pictures'),
        ],
      ],
      [0, () => ['audit', evil(''), ...SMALL, '--json']],
      [0, () => ['audit', evil(''), ...SMALL, '--json', evil('.json')]],
      [0, () => ['audit', evil('.png'), ...SMALL, '--module', evil('.mjs')]],
      [1, () => ['audit', evil('.png'), ...SMALL, '--module', evil('.throws.mjs')]],
      [1, () => ['audit', evil('.png'), ...SMALL, '--module', evil('.none.mjs')]],
      [1, () => ['audit', evil('.png'), ...SMALL, '--module', evil('.missing')]],
      [1, () => ['audit', evil('.png'), ...SMALL, '--good', evil('.missing')]],
      [1, () => ['audit', evil('.two'), ...SMALL, '--good', evil('.png')]],
      [1, () => ['audit', evil('.missing')]],
      [2, () => ['audit', evil('.png'), '--json', evil('.txt')]],
      [2, () => ['audit', evil('.png'), '--html', evil('.txt')]],
    ])('case %#, exit code %i', async (expected, args) => {
      const run = await runTool(args())
      checkSafe(run)
      expect(run.code).toBe(expected)
    })

    test('JSON, which still holds the name', async () => {
      const { out } = await runTool(['score', evil('.png'), evil('.png'), '--json'])
      expect(JSON.parse(out).files.pred).toBe(evil('.png'))
    })

    test('the page', async () => {
      await runTool(['audit', evil('.png'), ...SMALL, '--html', evil('.html')])
      expect((await readFile(evil('.html'), 'utf8')).replaceAll('\n', '')).not.toMatch(HIDDEN)
    })

    test('what is waited for', async () => {
      const { execFileSync } = await import('node:child_process')
      execFileSync('mkfifo', [evil('.pipe')])
      const running = runTool(['score', evil('.pipe'), evil('.png')])
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await writeFile(evil('.pipe'), await readFile(evil('.png')))
      const run = await running
      checkSafe(run)
      expect(run.err).toMatch(/^waiting for '.*pipe' to end: 0 bytes so far\n$/)
    })
  },
)
