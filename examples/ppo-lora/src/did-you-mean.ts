import { closest } from 'fastest-levenshtein'

/** The end of an error about a name that is not among the known ones: the nearest, and all of them. */
export function didYouMean(name: string, known: readonly string[]): string {
  // The distance to a very long name takes long, and says nothing.
  const nearest = closest(name.slice(0, 64), [...known])
  return `did you mean '${nearest}'? There are ${known.join(', ')}`
}
