import { describe, expect, test } from 'vitest'
import { reportText, type ScoreReport } from '../../../src/cli/score/report.ts'

const term = (value: number, weight: number) => ({
  value,
  weight,
  weighted: weight * value,
  range: [-10, 10] as const,
})

const PLAIN: ScoreReport = {
  files: { pred: 'pred.png', truth: 'truth.png' },
  warnings: [],
  width: 640,
  height: 480,
  reward: 'design',
  total: 4.69756,
  range: { min: -4.9, max: 6 },
  terms: { dice: term(8.13643, 0.5), recall: term(-1.05941, 0.2), precision: term(-12, 0) },
  metrics: { dice: 0.813643, recall: 0.79703, hd95: 12.5, clDice: Number.NaN },
  rules: {},
  facts: {
    pred: { pixels: 775, components: 5, junctions: 26, length: 523.44 },
    truth: { pixels: 80800, components: 12, junctions: 28, length: 6341.06 },
  },
}

test('a report as tables', () => {
  expect(reportText(PLAIN)).toBe(`\
prediction  pred.png
truth       truth.png
size        640 × 480
reward      design

term         points  weight   weighted
dice         8.1364     0.5     4.0682
recall      -1.0594     0.2    -0.2119
precision  -12.0000       0     0.0000
total                           4.6976
range                        -4.9 to 6

metric    value
dice     0.8136
recall   0.7970
hd95    12.5000
clDice      NaN

fact        prediction   truth
pixels             775   80800
components           5      12
junctions           26      28
length           523.4  6341.1
`)
})

const after = (report: ScoreReport, heading: string) => {
  const text = reportText(report)
  return text.slice(text.indexOf(heading))
}

describe('more of a report', () => {
  test('the field of view, the standard input, the reward, warnings', () => {
    const text = reportText({
      ...PLAIN,
      files: { pred: '-', truth: 'truth.png', within: 'fov.png' },
      reward: 'robust',
      range: { min: Number.NEGATIVE_INFINITY, max: 0.1 + 0.2 },
      warnings: [
        { kind: 'both-empty', message: 'both masks are empty' },
        { kind: 'surplus-data', message: 'more\nthan \x1b[31m needed', file: 'a' },
      ],
    })
    expect(text.split('\n\n')[0]).toBe(`\
prediction  the standard input
truth       truth.png
within      fov.png
size        640 × 480
reward      robust
warning     both masks are empty
warning     more\\nthan \\u001b[31m needed`)
    expect(text).toMatch(/^range +-∞ to 0.3$/m)
  })

  test('metrics that are 0/0', () => {
    const metrics = { dice: 0, hd95: 100, junctionF1: 1, nsd: Number.NaN }
    const rules = { hd95: 'worst', junctionF1: 'perfect', nsd: 'left out' } as const
    const text = reportText({ ...PLAIN, metrics, rules })
    expect(text.split('\n\n')[2]).toBe(`\
metric         value   0/0, so
dice          0.0000
hd95        100.0000     worst
junctionF1    1.0000   perfect
nsd              NaN  left out`)
  })

  test('errors and where they are', () => {
    const topologyErrors: ScoreReport['topologyErrors'] = [
      { kind: 'missing branch', x: 7, y: 120, size: 11 },
      { kind: 'extra branch', x: 700, y: 121, size: 3 },
      { kind: 'missing branch', x: 8, y: 122, size: 5 },
    ]
    expect(after({ ...PLAIN, topologyErrors }, 'topology error')).toBe(`\
topology error       count
broken connection        0
missing branch           2
spurious connection      0
extra branch             1

place of error    x    y  size
missing branch    7  120    11
missing branch    8  122     5
extra branch    700  121     3
`)
    expect(after({ ...PLAIN, topologyErrors, smallErrors: 12 }, 'topology error')).toMatch(
      /^extra branch +1\nsmaller than --min-size +12\n\n/m,
    )
    expect(after({ ...PLAIN, topologyErrors: [] }, 'topology error')).toBe(`\
topology error       count
broken connection        0
missing branch           0
spurious connection      0
extra branch             0
`)
  })

  test('what the picture shows', () => {
    const files = { ...PLAIN.files, overlay: 'out.png' }
    expect(after({ ...PLAIN, files }, 'overlay')).toBe(`\
overlay written to out.png
  light grey: in both · orange: prediction only · sky blue: truth only
  lines: skeletons (red prediction, blue truth, dark grey both)
  magenta squares: junctions of the prediction · green rings: of the truth
`)
    expect(after({ ...PLAIN, files, topologyErrors: [] }, 'overlay')).toBe(`\
overlay written to out.png
  light grey: in both · orange: prediction only · sky blue: truth only
  lines: skeletons (red prediction, blue truth, dark grey both)
  yellow crosses: broken connections · yellow diamonds: missing branches
  vermilion plus signs: spurious connections · vermilion triangles: extra branches
`)
  })
})
