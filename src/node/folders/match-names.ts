import { withoutEnding } from '../formats/image-endings.ts'

/** What one name of a list belongs to in another list. */
export interface NameMatches {
  /** From each name of the first list to its partner in the second, in the order of the first. */
  readonly partners: ReadonlyMap<string, string>
  /** Names of which several in one list fit the same in the other, so that none has a partner. */
  readonly ambiguous: readonly { first: readonly string[]; second: readonly string[] }[]
  /** Names of the first list without a partner. */
  readonly leftOfFirst: readonly string[]
  /** Names of the second list without a partner. */
  readonly leftOfSecond: readonly string[]
}

/** What a file name is compared by; undefined for one that does not take part. */
export type NameKey = (name: string) => string | undefined

/**
 * Endings that say what an image is and not of what: those of DRIVE (`01_test`, `01_manual1`,
 * `01_test_mask`), CHASE_DB1 (`Image_01L_1stHO`), STARE (`im0001.ah`), HRF and of common exports.
 */
const KINDS =
  /[._-](masks?|preds?|predictions?|probs?|segs?|segmentations?|labels?|gts?|groundtruths?|truths?|manual\d?|annotations?|1stho|2ndho|test|training|fov|ah|vk|outputs?|results?)$/

const stemOf: NameKey = withoutEnding

/** The name without what says of which kind the image is. */
const subjectOf: NameKey = (name) => {
  let subject = (stemOf(name) as string).toLowerCase()
  for (;;) {
    const shorter = subject.replace(KINDS, '')
    if (shorter === subject || shorter === '') return subject
    subject = shorter
  }
}

/** Equal names first, then equal stems, then equal subjects. */
const KEYS: readonly NameKey[] = [(name) => name, stemOf, subjectOf]

/**
 * Pairs file names: equal names first, then equal ones without their endings, then equal ones without
 * what says of which kind an image is, such as `_manual1` or `_pred`. A name is never paired where
 * two of one list would fit.
 *
 * @param keys - what names are compared by instead, one after the other
 */
export function matchNames(
  first: readonly string[],
  second: readonly string[],
  keys: readonly NameKey[] = KEYS,
): NameMatches {
  const found = new Map<string, string>()
  const ambiguous: { first: string[]; second: string[] }[] = []
  let rest = first
  let others = second
  for (const key of keys) {
    const named = groupBy(rest, key)
    const otherNamed = groupBy(others, key)
    const done = new Set<string>()
    const otherDone = new Set<string>()
    for (const [name, group] of named) {
      const otherGroup = otherNamed.get(name)
      if (otherGroup === undefined) continue
      if (group.length === 1 && otherGroup.length === 1) found.set(group[0], otherGroup[0])
      else ambiguous.push({ first: group, second: otherGroup })
      for (const taken of group) done.add(taken)
      for (const taken of otherGroup) otherDone.add(taken)
    }
    rest = rest.filter((name) => !done.has(name))
    others = others.filter((name) => !otherDone.has(name))
  }
  const partners = new Map(
    first.flatMap((name) => {
      const partner = found.get(name)
      return partner === undefined ? [] : [[name, partner] as const]
    }),
  )
  return { partners, ambiguous, leftOfFirst: rest, leftOfSecond: others }
}

function groupBy(names: readonly string[], key: NameKey): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const value = key(name)
    if (value === undefined) continue
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [name])
    else group.push(name)
  }
  return groups
}
