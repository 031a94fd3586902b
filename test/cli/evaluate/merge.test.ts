import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { pairsFolder } from '../../node/folders/folder-fixture.ts'
import { runTool } from '../run-tool.ts'

const COUNT = 5
const { at } = pairsFolder(COUNT)
const DETAILS = ['--by-caliber', '--errors', '--metrics', 'dice,b0Error', '--against']

const evaluate = (...args: string[]) =>
  runTool(['evaluate', at('pred'), at('truth'), ...DETAILS, at('other'), ...args])

/** The four files of a run, by what they end in. */
const outputs = (name: string) =>
  ['csv', 'json', 'markdown', 'latex'].flatMap((kind) => {
    const ending = { csv: 'csv', json: 'json', markdown: 'md', latex: 'tex' }[kind]
    return [`--${kind}`, at(`${name}.${ending}`)]
  })
const contents = (name: string) =>
  Promise.all(
    ['csv', 'json', 'md', 'tex'].map((ending) => readFile(at(`${name}.${ending}`), 'utf8')),
  )
/** Without the names of the files that were written. */
const tables = (out: string) => out.replaceAll(/\S* ?\S+ written to .*\n\n?/g, '')

describe('shards', () => {
  test('merge to what one evaluation prints and writes, byte for byte', async () => {
    const whole = await evaluate(...outputs('whole'))
    expect(whole.code).toBe(0)
    for (const i of [1, 2, 3]) {
      const { code } = await evaluate('--shard', `${i}/3`, '--cases', at(`${i}.jsonl`))
      expect(code).toBe(0)
    }
    const paths = [2, 3, 1].map((i) => at(`${i}.jsonl`))
    const merged = await runTool(['merge', ...paths, ...outputs('merged')])
    expect([merged.code, merged.err]).toEqual([0, ''])
    expect(tables(merged.out)).toBe(tables(whole.out))
    expect(await contents('merged')).toEqual(await contents('whole'))
    const printed = await runTool(['merge', ...paths, '--json'])
    expect(printed.out).toBe((await contents('whole'))[1])
  })

  test('have tables by caliber and by kind of error, and columns of them', async () => {
    const { out } = await evaluate(...outputs('tables'))
    expect(out).toMatch(
      /\n\nhalf-width +recall +precision +tsens +n +centerline pixels\n0 to 3 +0\.\d{4} ± 0\.\d{4} /,
    )
    expect(out).toMatch(/\nabove 7 +– ± – /)
    expect(out).toMatch(/\n\nerrors a pair +mean ± sd +95 % interval\nbroken connection +\d/)
    const [header, row] = (await contents('tables'))[0].split('\r\n')
    expect(header).toMatch(
      /,b0Error,recall_0_to_3,tsens_0_to_3,recall_3_to_7,tsens_3_to_7,recall_above_7,tsens_above_7,broken_connection,missing_branch,spurious_connection,extra_branch,undefined,error$/,
    )
    expect(row.split(',')).toHaveLength(header.split(',').length)
  })

  test('go on after a run that was stopped, and say how much is taken over', async () => {
    const whole = await evaluate('--json')
    await evaluate('--cases', at('all.jsonl'))
    const lines = (await readFile(at('all.jsonl'), 'utf8')).split('\n')
    await writeFile(at('all.jsonl'), `${lines.slice(0, 3).join('\n')}\n{"index":`)
    const again = await evaluate('--cases', at('all.jsonl'), '--resume', '--json')
    expect(again.err).toMatch(/^evaluate: 2 pairs taken over from .*all\.jsonl\n$/)
    expect(again.out).toBe(whole.out)
    const { code, err } = await evaluate('--cases', at('all.jsonl'))
    expect([code, err]).toEqual([1, expect.stringContaining(': --resume goes on from it')])
  })

  test('may be empty', async () => {
    const { code, out } = await evaluate('--shard', '9/9', '--cases', at('none.jsonl'))
    expect([code, out]).toEqual([0, '0 of 0 pairs scored\n\n'])
  })

  test.each<[string[], number, RegExp]>([
    [['--shard', '3/2'], 2, /such as 1\/8/],
    [['--shard', '0/2'], 2, /such as 1\/8/],
    [['--shard', '2'], 2, /such as 1\/8/],
    [['--jobs', '0'], 2, /integer from 1 to 1024/],
    [['--resume'], 2, /expected --cases FILE with --resume/],
    [['--cases', 'cases.txt'], 2, /to end in \.jsonl/],
    [['--pairs', 'list.csv'], 2, /expected --pairs, or folders, got both/],
  ])('are asked for wrongly: %j', async (args, expected, message) => {
    const { code, err } = await evaluate(...args)
    expect(code).toBe(expected)
    expect(err).toMatch(message)
  })
})

describe('merge', () => {
  // Written here, too, so that each test can be run alone.
  beforeAll(async () => {
    await evaluate('--json', at('whole.json'))
    for (const i of [1, 2, 3]) {
      if (!existsSync(at(`${i}.jsonl`))) {
        await evaluate('--shard', `${i}/3`, '--cases', at(`${i}.jsonl`))
      }
    }
  })

  test.each<[string[], number, RegExp]>([
    [[], 2, /missing required argument 'cases'/],
    [['1.jsonl'], 1, /shards are missing: '2\/3', '3\/3'/],
    [['1.jsonl', '2.jsonl', '3.jsonl', '--csv', 'x.txt'], 2, /to end in \.csv/],
    [
      ['1.jsonl', '2.jsonl', '3.jsonl', '--fail-under', 'hd95=1'],
      2,
      /of a metric that is computed/,
    ],
    [['1.jsonl', '2.jsonl', '3.jsonl', '--fail-under', 'dice=1'], 3, /^out of bounds/],
    [['whole.json'], 1, /to be a file of cases/],
  ])('%j ends with %i', async (args, expected, message) => {
    const { code, err } = await runTool([
      'merge',
      ...args.map((arg) => (/\.jsonl?$/.test(arg) ? at(arg) : arg)),
    ])
    expect(code).toBe(expected)
    expect(err).toMatch(message)
  })
})

describe('a list of pairs', () => {
  test('takes the place of the folders', async () => {
    await mkdir(at('lists'))
    const rows = [0, 1].map((i) => `../pred/${i}.png,../truth/${i}.png,../other/${i}.png`)
    await writeFile(at('lists/pairs.csv'), ['pred,truth,against', ...rows].join('\n'))
    const { code, out } = await runTool(['evaluate', '--pairs', at('lists/pairs.csv')])
    expect(code).toBe(0)
    expect(out).toMatch(/^2 of 2 pairs scored\n/)
    expect(out).toMatch(/^metric +mean +other +difference/m)
    const wrong = await runTool(['evaluate', '--pairs', at('lists/pairs.csv'), '--within', 'x.png'])
    expect([wrong.code, wrong.err]).toEqual([
      1,
      expect.stringContaining('without --within: it may'),
    ])
    const txt = await runTool(['evaluate', '--pairs', 'pairs.txt'])
    expect([txt.code, txt.err]).toEqual([2, expect.stringContaining('to end in .csv')])
  })
})
