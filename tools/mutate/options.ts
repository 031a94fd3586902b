import { parseArgs } from 'node:util'

export const USAGE: string = `Usage: npm run mutate -- [options]

Makes small changes to the sources and looks which of them the tests notice. Results are kept in
.mutants/ and hold until a file changes, so a run that was interrupted goes on.

  --folder LIST     only these files of src, and those in these folders: topology,mask/pack.ts
  --without LIST    not these files of src, nor those in these folders: node/folders,cli/main.ts
  --sample N        only N mutants of each folder, the same for the same seed
  --seed S          seed of the sample (default: 1)
  --jobs N          processes (default: 1)
  --budget SECONDS  how long the tests of one mutant may compute in all; a mutant that lives to
                    see its end has survived (default: 4)
  --cut             once more those that were cut short by the budget
  --retry           once more those that survived, even if no test has changed
  --id LIST         these mutants alone, once more
  --report          nothing is run: what is known so far
  --survivors       prints the survivors
  --equivalent LIST puts mutants into tools/mutate/equivalent.json, with --reason TEXT
  --help            this text
`

export interface MutateOptions {
  folders: string[]
  without: string[]
  sample: number | undefined
  seed: number
  jobs: number
  /** In milliseconds. */
  budget: number
  cut: boolean
  retry: boolean
  ids: string[]
  report: boolean
  survivors: boolean
  equivalent: string[]
  reason: string | undefined
}

/** @returns undefined if help is asked for */
export function readArguments(args: string[]): MutateOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      folder: { type: 'string' },
      without: { type: 'string' },
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1' },
      budget: { type: 'string', default: '4' },
      cut: { type: 'boolean', default: false },
      retry: { type: 'boolean', default: false },
      id: { type: 'string' },
      report: { type: 'boolean', default: false },
      survivors: { type: 'boolean', default: false },
      equivalent: { type: 'string' },
      reason: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    folders: listOf(values.folder),
    without: listOf(values.without),
    sample: values.sample === undefined ? undefined : numberOf('sample', values.sample),
    seed: numberOf('seed', values.seed),
    jobs: numberOf('jobs', values.jobs),
    budget: 1000 * numberOf('budget', values.budget),
    cut: values.cut,
    retry: values.retry,
    ids: listOf(values.id),
    report: values.report,
    survivors: values.survivors,
    equivalent: listOf(values.equivalent),
    reason: values.reason,
  }
}

const listOf = (text: string | undefined) => text?.split(',').filter((part) => part !== '') ?? []

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0) return value
  throw new RangeError(`expected --${name} to be a number above 0, got ${text}`)
}
