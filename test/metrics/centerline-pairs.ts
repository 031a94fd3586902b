import { BitMask, type EmptyPolicy } from 'vessel-reward'
import { type CenterlinePair, readCenterlineGolden } from '../golden/centerline-golden.ts'
import { isClose } from '../oracle/compare.ts'

/** A golden pair with its masks packed once, so that each is thinned once. */
export type PackedPair = Omit<CenterlinePair, 'pred' | 'truth' | 'within'> & {
  pred: BitMask
  truth: BitMask
  within: BitMask | undefined
  /** Whether the masks are equal inside the field of view. */
  agree: boolean
}

export function packedPairs(): PackedPair[] {
  return readCenterlineGolden().pairs.map((pair) => {
    const { width, height, confusion } = pair
    const pack = (data: Uint8Array) => BitMask.from({ data, width, height })
    return {
      ...pair,
      pred: pack(pair.pred),
      truth: pack(pair.truth),
      within: pair.within === null ? undefined : pack(pair.within),
      agree: confusion.fp === 0 && confusion.fn === 0,
    }
  })
}

/** A quotient as the formulas give it; null is 0/0. */
export function ratio(part: number, all: number): number | null {
  return all === 0 ? null : part / all
}

export function harmonicMean(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null
  return a + b === 0 ? 0 : (2 * a * b) / (a + b)
}

/**
 * Where the result of a metric differs from expected numbers, of which null is 0/0, under all empty
 * policies; '' where it does not.
 */
export function resultDifference<T extends object>(
  run: (empty: EmptyPolicy | undefined) => T,
  expected: { [Name in keyof T]: number | null },
  agree: boolean,
  close: (actual: number, wanted: number) => boolean = isClose,
): string {
  const wanted = Object.entries(expected) as [keyof T & string, number | null][]
  const differs = (empty: EmptyPolicy | undefined, undefinedIs: number) => {
    const actual = run(empty)
    for (const [name, value] of wanted) {
      const got = actual[name] as number
      if (!close(got, value ?? undefinedIs)) {
        return `${empty}: ${name} is ${got} instead of ${value ?? undefinedIs}`
      }
    }
    return Object.keys(actual).length === wanted.length ? '' : `other names: ${Object.keys(actual)}`
  }
  const worst = agree ? 1 : 0
  const fault = differs(undefined, worst) || differs('perfect', worst) || differs('nan', Number.NaN)
  if (fault !== '') return fault
  const isDefined = wanted.every(([, value]) => value !== null)
  try {
    run('throw')
    return isDefined ? '' : "'throw' does not throw"
  } catch (error) {
    const isRight =
      error instanceof RangeError && / is undefined for these masks/.test(error.message)
    return isRight && !isDefined ? '' : String(error)
  }
}
