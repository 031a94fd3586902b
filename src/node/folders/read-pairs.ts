import { stat } from 'node:fs/promises'
import {
  type CheckedOptions,
  checkCount,
  type OptionTable,
  readOptions,
} from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { pathName } from '../file-error.ts'
import { withoutEnding } from '../formats/image-endings.ts'
import { matchNames, type NameKey, type NameMatches } from './match-names.ts'
import type { FilePair, MissingPartner, PairRole } from './pairs/file-pair.ts'
import { unequalSizes } from './pairs/image-sizes.ts'
import { type Images, imagesAt } from './pairs/images-at.ts'
import { isPairsFile, pairsFromFile } from './pairs/pairs-file.ts'
import { Problems } from './pairs/problems.ts'

/** Options of {@link readPairs}. */
export interface ReadPairsOptions {
  /** Folder or pattern of fields of view, or one file for all images. Default: none. */
  within?: string
  /** Folder or pattern of predictions of another method. Default: none. */
  against?: string
  /** Folder or pattern of the pictures that the masks are of. Default: none. */
  image?: string
  /**
   * What names are compared by: the first group of this regular expression, or all that it matches
   * if it has no group. Default: equal names, then equal ones without their endings, then equal ones
   * without what says of which kind an image is, such as `_manual1`.
   */
  match?: string | RegExp
  /**
   * Whether what has no partner, another size than its truth or, in a list, no file is left out; else
   * it is an error. Default: false.
   */
  allowMissing?: boolean
}

/** The pairs of two folders or of a list; see {@link readPairs}. */
export interface FoundPairs {
  /** In the order of the names of the predictions, or of the list. */
  readonly pairs: readonly FilePair[]
  /** Images that are left out, with `allowMissing`. */
  readonly missing: readonly MissingPartner[]
  /** Files that are not images by their endings, and so were not looked at. */
  readonly others: readonly string[]
}

interface ReadPairsRead {
  within: string | undefined
  against: string | undefined
  image: string | undefined
  match: RegExp | undefined
}

/** @internal */
export const PAIRING_OPTIONS: OptionTable<ReadPairsOptions, ReadPairsRead> = {
  within: { default: undefined, read: text },
  against: { default: undefined, read: text },
  image: { default: undefined, read: text },
  match: { default: undefined, read: pattern },
  allowMissing: { default: false },
}

/**
 * Pairs the images of a folder of predictions with those of a folder of truths by their names:
 * equal names first, then equal ones without their endings, then equal ones without what says of
 * which kind an image is (`01_test.png` and `01_manual1.png`, `Image_01L.png` and
 * `Image_01L_1stHO.png`, `a_pred.png` and `a_mask.png`). Files whose names begin with a dot are left out.
 *
 * In place of a folder stands a pattern with `/` between its parts, such as `'runs/*\/pred_*.png'`
 * (`*`, `**`, `?`, `[ab]`, `{a,b}`): its images go by their file names if these all differ, else by
 * their paths from the first part with a wildcard on.
 *
 * A list in place of both folders, a CSV file whose first row names the columns `pred`, `truth` and
 * perhaps `within`, `against`, `image` and `name`, says itself what pairs; paths in it begin at its
 * own folder. Without a name a pair is called after its prediction.
 *
 * The sizes that the files' headers claim are compared, too; of compressed files, archives, COCO files
 * and files of several images the sizes are compared when they are read.
 *
 * @param pred - the folder or pattern of predictions, or one file; or a list (`.csv`)
 * @param truth - the folder or pattern of truths, or one file if `pred` is one; none for a list
 * @param options - see {@link ReadPairsOptions}; for a list only `allowMissing`
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if a folder cannot be read, has no image, an image has no partner or another
 * size than its truth (without `allowMissing`) or has several partners, or nothing pairs; if a list
 * lacks a column, has one that is not known, or names a file twice
 *
 * @example
 * ```ts
 * import { readPairs } from 'vessel-reward/node'
 *
 * const { pairs } = await readPairs('pred.png', 'truth.png')
 * pairs // => [{ name: 'pred', pred: 'pred.png', truth: 'truth.png' }]
 * ```
 */
