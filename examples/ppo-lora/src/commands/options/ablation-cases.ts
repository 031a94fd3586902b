import { DEFAULT_SETTINGS, type Settings } from '../../settings.ts'

/** One line of the comparison: what it changes in the default settings. */
export interface AblationCase {
  name: string
  label: string
  changes: {
    [K in keyof Settings]?: Settings[K] extends object
      ? Partial<Settings[K]> | Settings[K]
      : Settings[K]
  }
}

/**
 * Classic PPO draws one mask an image. It gets eight times as many images, so that an update sees as
 * many masks as the other recipes' do, and makes as many steps of them.
 */
const VALUE = {
  credit: 'value',
  samples: 1,
  images: DEFAULT_SETTINGS.images * DEFAULT_SETTINGS.samples,
  miniBatch: DEFAULT_SETTINGS.miniBatch * DEFAULT_SETTINGS.samples,
} satisfies AblationCase['changes']

/** What other recipes do, in the order of the table. */
export const ABLATION_CASES: readonly AblationCase[] = [
  { name: 'tile', label: 'tile credit (the default)', changes: {} },
  { name: 'tile-16', label: 'tiles of 16 pixels', changes: { tile: 16 } },
  { name: 'group', label: 'image-level group baseline', changes: { credit: 'group' } },
  { name: 'rloo', label: 'image-level leave-one-out baseline', changes: { credit: 'rloo' } },
  {
    name: 'value-slow',
    label: 'value head, K = 1, learning rate 5e-5',
    changes: { ...VALUE, learningRate: 5e-5 },
  },
  {
    name: 'value-fast',
    label: 'value head, K = 1, learning rate 1e-3',
    changes: { ...VALUE, learningRate: 1e-3 },
  },
  {
    name: 'value-default',
    label: 'value head, K = 1, learning rate 3e-3',
    changes: VALUE,
  },
  { name: 'warm', label: 'temperature 1 throughout', changes: { temperature: [1, 1] } },
  // The scale alpha / r stays.
  { name: 'rank-1', label: 'rank 1', changes: { lora: { r: 1, alpha: 2 } } },
  { name: 'shuffled', label: 'control: shuffled advantages', changes: { credit: 'shuffled' } },
]

/**
 * Gentle and cold: masks are drawn close to the one at the threshold, which is what is judged. The
 * start is good, and there is more to lose than to find.
 */
const GENTLE = {
  reward: 'robust',
  tile: 16,
  learningRate: 5e-4,
  temperature: [0.2, 0.05],
  shares: { overlap: 0.7, skeleton: 0.3 },
} satisfies AblationCase['changes']

/** Ways to go on by rewards where training on labels has ended, in the order of the table. */
export const AFTER_SUPERVISION: readonly AblationCase[] = [
  { name: 'skeleton-30', label: 'robust, tiles of 16, 30 % to skeletons', changes: GENTLE },
  {
    name: 'skeleton-50',
    label: 'the same, 50 %',
    changes: { ...GENTLE, shares: { overlap: 0.5, skeleton: 0.5 } },
  },
  {
    name: 'skeleton-70',
    label: 'the same, 70 %',
    changes: { ...GENTLE, shares: { overlap: 0.3, skeleton: 0.7 } },
  },
  {
    name: 'tile-8',
    label: 'tiles of 8, 50 %',
    changes: { ...GENTLE, tile: 8, shares: { overlap: 0.5, skeleton: 0.5 } },
  },
  {
    name: 'piece',
    label: 'credit by piece, 50 %',
    changes: { ...GENTLE, credit: 'piece', shares: { overlap: 0.5, skeleton: 0.5 } },
  },
  {
    name: 'hot',
    label: 'τ .5 to .1, rate 1e-3, 50 %',
    changes: {
      ...GENTLE,
      learningRate: 1e-3,
      temperature: [0.5, 0.1],
      shares: { overlap: 0.5, skeleton: 0.5 },
    },
  },
  {
    name: 'design',
    label: 'design with a precision hinge, tiles of 8, τ .5 to .1, rate 1e-3, 40 %',
    changes: {
      reward: 'design',
      precisionHinge: { weight: 0.2, target: 0.88 },
      tile: 8,
      learningRate: 1e-3,
      temperature: [0.5, 0.1],
      shares: { overlap: 0.6, skeleton: 0.4 },
    },
  },
]

/**
 * The cases of these names.
 *
 * @param names - separated by commas
 * @param cases - to choose from
 * @throws RangeError if there is none of a name
 */
export function casesOf(
  names: string,
  cases: readonly AblationCase[] = ABLATION_CASES,
): AblationCase[] {
  return names.split(',').map((name) => {
    const found = cases.find((one) => one.name === name)
    if (found !== undefined) return found
    const all = cases.map((one) => one.name).join(', ')
    throw new RangeError(`expected --only to name some of ${all}, got '${name}'`)
  })
}
