import { parseArgs } from 'node:util'
import type { Clock, MeasureOptions } from './measure.ts'
import { GROUPS, type Group } from './peers/peer.ts'

export const USAGE: string = `Usage: npm run bench -- [options]

Times the reward and its stages on seeded synthetic masks, with the same work by other libraries
in the same run.

  --quick             a smoke run: small masks, few rounds, no Python
  --sizes LIST        sizes of the masks, height x width, or none
                      (default: 256x256,584x565,1024x1024,2336x3504)
  --data DIR          real pairs too: DIR, or folders in it, hold pred/*.png and truth/*.png
  --crops LIST        sizes that are cut out of the middle of the real pairs too, or none
                      (default: 256x256,584x565)
  --pairs N           pairs per size (default: 8; 4 of more than 2 megapixels; 2 with --quick)
  --only LIST         groups of stages: ${GROUPS.join(', ')}
  --rounds N          rounds (default: 15, fewer where a round takes seconds)
  --clock NAME        wall, or cpu: time in which the process computed, which other processes
                      disturb less (default: wall)
  --python PATH       a Python with scikit-image (default: $PYTHON, else python3)
  --no-python         without Python
  --portable          our portable code alone, without WebAssembly SIMD
  --library DIR       measures the built files in DIR instead of the sources
  --json [FILE]       writes the results as JSON; without FILE to standard output, and no tables
  --compare FILE      compares with what --json wrote before on this machine; exit code 1 if a
                      stage became slower; best with --clock cpu
  --tolerance SHARE   with --compare: what is not yet slower (default: 0.1)
  --force             with --compare: even if the other run is from another machine
  --help              this text
`

export interface BenchOptions {
  quick: boolean
  sizes: { width: number; height: number }[]
  data: string | undefined
  crops: { width: number; height: number }[]
  pairs: number | undefined
  groups: Group[]
  measure: MeasureOptions
  /** `undefined`: without Python. */
  python: string | undefined
  /** Whether a Python that does not work is an error. */
  pythonRequired: boolean
  /** Whether to measure our code without its SIMD kernel. */
  portable: boolean
  library: string | undefined
  /** `'-'` is standard output. */
  json: string | undefined
  compare: string | undefined
  tolerance: number
  force: boolean
  /** The arguments that measure the same once more, without a comparison. */
  repeat: string[]
}

/** Options that say what to do with the results, and which of them to get. */
const NOT_REPEATED = ['only', 'json', 'compare', 'tolerance', 'force']

const FULL: MeasureOptions = {
  clock: 'wall',
  quantumMs: 10,
  warmUpMs: 300,
  rounds: 15,
  budgetMs: 25_000,
  minRounds: 5,
}

const QUICK: MeasureOptions = {
  clock: 'wall',
  quantumMs: 2,
  warmUpMs: 20,
  rounds: 3,
  budgetMs: 500,
  minRounds: 2,
}

/** Reads the command line; `undefined` if help is wanted. */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: args.map((arg, i) => (arg === '--json' && !isValue(args[i + 1]) ? '--json=-' : arg)),
    options: {
      quick: { type: 'boolean', default: false },
      sizes: { type: 'string' },
      data: { type: 'string' },
      crops: { type: 'string' },
      pairs: { type: 'string' },
      only: { type: 'string' },
      rounds: { type: 'string' },
      clock: { type: 'string', default: 'wall' },
      python: { type: 'string' },
      'no-python': { type: 'boolean', default: false },
      portable: { type: 'boolean', default: false },
      library: { type: 'string' },
      json: { type: 'string' },
      compare: { type: 'string' },
      tolerance: { type: 'string', default: '0.1' },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { quick } = values
  if (quick && values.compare !== undefined) {
    throw new RangeError('expected --compare without --quick, whose times mean little')
  }
  const defaultSizes = quick ? '256x256,584x565' : '256x256,584x565,1024x1024,2336x3504'
  const defaultPairs = quick ? 2 : undefined
  const measure = { ...(quick ? QUICK : FULL), clock: clockOf(values.clock) }
  if (values.rounds !== undefined) {
    measure.rounds = count(values.rounds, 'rounds')
    measure.minRounds = measure.rounds
  }
  return {
    quick,
    sizes: sizes(values.sizes ?? defaultSizes),
    data: values.data,
    crops: sizes(values.crops ?? '256x256,584x565'),
    pairs: values.pairs === undefined ? defaultPairs : count(values.pairs, 'pairs'),
    groups: values.only === undefined ? [...GROUPS] : groups(values.only),
    measure,
    python: pythonOf(values.python, quick || values['no-python']),
    pythonRequired: values.python !== undefined,
    portable: values.portable,
    library: values.library,
    json: values.json,
    compare: values.compare,
    tolerance: share(values.tolerance),
    force: values.force,
    repeat: Object.entries(values)
      .filter(([name, value]) => value !== false && !NOT_REPEATED.includes(name))
      .map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`)),
  }
}

const isValue = (arg: string | undefined) => arg !== undefined && !arg.startsWith('--')

function pythonOf(given: string | undefined, without: boolean): string | undefined {
  if (given !== undefined) return given
  return without ? undefined : (process.env.PYTHON ?? 'python3')
}

function clockOf(name: string): Clock {
  if (name === 'wall' || name === 'cpu') return name
  throw new RangeError(`expected --clock to be wall or cpu, got '${name}'`)
}

function sizes(list: string): BenchOptions['sizes'] {
  if (list === 'none') return []
  return list.split(',').map((size) => {
    const match = /^(\d+)[x×](\d+)$/.exec(size)
    if (match === null) throw new RangeError(`expected sizes like 584x565, got '${size}'`)
    return { height: Number(match[1]), width: Number(match[2]) }
  })
}

function groups(list: string): Group[] {
  return list.split(',').map((name) => {
    const group = GROUPS.find((one) => one === name)
    if (group !== undefined) return group
    throw new RangeError(`expected groups out of ${GROUPS.join(', ')}, got '${name}'`)
  })
}

function count(text: string, name: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new RangeError(`expected --${name} to be a positive integer, got '${text}'`)
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value
  throw new RangeError(`expected --tolerance to be a number such as 0.1, got '${text}'`)
}
