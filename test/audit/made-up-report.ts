import type { AuditReport } from '../../src/audit/report.ts'

const step = (label: string, rewards: number[], dice: number) => ({
  label,
  rewards,
  mean: rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length,
  dice,
  clDice: dice,
})

/** A report with something of everything, and with text that is no markup. */
export const MADE_UP: AuditReport = {
  seed: 7,
  budget: 2000,
  evaluations: 1990,
  tolerance: 0.01,
  range: { min: Number.NEGATIVE_INFINITY, max: 6 },
  truths: [
    { width: 60, height: 40, pixels: 300 },
    { width: 50, height: 40, pixels: 200 },
  ],
  perfect: [6, 6],
  honest: [{ truth: 0, name: 'shifted', reward: 3.5, dice: 0.8, clDice: 0.9 }],
  ladders: [
    {
      name: 'dilation',
      description: 'every vessel thicker & thicker',
      unit: 'radius in pixels',
      steps: [
        step('truth', [6, 6], 1),
        step('1', [4.1, 4.5], 0.8),
        step('2', [4.4, 3], 0.6),
        step('3', [2, Number.NaN], 0.5),
      ],
      inversions: [{ step: 2, truth: 0, rise: 0.3 }],
      slope: -1.21,
    },
    {
      name: 'speckle',
      description: 'single false pixels',
      unit: 'share of all pixels',
      steps: ['truth', '0.001', '0.002', '0.005', '0.01', '0.02', '0.05'].map((label, i) =>
        step(label, [6 - i, 6 - 0.8 * i], 1 - i / 10),
      ),
      inversions: [],
      slope: -0.9,
    },
  ],
  exploits: [
    {
      name: 'full <all ones>',
      recipe: ['full'],
      truth: 1,
      reward: 4.25,
      dice: 0.2,
      clDice: 0.31,
      honest: 3.5,
      gain: 0.75,
      isBad: true,
      isExploit: true,
      truthsGamed: 2,
      truthsTried: 2,
    },
    {
      name: 'eroded',
      recipe: ['erode 2', 'speckle 0.01'],
      truth: 0,
      reward: -1234.5,
      dice: 0.3,
      clDice: 0.2,
      honest: 3.5,
      gain: -1238,
      isBad: true,
      isExploit: false,
      truthsGamed: 0,
      truthsTried: 2,
    },
  ],
  differential: {
    reference: 'Dice × "clDice"',
    kendall: 0.4567,
    points: [
      { name: 'speckle 0.01', truth: 0, reward: 3, reference: 0.9 },
      { name: 'full', truth: 0, reward: 4, reference: 0.1 },
      { name: 'truth', truth: 1, reward: 6, reference: 1 },
    ],
    worst: [{ better: 1, worse: 0 }],
  },
  terms: [
    {
      name: 'topology',
      weight: 0.2,
      declared: { min: Number.NEGATIVE_INFINITY, max: 5 },
      min: -3000,
      mean: -20,
      max: 5,
      atBound: 0.25,
      direction: -0.5,
      problems: ['has no lower bound', 'rises along <ladders>'],
    },
    {
      name: 'total',
      min: -600,
      mean: 1,
      max: 6,
      atBound: 0.001,
      direction: 1,
      problems: [],
    },
  ],
  pitfalls: [
    {
      name: 'empty prediction',
      description: 'is finite',
      source: 'Maier-Hein & Reinke 2024',
      isPassed: false,
      detail: 'NaN',
    },
    {
      name: 'thin vessels',
      description: 'a break costs more than a pixel at the wall',
      source: 'Reinke 2024',
      isPassed: true,
      detail: '.8 < .9',
    },
  ],
  findings: [
    {
      severity: 'error',
      kind: 'exploit',
      subject: 'full <all ones>',
      message: "paid 4.25, an honest mask 3.5; it's bad",
      truth: 1,
    },
    { severity: 'warning', kind: 'inversion', subject: 'dilation', message: 'rises by 0.3' },
    { severity: 'info', kind: 'coverage', message: 'only 2 truths' },
  ],
  worst: 'error',
}
