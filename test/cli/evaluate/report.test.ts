import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePng } from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plausible, speckle } from '../../../examples/degrade.ts'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { runTool } from '../run-tool.ts'

let folder: string
const at = (path: string) => join(folder, path)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vessel-reward-reports-'))
  for (const name of ['pred', 'truth', 'other', 'image']) await mkdir(at(name))
  for (let i = 0; i < 4; i++) {
    const truth = vesselMask({ width: 60, height: 50, seed: i + 1 })
    await writePng(at(`truth/${i}.png`), truth)
    await writePng(at(`pred/${i}.png`), plausible(truth, i))
    await writePng(at(`other/${i}.png`), speckle(truth, 0.02, i))
    const data = new Uint8Array(60 * 50).map((_, k) => (k + i) % 256)
    await writePng(at(`image/${i}.png`), { data, width: 60, height: 50 })
  }
})
afterAll(() => rm(folder, { recursive: true }))

/** Options that write every form of report, with names that begin alike. */
const everything = (start: string) => [
  ...['csv', 'md', 'tex', 'html', 'xml', 'json'].flatMap((ending, i) => [
    ['--csv', '--markdown', '--latex', '--html', '--junit', '--json'][i],
    at(`${start}.${ending}`),
  ]),
  ...['--grand-challenge', at(start), '--worst', '1', '--by', 'dice'],
]

describe('report', () => {
  test('makes every file again, byte for byte', async () => {
    const folders = [at('pred'), at('truth'), '--against', at('other'), '--image', at('image')]
    const more = ['--metrics', 'dice,hd95', '--errors', '--by-caliber', '--fail-under', 'dice=.99']
    const first = await runTool(['evaluate', ...folders, ...more, ...everything('first')])
    expect([first.code, first.err]).toEqual([
      3,
      expect.stringMatching(
        /^out of bounds {2}the mean dice is 0\.\d+, and shall be at least 0\.99\n$/,
      ),
    ])
    const again = await runTool(['report', at('first.json'), ...everything('again')])
    expect(again).toEqual({ ...first, out: first.out.replaceAll(at('first'), at('again')) })
    const files = (await readdir(folder)).filter((name) => name.startsWith('first.'))
    expect(files).toHaveLength(6)
    for (const name of [...files, 'first/metrics.json']) {
      const [one, other] = [name, name.replace('first', 'again')].map((path) => readFile(at(path)))
      expect((await one).equals(await other)).toBe(true)
    }
    const page = await readFile(at('first.html'), 'utf8')
    expect(page).toMatch(/half-width.*0 to 3.*above 7.*errors a pair.*broken connection/s)
    expect(page.match(/<dialog id="pair-\d"/g)).toHaveLength(2)
    expect(page.match(/data:image\/png;base64/g)).toHaveLength(2)
    expect(page).not.toMatch(/ style="|https?:(?!\/\/www\.w3\.org)/)
    const bounds = await runTool(['report', at('first.json'), '--fail-under', 'dice=0'])
    expect(bounds.code).toBe(0)
  })

  test('draws over pictures that evaluate was not given', async () => {
    const folders = [at('pred'), at('truth'), '--metrics', 'dice']
    const page = (name: string) => ['--html', at(name), '--worst', '1']
    await runTool(['evaluate', ...folders, '--image', at('image'), ...page('known.html')])
    await runTool(['evaluate', ...folders, '--json', at('plain.json')])
    const images = ['--image', at('image')]
    const shown = await runTool(['report', at('plain.json'), ...images, ...page('later.html')])
    expect([shown.code, shown.err]).toEqual([0, ''])
    const [known, later] = [at('known.html'), at('later.html')].map((path) => readFile(path))
    expect((await later).equals(await known)).toBe(true)
    await mkdir(at('some'))
    await writePng(at('some/0.png'), vesselMask({ width: 60, height: 50, seed: 1 }))
    const some = ['report', at('plain.json'), '--image', at('some'), ...page('some.html')]
    expect((await runTool(some)).err).toBe('warning: 3 pairs have no picture there\n')
    const none = await runTool(['report', at('plain.json'), ...images])
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('it needs --html')])
    await mkdir(at('far'))
    await writePng(at('far/seven.png'), vesselMask({ width: 60, height: 50, seed: 1 }))
    const far = await runTool(['report', at('plain.json'), '--image', at('far'), ...page('f.html')])
    expect([far.code, far.err]).toEqual([1, expect.stringContaining('pairs with the predictions')])
  })

  test('marks a run of GitHub Actions, on the standard error', async () => {
    const args = ['evaluate', at('pred'), at('truth'), '--metrics', 'dice', '--json']
    const environment = { GITHUB_ACTIONS: 'true' }
    const { out, err } = await runTool(args, { environment })
    expect(err).toMatch(
      /^::notice title=4 of 4 pairs scored::means: reward \d\.\d{4}, dice 0\.\d{4}\n$/,
    )
    expect(JSON.parse(out).metric_per_case).toHaveLength(4)
    expect((await runTool([...args, '--annotations', 'none'], { environment })).err).toBe('')
    expect((await runTool([...args.slice(0, -1), '--annotations', 'github'])).err).toMatch(
      /^::notice /,
    )
  })

  test('shows pairs without their pictures where images are gone', async () => {
    const args = [at('pred'), at('truth'), '--image', at('image'), '--metrics', 'dice']
    await mkdir(at('lost'))
    for (const name of await readdir(at('pred'))) {
      await writePng(at(`lost/${name}`), vesselMask({ width: 60, height: 50, seed: 9 }))
    }
    await runTool(['evaluate', at('lost'), ...args.slice(1), '--json', at('lost.json')])
    await rm(at('lost'), { recursive: true })
    await rm(at('image'), { recursive: true })
    const { code } = await runTool(['report', at('lost.json'), '--html', at('lost.html')])
    expect(code).toBe(0)
    expect(await readFile(at('lost.html'), 'utf8')).toMatch(/No picture: .*no such file or folder/)
  })

  test.each<[string[], RegExp]>([
    [['--html', 'page.txt'], /--html to end in \.html or \.htm/],
    [['--junit', 'report.json'], /--junit to end in \.xml/],
    [['--worst', '3'], /--worst says what the page shows: it needs --html/],
    [['--min-size', '3'], /--min-size says what the page shows/],
    [['--html', 'page.html', '--worst', '101'], /from 0 to 100/],
    [['--html', 'page.html', '--by', 'dise'], /dise/],
    [['--annotations', 'gitlab'], /github, none/],
  ])('is used wrongly: %j', async (args, message) => {
    for (const start of [
      ['report', at('none.json')],
      ['evaluate', at('pred'), at('truth')],
    ]) {
      const { code, err, out } = await runTool([...start, ...args])
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(message)
    }
  })

  test('refuses what holds no results', async () => {
    const { code, err } = await runTool(['report', at('truth/0.png')])
    expect(code).toBe(1)
    expect(err).toMatch(/^error: '.*0\.png' is not JSON/)
  })
})
