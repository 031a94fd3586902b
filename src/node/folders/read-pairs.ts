import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { fileError, pathName } from '../file-error.ts'
import { printable } from '../printable.ts'
import { matchNames, type NameKey, type NameMatches } from './match-names.ts'

/** What an image of a pair is. */
export type PairRole = 'pred' | 'truth' | 'within' | 'against' | 'image'

/** Files of one image; see {@link readPairs}. */
export interface FilePair {
  /** The file name of the prediction without its ending. */
  readonly name: string
  /** Path of the prediction. */
  readonly pred: string
  /** Path of the truth. */
  readonly truth: string
  /** Path of the field of view. */
  readonly within?: string
  /** Path of another method's prediction. */
  readonly against?: string
  /** Path of the picture that the masks are of. */
  readonly image?: string
}

/** Options of {@link readPairs}. */
export interface ReadPairsOptions {
  /** Folder of fields of view, or one file for all images. Default: none. */
  within?: string
  /** Folder of predictions of another method. Default: none. */
  against?: string
  /** Folder of the pictures that the masks are of. Default: none. */
  image?: string
  /**
   * What names are compared by: the first group of this regular expression, or all that it matches
   * if it has no group. Default: equal names, then equal ones without their endings, then equal ones
   * without what says of which kind an image is, such as `_manual1`.
   */
  match?: string | RegExp
  /** Whether images without a partner are left out; else they are an error. Default: false. */
  allowMissing?: boolean
}

/** An image without a partner; see {@link readPairs}. */
export interface MissingPartner {
  /** What it is. */
  readonly role: PairRole
  /** Where it is. */
  readonly path: string
}

/** The pairs of two folders; see {@link readPairs}. */
export interface FoundPairs {
  /** In the order of the names of the predictions. */
  readonly pairs: readonly FilePair[]
  /** Images without a partner, with `allowMissing`. */
  readonly missing: readonly MissingPartner[]
  /** Files that are not PNG images, and so were not looked at. */
  readonly others: readonly string[]
}

interface ReadPairsRead {
  within: string | undefined
  against: string | undefined
  image: string | undefined
  match: RegExp | undefined
}

const OPTIONS: OptionTable<ReadPairsOptions, ReadPairsRead> = {
  within: { default: undefined, read: text },
  against: { default: undefined, read: text },
  image: { default: undefined, read: text },
  match: { default: undefined, read: pattern },
  allowMissing: { default: false },
}

const ENDING = '.png'
/** So many names are shown of a long list. */
const SHOWN = 10

/**
 * Pairs the PNG images of a folder of predictions with those of a folder of truths by their names:
 * equal names first, then equal ones without their endings, then equal ones without what says of
 * which kind an image is (`01_test.png` and `01_manual1.png`, `Image_01L.png` and
 * `Image_01L_1stHO.png`, `a_pred.png` and `a_mask.png`). Files whose names begin with a dot are left out.
 *
 * @param pred - the folder of predictions, or one file
 * @param truth - the folder of truths, or one file if `pred` is one
 * @param options - see {@link ReadPairsOptions}
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if a folder cannot be read, has no PNG image, an image has no partner (without
 * `allowMissing`) or several, or nothing pairs
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
  truth: string,
  options?: ReadPairsOptions,
): Promise<FoundPairs> {
  checkCount(arguments.length, 3, 'readPairs')
  const read = readOptions(options, OPTIONS, 'readPairs')
  const { within, against, image, match, allowMissing } = read
  const keys = match === undefined ? undefined : [keyBy(match)]
  text(pred, 'the predictions')
  text(truth, 'the truths')
  const [preds, truths] = [await imagesOf(pred), await imagesOf(truth)]
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
    const images = await imagesOf(folder)
    others.push(...images.others)
    const isForAll = role === 'within' && images.isFile
    matches.push(
      isForAll ? forAll(truths, images, role) : matchFolders(truths, images, keys, 'truth', role),
    )
  }
  for (const match of matches) problems.add(match)
  problems.throwIfAny(allowMissing)

  const [main, ...further] = matches
  const pairs: FilePair[] = []
  const missing = [...problems.missing]
  for (const [predName, truthName] of main.names.partners) {
    const partners = further.map(({ names, second }) => {
      const partner = names.partners.get(truthName)
      return partner === undefined ? undefined : second.pathOf(partner)
    })
    if (partners.includes(undefined)) continue
    const named = further.map(({ secondRole }, i) => [secondRole, partners[i]] as const)
    pairs.push({
      name: basename(predName, extname(predName)),
      pred: preds.pathOf(predName),
      truth: truths.pathOf(truthName),
      ...Object.fromEntries(named),
    })
  }
  if (pairs.length === 0) {
    throw new RangeError(`nothing in ${pathName(pred)} pairs with anything in ${pathName(truth)}`)
  }
  return { pairs, missing, others }
}

/** The PNG images at a path. */
interface Images {
  readonly names: readonly string[]
  readonly others: readonly string[]
  readonly isFile: boolean
  pathOf(name: string): string
}

