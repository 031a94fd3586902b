import { readFile } from 'node:fs/promises'
import { checkCount, readOptions } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import type { CaliberStratum } from '../../metrics/by-caliber.ts'
import { evaluateOptions } from '../../metrics/evaluate.ts'
import { METRIC_NAMES, type MetricName } from '../../metrics/metric-directions.ts'
import type { UndefinedRule } from '../../metrics/statistics/aggregate.ts'
import { TOPOLOGY_ERROR_KINDS } from '../../metrics/topology-errors/topology-errors.ts'
import { PRESETS } from '../../reward/terms/presets.ts'
import { fileError, pathName } from '../file-error.ts'
import { printable } from '../printable.ts'
import type { CaseFailure, CaseResult } from './case-result.ts'
import type { EvaluationSettings, FolderWarning } from './folder-evaluation.ts'
import type { FilePair } from './pairs/file-pair.ts'
import { choicesByRole } from './pairs/image-choices.ts'
import type { FolderResults, MetricBound, ResultOptions } from './results.ts'
import { NNUNET_NAMES, SCHEMA } from './results-json.ts'

/**
 * Reads what `vessel-reward evaluate --json` wrote. Reports that are made of it are those of the
 * evaluation, byte for byte.
 *
 * @param source - path of the file, or what `JSON.parse` made of it
 * @throws TypeError or RangeError if the file cannot be read, is not of this format or of another
 * schema, or contradicts itself; the message says where
 *
 * @example
 * ```ts
 * import { readResults } from 'vessel-reward/node'
 *
 * await readResults({ mean: {} }) // => throws RangeError: no results of vessel-reward
 * ```
 */
export async function readResults(source: string | URL | object): Promise<FolderResults> {
  checkCount(arguments.length, 1, 'readResults')
  const isPath = typeof source === 'string' || describe(source) === 'a URL'
  if (!isPath) return resultsOf(new Place(source, 'the results'))
  const name = pathName(source as string | URL)
  let text: string
  try {
    text = await readFile(source as string | URL, 'utf8')
  } catch (error) {
    throw fileError('read', name, error)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new RangeError(`${name} is not JSON: ${printable((error as Error).message)}`)
  }
  return resultsOf(new Place(value, name))
}

function resultsOf(file: Place): FolderResults {
  const ours = file.optional('vessel_reward')
  if (ours === undefined) {
    throw new RangeError(
      `${file.name} has no results of vessel-reward: expected what 'evaluate --json' writes`,
    )
  }
  const schema = ours.at('schema').value
  if (schema !== SCHEMA) {
    throw new RangeError(
      `${file.name} has results of schema ${describe(schema)}, and this version reads schema ${SCHEMA}: evaluate again, or use the version that wrote it`,
    )
  }
  const metrics = file.at('metric_per_case').list()
  let used = 0
  const places = ours.at('cases').list()
  const results = places.map((place) => {
    if (place.optional('error') !== undefined) return failureOf(place)
    const numbers = metrics[used++]
    if (numbers === undefined) throw place.wrong('to have an entry of metric_per_case')
    const result = caseOf(place, numbers.at('metrics').at('1'))
    if (numbers.at('prediction_file').text() === result.files.pred) return result
    throw numbers
      .at('prediction_file')
      .wrong(`to be '${printable(result.files.pred)}', as in cases`)
  })
  if (used < metrics.length) throw metrics[used].wrong('to be one of cases')
  const other = ours.optional('other')
  const others = other
    ?.at('cases')
    .list()
    .map((place) =>
      place.optional('error') === undefined ? caseOf(place, place.at('metrics')) : failureOf(place),
    )
  const names = results.map(({ name }) => name)
  if (
    others?.some(({ name }, i) => name !== names[i]) ||
    (others ?? names).length !== names.length
  ) {
    throw other?.at('cases').wrong('to have the pairs of cases, in their order')
  }
  return {
    version: ours.at('version').text(),
    options: optionsOf(ours.at('options')),
    warnings: ours.at('warnings').list().map(warningOf),
    results,
    ...(others === undefined ? {} : { others }),
  }
}

function optionsOf(place: Place): ResultOptions {
  const bounds = (name: string): readonly MetricBound[] | undefined =>
    place
      .optional(name)
      ?.list()
      .map((one) => ({ name: one.at('name').text(), bound: one.at('bound').number() }))
  const { reward, threshold, page, category, byCaliber, errors, failUnder, failOver, ...settings } =
    place.record()
  const where = `${place.name} at vessel_reward.options`
  const checked: Readonly<Record<string, unknown>> = {
    ...checkedOptions(settings, where),
  }
  // What is not there stays so: what is written again is the same.
  const read = Object.fromEntries(Object.keys(settings).map((name) => [name, checked[name]]))
  return {
    ...(read as unknown as EvaluationSettings),
    reward: place.at('reward').among(PRESETS),
    threshold: place.optional('threshold')?.number(),
    page: page === undefined ? undefined : choicesByRole(page, `page of ${where}`),
    category: category === undefined ? undefined : choicesByRole(category, `category of ${where}`),
    byCaliber: place.at('byCaliber').among([true, false]),
    errors: place.at('errors').among([true, false]),
    failUnder: bounds('failUnder'),
    failOver: bounds('failOver'),
  }
}

