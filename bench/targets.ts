import { LARGE_PIXELS } from './inputs.ts'
import type { SetResult } from './results.ts'

/** What the library is to reach; a quotient of times of one round. */
interface Target {
  name: string
  /** The quotient as the races name it. */
  ratio: string
  must: number
  aim: number
  /** Whether the quotient is to be at least (default) or at most that large. */
  atMost?: true
  on: 'all' | 'small' | 'large' | 'real small'
}

const TARGETS: readonly Target[] = [
  { name: 'reward against Python A', ratio: 'Python A / reward', must: 22, aim: 32, on: 'small' },
  { name: 'reward against Python A', ratio: 'Python A / reward', must: 28, aim: 40, on: 'large' },
  { name: 'reward against Python B', ratio: 'Python B / reward', must: 14, aim: 20, on: 'all' },
  {
    name: 'thinning against scikit-image',
    ratio: 'scikit-image skeletonize / thin skimage',
    must: 14,
    aim: 20,
    on: 'all',
  },
  {
    name: 'label map against ndimage.label',
    ratio: 'SciPy ndimage.label / label map',
    must: 5,
    aim: 8,
    on: 'small',
  },
  {
    name: 'label map against ndimage.label',
    ratio: 'SciPy ndimage.label / label map',
    must: 3,
    aim: 5,
    on: 'large',
  },
  {
    name: 'label map against ndimage.label, new arrays',
    ratio: 'SciPy ndimage.label, new array / label map, new array',
    must: 5,
    aim: 8,
    on: 'small',
  },
  {
    name: 'label map against ndimage.label, new arrays',
    ratio: 'SciPy ndimage.label, new array / label map, new array',
    must: 3,
    aim: 5,
    on: 'large',
  },
  {
    name: 'component count against OpenCV',
    ratio: 'OpenCV count / component count',
    must: 4,
    aim: 6,
    on: 'small',
  },
  {
    name: 'component count against OpenCV',
    ratio: 'OpenCV count / component count',
    must: 2,
    aim: 4,
    on: 'large',
  },
  {
    name: 'thinning against skeleton-tracing-js',
    ratio: 'skeleton-tracing-js / thin zhang-suen',
    must: 150,
    aim: 250,
    on: 'all',
  },
  {
    name: 'one reward in copies of both masks',
    ratio: 'reward in copies',
    must: 20,
    aim: 14,
    atMost: true,
    on: 'real small',
  },
  {
    name: 'distance transform against OpenCV',
    ratio: 'OpenCV precise distances / distance transform',
    must: 1,
    aim: 2,
    on: 'all',
  },
  {
    name: 'distance transform against OpenCV, new arrays',
    ratio: 'OpenCV precise distances, new array / distance transform, new array',
    must: 1,
    aim: 2,
    on: 'all',
  },
  {
    name: 'HD95 against MONAI',
    ratio: 'MONAI HD95 / hd95',
    must: 20,
    aim: 30,
    on: 'all',
  },
  {
    name: '2 workers against 1',
    ratio: '1 worker / 2 workers',
    must: 1.7,
    aim: 1.9,
    on: 'all',
  },
]

export type Verdict = 'aim reached' | 'must reached' | 'missed'

/** A target and what was measured of it, on one set of masks. */
export interface TargetResult {
  name: string
  /** Set of masks; undefined if no set of the run tells. */
  set: string | undefined
  must: string
  aim: string
  measured: SetResult['ratios'][string] | undefined
  verdict: Verdict | undefined
}

function verdictOf(median: number, { must, aim, atMost }: Omit<Target, 'on'>): Verdict {
  const reaches = (bound: number) => (atMost ? median <= bound : median >= bound)
  return reaches(aim) ? 'aim reached' : reaches(must) ? 'must reached' : 'missed'
}

function concerns({ on }: Target, { width, height, real }: SetResult): boolean {
  const isLarge = width * height > LARGE_PIXELS
  if (on === 'real small') return real && !isLarge
  return on === 'all' || (on === 'large') === isLarge
}

/** Every target with every set of masks that tells of it. */
export function targetResults(sets: readonly SetResult[]): TargetResult[] {
  return TARGETS.flatMap((target) => {
    const sign = target.atMost ? '≤ ' : '≥ '
    const row = {
      name: target.on === 'large' ? `${target.name}, large masks` : target.name,
      must: `${sign}${target.must}`,
      aim: `${sign}${target.aim}`,
    }
    const telling = sets.filter((set) => concerns(target, set) && target.ratio in set.ratios)
    if (telling.length === 0) {
      return [{ ...row, set: undefined, measured: undefined, verdict: undefined }]
    }
    return telling.map((set): TargetResult => {
      const measured = set.ratios[target.ratio]
      return { ...row, set: set.name, measured, verdict: verdictOf(measured.median, target) }
    })
  })
}