async function imagesOf(path: string): Promise<Images> {
  try {
    if (!(await stat(path)).isDirectory()) {
      return { names: [basename(path)], others: [], isFile: true, pathOf: () => path }
    }
    const entries = await readdir(path, { withFileTypes: true })
    const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    const isImage = (name: string) => extname(name).toLowerCase() === ENDING
    const all = files.map(({ name }) => name).sort(byName)
    const names = all.filter(isImage)
    const others = all.filter((name) => !isImage(name)).map((name) => join(path, name))
    if (names.length > 0) {
      return { names, others, isFile: false, pathOf: (name) => join(path, name) }
    }
    const endings = [...new Set(others.map((name) => extname(name) || basename(name)))]
    const has = endings.length === 0 ? 'nothing' : `${others.length} of ${list(endings)}`
    throw new RangeError(`expected PNG images in ${pathName(path)}, got ${has}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw fileError('read', pathName(path), error)
  }
}

/** 2 before 10, and the same on every machine. */
const COLLATOR = /* @__PURE__ */ new Intl.Collator('en', { numeric: true })
const byName = (a: string, b: string) => COLLATOR.compare(a, b) || (a < b ? -1 : 1)

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

const ROLES: Record<PairRole, string> = {
  pred: 'prediction',
  truth: 'truth',
  within: 'field of view',
  against: "other method's prediction",
  image: 'picture',
}

/** What does not pair, gathered so that all of it is told at once. */
class Problems {
  readonly missing: MissingPartner[] = []
  readonly #lines: string[] = []
  #isAmbiguous = false

  add({ names, first, firstRole, second, secondRole }: Match): void {
    const sides = [
      [names.leftOfFirst, first, firstRole, secondRole],
      [names.leftOfSecond, second, secondRole, firstRole],
    ] as const
    for (const [left, images, role, other] of sides) {
      // Surplus fields of view and pictures harm nothing.
      if (left.length === 0 || role === 'within' || role === 'image') continue
      for (const name of left) this.missing.push({ role, path: images.pathOf(name) })
      const what = left.length === 1 ? `${ROLES[role]} has` : `${ROLES[role]}s have`
      this.#lines.push(`${left.length} ${what} no ${ROLES[other]}: ${list(left)}`)
    }
    for (const group of names.ambiguous) {
      this.#isAmbiguous = true
      this.#lines.push(
        `several fit: ${ROLES[firstRole]} ${list(group.first)} and ${ROLES[secondRole]} ${list(group.second)}`,
      )
    }
  }

  throwIfAny(allowMissing: boolean): void {
    const isAllowed = allowMissing && !this.#isAmbiguous
    if (this.#lines.length === 0 || isAllowed) return
    const advice = this.#isAmbiguous
      ? 'match says which part of a name counts'
      : 'match says which part of a name counts, allowMissing leaves them out'
    throw new RangeError(`images do not pair: ${this.#lines.join('; ')} (${advice})`)
  }
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `'${printable(name)}'`)
  const more = names.length > SHOWN ? [`${names.length - SHOWN} more`] : []
  return [...shown, ...more].join(', ')
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
