import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePng } from 'vessel-reward/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  adapterFolder,
  integerOption,
  readOptions,
  settingsOption,
} from '../../src/commands/options/command.ts'
import { binaryShare, readMaskFolder } from '../../src/results/mask-folder.ts'
import { REAL_SETTINGS } from '../../src/settings.ts'
import { run } from '../support/run-command.ts'

let folder: string
const write = (name: string, values: number[], width: number) => {
  const image = { data: Uint8Array.from(values), width, height: values.length / width }
  writeFileSync(join(folder, name), encodePng(image))
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'))
  for (const name of ['masks', 'truths']) mkdirSync(join(folder, name))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('masks', () => {
  it('are binary where hardly a pixel is undecided', () => {
    expect(binaryShare([0, 1, 0.001, 0.999])).toEqual({ undecided: 0, isBinary: true })
    expect(binaryShare([0, 1, 0.5, 0.9])).toEqual({ undecided: 0.5, isBinary: false })
    expect(binaryShare([]).isBinary).toBe(true)
  })

  it('are read with their truths', async () => {
    write('masks/a.png', [0, 51, 204, 255], 2)
    write('truths/a.png', [0, 0, 255, 255], 2)
    const { names, logits, references } = await readMaskFolder(
      join(folder, 'masks'),
      join(folder, 'truths'),
    )
    expect(names).toEqual(['a.png'])
    expect(logits[0][1]).toBeCloseTo(Math.log(0.2 / 0.8), 5)
    expect([...logits[0]].map((z) => z > 0)).toEqual([false, false, true, true])
    expect(references[0].truth.count).toBe(2)
    expect(references[0].within.count).toBe(4)
  })

  it('that cannot be read or do not fit are named', async () => {
    const read = () => readMaskFolder(join(folder, 'masks'), join(folder, 'truths'))
    await expect(read()).rejects.toThrow('expected PNG files')
    write('masks/a.png', [0, 255], 2)
    await expect(read()).rejects.toThrow('a.png')
    write('truths/a.png', [0, 255, 0], 3)
    await expect(read()).rejects.toThrow('expected 3 × 1 pixels as its truth has, got 2 × 1')
    writeFileSync(join(folder, 'masks/a.png'), 'no image')
    await expect(read()).rejects.toThrow(/cannot read .*a\.png/)
  })

  it('of your own model are swept, or said to be binary', async () => {
    const sweep = () =>
      run('sweep-threshold', [
        ...['--masks', join(folder, 'masks')],
        ...['--truths', join(folder, 'truths')],
      ])
    write('truths/a.png', [0, 0, 255, 255], 2)
    write('masks/a.png', [0, 0, 255, 0], 2)
    expect((await sweep()).output).toContain('binary already')
    write('masks/a.png', [0, 51, 204, 102], 2)
    const { output, code } = await sweep()
    expect(code).toBe(0)
    expect(output).toMatch(/\s+1\.000.*best Dice/)
    expect(output).toContain('a threshold decides 75.00 % of pixels')
  })
})

describe('options', () => {
  it('are integers or refused', () => {
    expect(integerOption('12', 'seed', 0)).toBe(12)
    for (const text of ['', '-1', '1.5', 'x', '1e99']) {
      expect(() => integerOption(text, 'seed', 0)).toThrow('expected --seed')
    }
  })

  it('that are not known are refused with the nearest one', () => {
    const read = (...args: string[]) =>
      readOptions(args, '', { seed: { type: 'string' }, quick: { type: 'boolean' } })
    const all = 'There are --seed, --quick, --help'
    expect(() => read('--sede', '3')).toThrow(
      `there is no option --sede: did you mean '--seed'? ${all}`,
    )
    expect(() => read('--seed', '3', '--quik=1')).toThrow("did you mean '--quick'?")
    expect(() => read('-h')).toThrow('there is no option -h: ')
    expect(() => read('--__proto__')).toThrow('there is no option --__proto__')
    expect(() => read('--seed')).toThrow(TypeError)
    expect(() => read('--quick', 'more')).toThrow(TypeError)
    expect(read('--seed', '3')).toMatchObject({ seed: '3' })
  })

  it('that are given twice are refused, whichever form they have', () => {
    const read = (...args: string[]) =>
      readOptions(args, '', { seed: { type: 'string' }, quick: { type: 'boolean' } })
    expect(() => read('--seed', '3', '--quick', '--seed=3')).toThrow('expected --seed once')
    expect(() => read('--quick', '--quick')).toThrow(TypeError)
    expect(() => read('--help', '--help')).toThrow('expected --help once')
  })

  it('name an adapter or its run', () => {
    expect(adapterFolder(folder)).toBe(folder)
    mkdirSync(join(folder, 'adapter'))
    expect(adapterFolder(folder)).toBe(join(folder, 'adapter'))
  })

  it('choose a reward, and settings win over it', () => {
    const of = (reward?: string, settings?: string) =>
      settingsOption(REAL_SETTINGS, { reward, settings })
    expect(of()).toEqual(REAL_SETTINGS)
    expect(of('design')).toEqual(REAL_SETTINGS)
    expect(of('robust').reward).toBe('robust')
    expect(of('robust').precisionHinge).toEqual({ weight: 0, target: 0.8 })
    expect(of('robust', '{"updates":3}').updates).toBe(3)
    expect(() => of('best')).toThrow("expected --reward design or robust, got 'best'")
    expect(() => of(undefined, '{"reward":"robust"}')).toThrow('precisionHinge.weight of 0')
  })

  it.each([
    'train',
    'train-base',
    'supervise',
    'compare-adapters',
    'ablate-start',
    'evaluate',
    'sweep-threshold',
    'ablate',
  ])('of %s are explained', async (name) => {
    const { code, output } = await run(name, ['--help'])
    expect(code).toBe(0)
    expect(output).toMatch(/^Usage: npm run /)
    const unknown = await run(name, ['--nonsense'])
    expect(unknown.code).toBe(1)
    expect(unknown.errors).toMatch(/^there is no option --nonsense: did you mean '--\w+'\?/)
  })

  it('of supervise name a loss and rates', async () => {
    const errors = async (...args: string[]) => (await run('supervise', args)).errors
    expect(await errors('--loss', 'dice')).toContain(
      "expected --loss to be one of bce, dice-bce, cldice-dice, got 'dice'",
    )
    expect(await errors('--rates', '1e-3,0')).toContain("got '0' in '1e-3,0'")
  })

  it('of real images are explained, and images that are missing are named', async () => {
    expect((await run('train', ['--help'])).output).toContain('--data DIR')
    const { code, output } = await run('train', ['--data', 'nowhere', '--help'])
    expect(code).toBe(0)
    expect(output).toMatch(/^Usage: npm run train -- --data DIR/)
    const missing = await run('train', ['--data=nowhere', '--backend', 'wasm'])
    expect(missing.code).toBe(1)
    expect(missing.errors).toContain('nowhere')
    expect(missing.errors).not.toContain('    at ')
    expect((await run('train', ['--dat', 'x'])).errors).toContain("did you mean '--data'?")
  })
})
