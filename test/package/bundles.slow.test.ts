import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, type Page, runPages } from './browser.ts'
import { BUNDLERS, type Target } from './bundlers.ts'
import { type InstalledPackage, installPackage, NAME, SUBPATHS } from './packed-package.ts'

const MASKS = 'const a = [[0, 1, 0, 0], [1, 1, 1, 1]], b = [[0, 1, 0, 0], [1, 1, 0, 1]];'

/** What a bundle does with an entry, after it has looked at all its names; returns some figures. */
const USES: Readonly<Record<string, string>> = {
  [NAME]: 'return [entry.dice(a, b), entry.skeletonize(a).count, core.BitMask === entry.BitMask]',
  [`${NAME}/audit`]: `
    const { report } = await entry.auditReward(core.dice, [a], { budget: 300 })
    return [entry.auditTable(report), entry.strictReference(core.BitMask.from(b), core.BitMask.from(a))]`,
  [`${NAME}/simd`]: `
    globalThis.simd = entry.enableSimd()
    return [new core.MultiObjectiveReward().score(b, a), core.skeletonize(a).count]`,
  [`${NAME}/ndarray`]:
    'return [entry.label(entry.toNdarray(a)).count, entry.fromNdarray(entry.toNdarray(b)).count]',
  [`${NAME}/trace`]: `
    const lines = entry.traceCenterlines(a)
    return [lines, entry.centerlinesToSvg(a, lines)]`,
  [`${NAME}/node`]: `
    const png = entry.encodePng({ data: Uint8Array.of(0, 255, 255), width: 3, height: 1 })
    const pool = await entry.createRewardPool({}, { threads: 2 })
    const scores = await pool.scoreBatch([a, b, a], core.BitMask.from(a))
    await pool.close()
    await entry.writePng('a.png', core.BitMask.from(a))
    process.getBuiltinModule('node:fs').writeFileSync('pairs.csv', 'pred,truth\\na.png,a.png\\n')
    const { summary } = await entry.evaluateFolder('pairs.csv', undefined, { jobs: 2 })
    const { pairs } = await entry.readPairs('?.png', 'a.*')
    return [entry.decodeMask(png).count, ...scores, summary.dice.mean, pairs.length]`,
}

/** Entries that generate code, and so throw where a policy forbids `new Function`. */
const NEEDS_EVAL: readonly string[] = [`${NAME}/ndarray`]

const STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'"
const POLICIES = {
  'no policy': '',
  'a strict policy': STRICT,
  'a policy that allows WebAssembly': STRICT.replace("'self'", "'self' 'wasm-unsafe-eval'"),
}

const fileOf = (subpath: string) => subpath.replace(NAME, 'use').replace('/', '-')

const scriptOf = (subpath: string) => `
import * as core from '${NAME}'
import * as entry from '${subpath}'
${MASKS}
const use = async () => { ${USES[subpath] ?? 'return []'} }
const report = globalThis.report ?? ((result) => console.log(JSON.stringify(result)))
use().then((values) => report({ names: Object.keys(entry).sort(), values, simd: globalThis.simd }))
`

interface Report {
  names: string[]
  values: unknown[]
  simd?: boolean
}

let installed: InstalledPackage
/** A folder that has no packages: what a bundle lacks is not found elsewhere. */
let outside: string
/** What the scripts report when plain Node runs them, unbundled. */
const expected: Record<string, Report> = {}

beforeAll(() => {
  installed = installPackage({ types: false })
  outside = mkdtempSync(join(tmpdir(), 'vessel-reward-bundles-'))
  for (const subpath of SUBPATHS) {
    const name = `${fileOf(subpath)}.js`
    writeFileSync(join(installed.folder, name), scriptOf(subpath))
    expected[subpath] = JSON.parse(installed.node(name))
    expect(expected[subpath].names.length).toBeGreaterThan(0)
  }
}, 180_000)
afterAll(() => {
  installed?.remove()
  if (outside !== undefined) rmSync(outside, { recursive: true })
})

/** Bundles the scripts of some entries; returns the paths of the bundles. */
async function bundle(bundler: string, target: Target, subpaths: readonly string[]) {
  const out = join(outside, `${bundler}-${target}`)
  mkdirSync(out)
  const ending = await BUNDLERS[bundler](installed.folder, subpaths.map(fileOf), out, target)
  return subpaths.map((subpath) => join(out, `${fileOf(subpath)}${ending}`))
}

describe.each(Object.keys(BUNDLERS))('bundled by %s', (bundler) => {
  test('every entry runs in Node as it does unbundled, the pool too', async () => {
    const paths = await bundle(bundler, 'node', SUBPATHS)
    for (const [i, path] of paths.entries()) {
      const printed = execFileSync(process.execPath, [path], { cwd: outside, encoding: 'utf8' })
      expect(JSON.parse(printed), SUBPATHS[i]).toEqual(expected[SUBPATHS[i]])
    }
  })
})

describe('in headless Chromium', () => {
  const chromium = findChromium()
  if (chromium === undefined) {
    process.stderr.write(
      '\nSKIPPED: no Chromium is in the PATH (apt-get install chromium), so the bundles are not run in a browser\n\n',
    )
  }
  const portable = SUBPATHS.filter((subpath) => subpath !== `${NAME}/node`)

  test.skipIf(chromium === undefined).each(Object.keys(BUNDLERS))(
    'every entry but that of Node runs as bundled by %s, under every policy',
    async (bundler) => {
      const paths = await bundle(bundler, 'browser', portable)
      const cases = portable.flatMap((subpath, i) =>
        Object.entries(POLICIES).map(([name, policy]) => ({
          page: { script: readFileSync(paths[i], 'utf8'), policy } satisfies Page,
          name,
          subpath,
        })),
      )
      const results = await runPages(
        chromium ?? '',
        cases.map(({ page }) => page),
        60_000,
      )
      for (const [i, { subpath, page, name }] of cases.entries()) {
        const mayCompile = page.policy === '' || page.policy.includes('wasm-unsafe-eval')
        const simd = subpath === `${NAME}/simd` ? { simd: mayCompile } : {}
        const what = `${subpath}, ${name}`
        if (NEEDS_EVAL.includes(subpath) && page.policy !== '') {
          expect(results[i], what).toEqual({ error: expect.stringContaining('EvalError') })
        } else expect(results[i], what).toEqual({ value: { ...expected[subpath], ...simd } })
      }
    },
  )
})