function checkedOptions(settings: object, where: string): object {
  try {
    return readOptions(settings, evaluateOptions, where)
  } catch (error) {
    if (error instanceof Error && !error.message.includes(where)) {
      error.message = `${where}: ${error.message}`
    }
    throw error
  }
}

function warningOf(place: Place): FolderWarning {
  place.at('kind').text()
  place.at('message').text()
  place.optional('file')?.text()
  return place.value as FolderWarning
}

function filesOf(place: Place): FilePair {
  const files = place.at('files')
  for (const name of Object.keys(files.record())) files.at(name).text()
  for (const name of ['pred', 'truth']) files.at(name).text()
  return { ...files.record(), name: place.at('name').text() } as unknown as FilePair
}

function failureOf(place: Place): CaseFailure {
  return {
    name: place.at('name').text(),
    files: filesOf(place),
    error: place.at('error').text(),
  }
}

const RULES: readonly UndefinedRule[] = ['perfect', 'worst', 'left out']

function caseOf(place: Place, metrics: Place): CaseResult {
  const count = (name: string) => metrics.at(name).count()
  const names = Object.keys(metrics.record()).filter(
    (name) => name !== 'reward' && !(NNUNET_NAMES as readonly string[]).includes(name),
  )
  const rules = place.at('rules')
  const details = {
    errors: place
      .optional('errors')
      ?.list()
      .map((one) => ({
        kind: one.at('kind').among(TOPOLOGY_ERROR_KINDS),
        x: one.at('x').count(),
        y: one.at('y').count(),
        size: one.at('size').number(),
      })),
    byCaliber: place.optional('byCaliber')?.list().map(stratumOf),
  }
  return {
    name: place.at('name').text(),
    files: filesOf(place),
    width: place.at('width').count(),
    height: place.at('height').count(),
    confusion: { tp: count('TP'), fp: count('FP'), fn: count('FN'), tn: count('TN') },
    values: Object.fromEntries(
      names.map((name) => {
        if ((METRIC_NAMES as readonly string[]).includes(name)) {
          return [name, metrics.at(name).numberOrNaN()]
        }
        throw metrics.at(name).wrong('to be a metric of this version')
      }),
    ),
    rules: Object.fromEntries(
      Object.keys(rules.record()).map((name) => [name as MetricName, rules.at(name).among(RULES)]),
    ),
    reward: metrics.at('reward').numberOrNaN(),
    ...Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)),
  }
}

const STRATUM_NAMES = ['centerline', 'dice', 'recall', 'precision', 'tsens'] as const

/** JSON has no NaN and no infinity: null stands for NaN, and for infinity as the end of the last stratum. */
function stratumOf(place: Place): CaliberStratum {
  const numbers = Object.keys(place.record()).map((name) => [name, place.at(name).numberOrNaN()])
  for (const name of STRATUM_NAMES) place.at(name).numberOrNaN()
  const to = place.at('to').value === null ? Number.POSITIVE_INFINITY : place.at('to').number()
  return { ...Object.fromEntries(numbers), from: place.at('from').number(), to }
}

const MOST = 1e100

/** A value of a file, which knows where it stands. */
class Place {
  readonly value: unknown
  readonly name: string
  readonly #path: string

  constructor(value: unknown, name: string, path = '') {
    this.value = value
    this.name = name
    this.#path = path
  }

  wrong(expected: string): Error {
    const Kind = /^an? /.test(expected.replace('to be ', '')) ? TypeError : RangeError
    const where = this.#path === '' ? '' : ` at ${printable(this.#path)}`
    return new Kind(`${this.name}${where}: expected it ${expected}, got ${describe(this.value)}`)
  }

  at(name: string | number): Place {
    const record = typeof name === 'number' ? (this.value as object) : this.record()
    const path = this.#path === '' ? String(name) : `${this.#path}.${name}`
    const has = Object.hasOwn(record, name)
    return new Place(has ? (record as Record<string, unknown>)[name] : undefined, this.name, path)
  }

  /** What is there, if anything is. */
  optional(name: string): Place | undefined {
    const place = this.at(name)
    return place.value === undefined ? undefined : place
  }

  record(): Readonly<Record<string, unknown>> {
    const { value } = this
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.wrong('to be an object')
    }
    return value as Record<string, unknown>
  }

  list(): Place[] {
    if (!Array.isArray(this.value)) throw this.wrong('to be an array')
    return this.value.map((_, i) => this.at(i))
  }

  text(): string {
    if (typeof this.value === 'string') return this.value
    throw this.wrong('to be a string')
  }

  number(): number {
    // Greater ones would overflow in deviations; no metric has them.
    if (typeof this.value === 'number' && Math.abs(this.value) <= MOST) return this.value
    throw this.wrong('to be a number')
  }

  numberOrNaN(): number {
    return this.value === null ? Number.NaN : this.number()
  }

  count(): number {
    if (Number.isSafeInteger(this.value) && (this.value as number) >= 0) return this.value as number
    throw this.wrong('to be a count')
  }

  among<Value>(values: readonly Value[]): Value {
    if (values.includes(this.value as Value)) return this.value as Value
    throw this.wrong(`to be one of ${values.join(', ')}`)
  }
}
