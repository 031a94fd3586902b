import type { Settings } from '../settings.ts'

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

/** What other recipes do, in the order of the table. */
export const ABLATION_CASES: readonly AblationCase[] = [
  { name: 'tile', label: 'tile credit (the default)', changes: {} },
  { name: 'tile-16', label: 'tiles of 16 pixels', changes: { tile: 16 } },
  { name: 'group', label: 'image-level group baseline', changes: { credit: 'group' } },
  { name: 'rloo', label: 'image-level leave-one-out baseline', changes: { credit: 'rloo' } },
  {
    name: 'value-slow',
    label: 'value head, K = 1, learning rate 5e-5',
    changes: { credit: 'value', samples: 1, learningRate: 5e-5 },
  },
  {
    name: 'value-fast',
    label: 'value head, K = 1, learning rate 1e-3',
    changes: { credit: 'value', samples: 1, learningRate: 1e-3 },
  },
  { name: 'warm', label: 'temperature 1 throughout', changes: { temperature: [1, 1] } },
  // The scale alpha / r stays.
  { name: 'rank-1', label: 'rank 1', changes: { lora: { r: 1, alpha: 2 } } },
  { name: 'shuffled', label: 'control: shuffled advantages', changes: { credit: 'shuffled' } },
]

/**
 * The cases of these names.
 *
 * @param names - separated by commas
 * @throws RangeError if there is none of a name
 */
export function casesOf(names: string): AblationCase[] {
  return names.split(',').map((name) => {
    const found = ABLATION_CASES.find((one) => one.name === name)
    if (found !== undefined) return found
    const all = ABLATION_CASES.map((one) => one.name).join(', ')
    throw new RangeError(`expected --only to name some of ${all}, got '${name}'`)
  })
}
