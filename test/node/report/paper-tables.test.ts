import { aggregate, compare, type Evaluation } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { latexTable, markdownTable } from '../../../src/node/report/paper-tables.ts'

const evaluations = (dices: number[], errors: number[]): Evaluation[] =>
  dices.map((dice, i) => ({ values: { dice, b0Error: errors[i] }, rules: {} }))
const ours = evaluations([0.8, 0.82, 0.84, 0.86, 0.88, 0.9, 0.8, 0.8], [9, 9, 9, 9, 9, 9, 9, 9])
const theirs = evaluations([0.7, 0.71, 0.74, 0.75, 0.78, 0.8, 0.7, 0.7], [2, 1, 2, 2, 2, 2, 2, 2])
const summaries = [aggregate(ours), aggregate(theirs)] as const
const against = { comparison: compare(ours, theirs), summaries }

describe('markdownTable', () => {
  it('is the summary of one method', () => {
    const { dice } = summaries[0]
    expect(markdownTable({ summary: summaries[0] }).split('\n')).toEqual([
      '| metric | mean ± sd | 95 % interval | n |',
      '| --- | --: | --: | --: |',
      `| dice ↑ | 0.838 ± 0.039 | ${dice.low.toFixed(3)} to ${dice.high.toFixed(3)} | 8 |`,
      '| b0Error ↓ | 9.000 ± 0.000 | 9.000 to 9.000 | 8 |',
      '',
    ])
  })

  it('has the better of two methods bold where the difference holds', () => {
    const [, , dice, errors] = markdownTable({ summary: summaries[0], against }).split('\n')
    expect(dice).toMatch(/^\| dice ↑ \| \*\*0\.838 ± 0\.039\*\* \| 0\.735 ± 0\.039 \| 0\.103 \| /)
    expect(errors).toMatch(
      /^\| b0Error ↓ \| 9\.000 ± 0\.000 \| \*\*1\.875 ± 0\.354\*\* \| 7\.125 \| /,
    )
    const same = {
      comparison: compare(ours, ours),
      summaries: [summaries[0], summaries[0]] as const,
    }
    expect(markdownTable({ summary: summaries[0], against: same })).not.toContain('**')
  })
})

describe('what is not there', () => {
  it('is a dash, and the deviation of one pair is left out', () => {
    const one = aggregate([{ values: { dice: 0.5, hd95: Number.NaN }, rules: {} }] as Evaluation[])
    expect(markdownTable({ summary: one })).toContain(
      '| dice ↑ | 0.500 | 0.500 to 0.500 | 1 |\n| hd95 ↓ | – | – to – | 0 |',
    )
    expect(latexTable({ summary: one })).toContain('hd95 $\\downarrow$ & -- & -- to -- & 0')
  })
})

describe('latexTable', () => {
  it('is a table of booktabs', () => {
    const { low, high } = summaries[0].dice
    expect(latexTable({ summary: summaries[0] }).split('\n')).toEqual([
      '% \\usepackage{booktabs}',
      '\\begin{tabular}{lrrr}',
      '\\toprule',
      'metric & mean ± sd & 95 \\% interval & n \\\\',
      '\\midrule',
      `dice $\\uparrow$ & $0.838 \\pm 0.039$ & $${low.toFixed(3)}$ to $${high.toFixed(3)}$ & 8 \\\\`,
      'b0Error $\\downarrow$ & $9.000 \\pm 0.000$ & $9.000$ to $9.000$ & 8 \\\\',
      '\\bottomrule',
      '\\end{tabular}',
      '',
    ])
    expect(latexTable({ summary: summaries[0], against })).toContain(
      '\\textbf{\\boldmath$0.838 \\pm 0.039$}',
    )
  })
})
