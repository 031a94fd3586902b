import { copyFile, mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { aggregate, BitMask, byCaliber, compare, evaluate, topologyErrors } from 'vessel-reward'
import {
  type EvaluateFolderOptions,
  evaluateFolder,
  type FolderWarning,
  mergeCases,
  writePng,
} from 'vessel-reward/node'
import { describe, expect, it } from 'vitest'
import { pairsFolder } from './folder-fixture.ts'

const COUNT = 6
const { truths, preds, others, at } = pairsFolder(COUNT)
const METRICS = ['dice', 'b0Error'] as const
const QUICK: EvaluateFolderOptions = { evaluate: { metrics: METRICS }, jobs: 1 }

const run = (options: EvaluateFolderOptions = {}) =>
  evaluateFolder(at('pred'), at('truth'), { ...QUICK, ...options })

/** A file of cases that is not there yet. */
let files = 0
const fresh = () => at(`${++files}.jsonl`)
const linesOf = async (path: string) => (await readFile(path, 'utf8')).split('\n')

describe('evaluateFolder', () => {
  it('sums up what evaluate gives for each pair', async () => {
    const { summary, cases, failures, warnings, options, resumed } = await run()
    const each = preds.map((pred, i) => evaluate(pred, truths[i], { metrics: METRICS }))
    expect(cases.map(({ values }) => values)).toEqual(each.map(({ values }) => values))
    const { reward, ...metrics } = summary
    expect(metrics).toEqual(aggregate(each))
    expect(reward.mean).toBe(aggregate(cases.map((one) => one.reward)).mean)
    expect({ failures, warnings, resumed }).toEqual({ failures: [], warnings: [], resumed: 0 })
    expect(options).toMatchObject({ metrics: METRICS, reward: 'design', empty: 'perfect' })
  })

  it('compares with another method on the pairs that both have', async () => {
    const result = await run({ against: at('other') })
    const [ours, theirs] = [preds, others].map((masks) =>
      masks.map((mask, i) => evaluate(mask, truths[i], { metrics: METRICS })),
    )
    expect(result.comparison?.dice.difference).toBe(compare(ours, theirs).dice.difference)
    expect(result.other?.dice).toEqual(aggregate(theirs).dice)
    expect(result.others?.map(({ files: { pred } }) => pred)).toEqual(
      truths.map((_, i) => at('other', `${i}.png`)),
    )
  })

  it('scores calibers apart and lists errors', async () => {
    const result = await run({ byCaliber: true, errors: true })
    const strata = preds.map((pred, i) => byCaliber(pred, truths[i], { empty: 'nan' }))
    expect(result.cases.map((one) => one.byCaliber)).toEqual(strata)
    expect(result.byCaliber?.map(({ recall }) => recall)).toEqual(
      [0, 1, 2].map((k) => aggregate(strata.map((of) => of[k].recall))),
    )
    // Here there are no thick vessels, and no recall of them.
    expect(result.byCaliber?.[2]).toMatchObject({ from: 7, to: Number.POSITIVE_INFINITY })
    const errors = preds.map((pred, i) => topologyErrors(pred, truths[i]))
    expect(result.cases.map((one) => one.errors)).toEqual(errors)
    const broken = errors.map((of) => of.filter(({ kind }) => kind === 'broken connection').length)
    expect(result.errors?.['broken connection']).toEqual(aggregate(broken))
    const plain = await run()
    expect([plain.byCaliber, plain.errors, plain.cases[0].errors]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('tells each warning once, of the folders first', async () => {
    const grey = at('grey')
    await mkdir(grey)
    for (let i = 0; i < COUNT; i++) {
      const data = new Uint8Array(3000).map((_, k) => (k + i) % 9)
      await writePng(`${grey}/${i}.png`, { data, width: 60, height: 50 })
    }
    await writeFile(`${grey}/notes.txt`, '')
    const told: FolderWarning[] = []
    const onWarning = (warning: FolderWarning) => told.push(warning)
    const { warnings } = await evaluateFolder(grey, grey, { ...QUICK, onWarning })
    expect(warnings.map(({ kind }) => kind)).toEqual([
      'not-used',
      'same-file',
      ...Array(COUNT).fill('grey-levels'),
    ])
    expect(told).toEqual(warnings)
  })

  it('reports progress', async () => {
    const states: number[][] = []
    await run({ onProgress: (...state) => states.push(state), shard: [1, 2] })
    expect(states).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
  })

  it.each<[EvaluateFolderOptions, string]>([
    [{ shard: [0, 2] }, 'the index of shard'],
    [{ shard: [3, 2] }, 'the index of shard'],
    [{ shard: [1, 0] }, 'the count of shard'],
    [{ shard: '1/2' as never }, 'shard to be two numbers'],
    [{ resume: true }, 'resume goes with cases'],
    [{ cases: 7 as never }, 'cases to be a path'],
    [{ jobs: 0 }, 'jobs to be an integer from 1'],
    [{ onProgress: 'no' as never }, 'onProgress to be a function'],
    [{ signal: 7 as never }, 'signal to be an AbortSignal'],
    [{ metrics: ['dice'] } as never, 'unknown option'],
  ])('refuses %j', async (options, message) => {
    await expect(run(options)).rejects.toThrow(message)
  })
})

describe('a file of cases', () => {
  const all = { byCaliber: true, errors: true } as const

  it('has a line a pair, of which merging makes the same evaluation', async () => {
    const path = fresh()
    await writeFile(at('pred', 'broken.png'), 'no image')
    await copyFile(at('truth', '0.png'), at('truth', 'broken.png'))
    const options = { ...all, against: at('other'), allowMissing: true, onWarning: () => undefined }
    await copyFile(at('other', '0.png'), at('other', 'broken.png'))
    const whole = await run({ ...options, cases: path })
    expect(whole.failures).toHaveLength(1)
    expect(await linesOf(path)).toHaveLength(COUNT + 3)
    expect(await mergeCases([path])).toEqual(whole)
    const paths = [fresh(), fresh(), fresh()]
    for (const [i, cases] of paths.entries()) await run({ ...options, cases, shard: [i + 1, 3] })
    const merged = await mergeCases([paths[2], paths[0], paths[1]])
    expect(merged).toEqual(whole)
    expect(JSON.stringify(merged)).toBe(JSON.stringify(whole))
  })

  it('is gone on with after the last whole line, and what failed is tried again', async () => {
    const path = fresh()
    const whole = await run({ ...all, cases: path })
    const lines = await linesOf(path)
    for (const kept of [0, 1, 3, lines.length - 1]) {
      for (const torn of ['', lines[2].slice(0, 40)]) {
        await writeFile(path, [...lines.slice(0, kept), torn].join('\n'))
        const again = await run({ ...all, cases: path, resume: true })
        const cases = Math.max(0, kept - 1) - (kept > COUNT ? 1 : 0)
        expect(again.resumed).toBe(cases)
        expect({ ...again, resumed: 0 }).toEqual(whole)
        expect(await mergeCases([path])).toEqual(whole)
      }
    }
  })

  it('is not overwritten', async () => {
    const path = fresh()
    await run({ cases: path })
    const before = await readFile(path, 'utf8')
    await expect(run({ cases: path })).rejects.toThrow('is there already: resume goes on from it')
    expect(await readFile(path, 'utf8')).toBe(before)
  })

  it.each<[string, EvaluateFolderOptions, string]>([
    ['other metrics', { evaluate: { metrics: ['dice'] } }, 'other options (metrics)'],
    ['another reward', { reward: 'robust', threshold: 1 }, 'other options (reward, threshold)'],
    ['errors', { errors: true }, 'other options (errors)'],
    ['another shard', { shard: [1, 2] }, 'another shard (1/1, 1/2)'],
    ['another method', { against: 'other' }, 'with other names or paths'],
  ])('is refused for %s', async (_, options, message) => {
    const path = fresh()
    await run({ cases: path, allowMissing: true, onWarning: () => undefined })
    const against = options.against === undefined ? {} : { against: at(options.against) }
    const again = { ...options, ...against, cases: path, resume: true, allowMissing: true }
    await expect(run({ ...again, onWarning: () => undefined })).rejects.toThrow(message)
  })

  it('is refused where a file has changed, by name', async () => {
    const path = fresh()
    await run({ cases: path })
    await utimes(at('pred', '3.png'), 1, 1)
    await expect(run({ cases: path, resume: true })).rejects.toThrow(
      `files have changed since: '${at('pred', '3.png')}'`,
    )
  })

  it('is refused where it is damaged, or another file', async () => {
    const path = fresh()
    await run({ cases: path })
    const [header, ...lines] = await linesOf(path)
    for (const [content, message] of [
      [`${header}\n{"index":0}\n${lines.join('\n')}`, 'line 2 of'],
      [`${header}\n${lines[0].slice(0, 30)}\n${lines.join('\n')}`, 'line 2 of'],
      [`${header}\n${lines[0].replace('"index":0', '"index":99')}\n`, 'line 2 of'],
      ['name,dice\n', 'to be a file of cases'],
      [`${header.replace('"vessel_reward_cases":1', '"vessel_reward_cases":2')}\n`, 'to be a file'],
    ]) {
      await writeFile(path, content)
      await expect(run({ cases: path, resume: true })).rejects.toThrow(message)
      await expect(mergeCases([path])).rejects.toThrow(message)
    }
  })

  it('keeps what is done where a signal stops it', async () => {
    const path = fresh()
    const stop = new AbortController()
    const onProgress = (done: number) => done === 2 && stop.abort(new Error('enough'))
    await expect(run({ cases: path, signal: stop.signal, onProgress })).rejects.toThrow('enough')
    expect(await linesOf(path)).toHaveLength(4)
    const { resumed, cases } = await run({ cases: path, resume: true })
    expect([resumed, cases.length]).toEqual([2, COUNT])
    await expect(run({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  })
})

describe('mergeCases', () => {
  it('refuses shards that are missing, doubled, cut short or of other options', async () => {
    const [one, two, quick] = [fresh(), fresh(), fresh()]
    await run({ cases: one, shard: [1, 2] })
    await run({ cases: two, shard: [2, 2] })
    await run({ cases: quick, shard: [2, 2], evaluate: { metrics: ['dice'] } })
    await expect(mergeCases([one])).rejects.toThrow("shards are missing: '2/2'")
    await expect(mergeCases([one, two, one])).rejects.toThrow('both are shard 1/2')
    await expect(mergeCases([one, quick])).rejects.toThrow('other options (metrics)')
    const third = fresh()
    await run({ cases: third, shard: [2, 3] })
    await expect(mergeCases([one, third])).rejects.toThrow('one is of 2 shards, one of 3')
    const lines = await linesOf(two)
    await writeFile(two, `${lines.slice(0, 2).join('\n')}\n`)
    await expect(mergeCases([one, two])).rejects.toThrow(/has 1 of its \d pairs: resume/)
    await writeFile(two, lines[0].slice(0, 10))
    await expect(mergeCases([one, two])).rejects.toThrow('is empty')
  })

  it('takes an array of paths', async () => {
    await expect(mergeCases([])).rejects.toThrow(RangeError)
    await expect(mergeCases('cases.jsonl' as never)).rejects.toThrow(TypeError)
    await expect(mergeCases([7] as never)).rejects.toThrow(TypeError)
  })
})

describe('masks of unequal size', () => {
  it('are told before anything is scored, or left out', async () => {
    await mkdir(at('sizes'))
    await writePng(at('sizes', '0.png'), BitMask.from([[1, 0]]))
    await copyFile(at('pred', '1.png'), at('sizes', '1.png'))
    const call = (options: EvaluateFolderOptions) =>
      evaluateFolder(at('sizes'), at('truth'), { ...QUICK, ...options })
    await expect(call({ match: '^[01]\\.png' })).rejects.toThrow('truths have no prediction')
    const { cases, warnings } = await call({ allowMissing: true, onWarning: () => undefined })
    expect(cases.map(({ name }) => name)).toEqual(['1'])
    expect(warnings).toContainEqual({
      kind: 'other-size',
      file: at('sizes', '0.png'),
      message: `'${at('sizes', '0.png')}' (pred) is left out: it has 2 × 1 pixels and the truth 60 × 50`,
    })
  })
})
