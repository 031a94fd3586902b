import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { printable } from '../../printable.ts'
import type { FolderWarning } from '../folder-evaluation.ts'
import type { FoundPairs } from '../read-pairs.ts'
import type { FilePair } from './file-pair.ts'

/**
 * What is to be said about the pairs that were found: what is left out, and what may have been meant
 * otherwise.
 *
 * @param what - what is paired with truths
 */
export async function pairWarnings(
  { pairs, missing, others }: FoundPairs,
  what: 'prediction' | 'map' = 'prediction',
): Promise<FolderWarning[]> {
  const warnings: FolderWarning[] = missing.map(({ role, path: file, reason }) => ({
    kind: reason === undefined ? 'without-partner' : 'other-size',
    message: `'${file}' (${what === 'map' && role === 'pred' ? what : role}) ${reason === undefined ? 'has no partner' : `is left out: ${reason}`}`,
    file,
  }))
  if (others.length > 0) {
    const are = others.length === 1 ? 'file is not an image' : 'files are not images'
    const were = others.length === 1 ? 'was left out:' : 'were left out, such as'
    const message = `${others.length} ${are} by the ending and ${were} '${others[0]}'`
    warnings.push({ kind: 'not-used', message })
  }
  const swapped = pairs.filter(isSwapped)
  if (2 * swapped.length > pairs.length) {
    const [{ pred, truth }] = swapped
    const message = `'${printable(pred)}' is taken for the ${what} and '${printable(truth)}' for the truth, but their names say the reverse: the ${what}s come first`
    warnings.push({ kind: 'swapped', message, file: pred })
  }
  return [...warnings, ...(await sameFiles(pairs, what))]
}

/** Words that say of a file or its folder what it is. */
const TRUTH =
  /(^|[._-])(truths?|gts?|groundtruths?|ground_truths?|labels?(tr|ts)?|manual\d?|1st_manual|1stho|annotations?)([._-]|$)/
const PRED =
  /(^|[._-])(preds?|predictions?|predicted|outputs?|results?|probs?|probabilities)([._-]|$)/

function isSwapped({ pred, truth }: FilePair): boolean {
  return says(pred, TRUTH) && !says(pred, PRED) && says(truth, PRED) && !says(truth, TRUTH)
}

const says = (path: string, words: RegExp) =>
  [basename(path), basename(dirname(path))].some((name) => words.test(name.toLowerCase()))

/** A prediction that is its truth scores perfectly, and another method's that is ours differs in nothing. */
async function sameFiles(pairs: readonly FilePair[], what: string): Promise<FolderWarning[]> {
  const found: { path: string; other: string }[] = []
  for (const { pred, truth, against } of pairs) {
    const [ours, real, theirs] = await Promise.all([pred, truth, against].map(identityOf))
    if (ours === undefined) continue
    if (ours === real) found.push({ path: pred, other: 'truth' })
    else if (ours === theirs) found.push({ path: pred, other: "other method's prediction" })
  }
  if (found.length === 0) return []
  const [{ path: file, other }] = found
  const more = found.length === 1 ? '' : `, and so in ${found.length - 1} more pairs`
  const message = `'${printable(file)}' is the ${what} and the ${other} at once${more}`
  return [{ kind: 'same-file', message, file }]
}

async function identityOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  const there: Stats | undefined = await stat(path).catch(() => undefined)
  return there && `${there.dev}:${there.ino}`
}