export async function readPairs(
  pred: string,
  truth?: string,
  options?: ReadPairsOptions,
): Promise<FoundPairs> {
  checkCount(arguments.length, 3, 'readPairs')
  return pairsAt(pred, truth, readOptions(options, PAIRING_OPTIONS, 'readPairs'))
}

/** The same with checked options. */
export async function pairsAt(
  pred: string,
  truth: string | undefined,
  options: CheckedOptions<typeof PAIRING_OPTIONS>,
): Promise<FoundPairs> {
  text(pred, 'the predictions')
  if (truth === undefined && isPairsFile(pred)) return pairsOfList(pred, options)
  text(truth, 'the truths')
  return pairsOfFolders(pred, truth as string, options)
}

/** Options that say where images are, which a list says itself. */
const PLACES = ['within', 'against', 'image', 'match'] as const

async function pairsOfList(
  path: string,
  options: CheckedOptions<typeof PAIRING_OPTIONS>,
): Promise<FoundPairs> {
  for (const name of PLACES) {
    if (options[name] === undefined) continue
    const instead = name === 'match' ? 'it says what pairs' : `it may have a column ${name}`
    throw new RangeError(`expected a list of pairs without ${name}: ${instead}`)
  }
  const pairs = await pairsFromFile(path)
  const problems = new Problems()
  const { allowMissing } = options
  return leaveOut(
    await withoutLost(pairs, problems),
    problems,
    allowMissing,
    [],
    `nothing in ${pathName(path)} is left`,
  )
}

async function pairsOfFolders(
  pred: string,
  truth: string,
  { within, against, image, match, allowMissing }: CheckedOptions<typeof PAIRING_OPTIONS>,
): Promise<FoundPairs> {
  const keys = match === undefined ? undefined : [keyBy(match)]
  const [preds, truths] = [await imagesAt(pred), await imagesAt(truth)]
  if (preds.isFile !== truths.isFile) {
    throw new RangeError(
      `expected two folders or two files, got ${pathName(pred)} and ${pathName(truth)}`,
    )
  }
  const problems = new Problems()
  const matches: Match[] = [matchFolders(preds, truths, keys, 'pred', 'truth')]
  const others = [...preds.others, ...truths.others]
  for (const [role, folder] of [
    ['within', within],
    ['against', against],
    ['image', image],
  ] as const) {
    if (folder === undefined) continue
    const images = await imagesAt(folder)
    others.push(...images.others)
    const isForAll = role === 'within' && images.isFile
    matches.push(
      isForAll ? forAll(truths, images, role) : matchFolders(truths, images, keys, 'truth', role),
    )
  }
  for (const match of matches) addTo(problems, match)
  // Names that do not fit are told before any file is opened.
  problems.throwIfAny(allowMissing)

  const [main, ...further] = matches
  const pairs: FilePair[] = []
  for (const [predName, truthName] of main.names.partners) {
    const partners = further.map(({ names, second }) => {
      const partner = names.partners.get(truthName)
      return partner === undefined ? undefined : second.pathOf(partner)
    })
    if (partners.includes(undefined)) continue
    const named = further.map(({ secondRole }, i) => [secondRole, partners[i]] as const)
    pairs.push({
      name: withoutEnding(predName),
      pred: preds.pathOf(predName),
      truth: truths.pathOf(truthName),
      ...Object.fromEntries(named),
    })
  }
  const none = `nothing in ${pathName(pred)} pairs with anything in ${pathName(truth)}`
  return leaveOut(pairs, problems, allowMissing, others, none)
}

/** The pairs whose files are all there. */
async function withoutLost(pairs: readonly FilePair[], problems: Problems): Promise<FilePair[]> {
  const kept: FilePair[] = []
  const lost: Required<MissingPartner>[] = []
  for (const pair of pairs) {
    const before = lost.length
    for (const [role, path] of Object.entries(pair) as [keyof FilePair, string][]) {
      if (role === 'name' || (await stat(path).catch(() => undefined)) !== undefined) continue
      lost.push({ role, path, reason: 'it is not there' })
    }
    if (lost.length === before) kept.push(pair)
  }
  if (lost.length > 0) {
    const are = lost.length === 1 ? 'file is' : 'files are'
    problems.others(`${lost.length} ${are} not there`, lost)
  }
  return kept
}

/** The pairs that can be scored, once all that is wrong with the others is told or allowed. */
async function leaveOut(
  pairs: readonly FilePair[],
  problems: Problems,
  allowMissing: boolean,
  others: readonly string[],
  none: string,
): Promise<FoundPairs> {
  const unequal = await unequalSizes(pairs)
  if (unequal.length > 0) {
    const differ = unequal.length === 1 ? 'differs' : 'differ'
    const reasons = unequal.map(({ reason }) => reason)
    problems.others(`${unequal.length} ${differ} in size from the truth`, unequal, reasons)
  }
  problems.throwIfAny(allowMissing)
  const out = new Set(unequal.map(({ pair }) => pair))
  const kept = pairs.filter((pair) => !out.has(pair))
  if (kept.length === 0) throw new RangeError(none)
  return { pairs: kept, missing: problems.missing, others }
}

/** How the images of two folders pair. */
interface Match {
  readonly names: NameMatches
  readonly first: Images
  readonly firstRole: PairRole
  readonly second: Images
  readonly secondRole: PairRole
}

function matchFolders(
  first: Images,
  second: Images,
  keys: readonly NameKey[] | undefined,
  firstRole: PairRole,
  secondRole: PairRole,
): Match {
  // Two files that are named pair, whatever they are called.
  const names =
    first.isFile && second.isFile
      ? forAll(first, second, secondRole).names
      : matchNames(first.names, second.names, keys)
  return { names, first, firstRole, second, secondRole }
}

/** One image that is the partner of every one. */
function forAll(first: Images, second: Images, secondRole: PairRole): Match {
  const [only] = second.names
  const partners = new Map(first.names.map((name) => [name, only]))
  const names = { partners, ambiguous: [], leftOfFirst: [], leftOfSecond: [] }
  return { names, first, firstRole: 'truth', second, secondRole }
}

/** Tells what of a match is alone or ambiguous. */
function addTo(problems: Problems, { names, first, firstRole, second, secondRole }: Match): void {
  const sides = [
    [names.leftOfFirst, first, firstRole, secondRole],
    [names.leftOfSecond, second, secondRole, firstRole],
  ] as const
  for (const [left, images, role, other] of sides) {
    // Surplus fields of view and pictures harm nothing.
    if (left.length === 0 || role === 'within' || role === 'image') continue
    problems.alone(role, other, left, left.map(images.pathOf))
  }
  for (const group of names.ambiguous) {
    problems.several(firstRole, group.first, secondRole, group.second)
  }
}

/** What a regular expression says to compare names by. */
function keyBy(match: RegExp): NameKey {
  return (name) => {
    const found = match.exec(name)
    return found === null ? undefined : (found[1] ?? found[0])
  }
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected ${name} to be a path, got ${describe(value)}`)
}

function pattern(value: unknown, name: string): RegExp {
  if (typeof value !== 'string' && describe(value) !== 'a RegExp') {
    throw new TypeError(`expected ${name} to be a regular expression, got ${describe(value)}`)
  }
  try {
    // A copy without the flags that make it remember.
    return typeof value === 'string'
      ? new RegExp(value)
      : new RegExp((value as RegExp).source, (value as RegExp).flags.replace(/[gy]/g, ''))
  } catch (cause) {
    throw new RangeError(`expected ${name} to be a regular expression: ${(cause as Error).message}`)
  }
}
