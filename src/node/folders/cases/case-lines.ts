import type { CaliberStratum } from '../../../metrics/by-caliber.ts'
import type { CaseFailure, CaseResult } from '../case-result.ts'
import type { PairOutcome } from '../folder-evaluation.ts'
import type { Stamps } from '../pairs/file-stamps.ts'

/** A line of a file of cases. */
export interface CaseLine extends PairOutcome {
  readonly stamps: Stamps
}

/** The line; NaN and infinite numbers become null. */
export function caseLine({ index, stamps, result, other, warnings }: CaseLine): string {
  return `${JSON.stringify({ index, stamps, result, other, warnings })}\n`
}

/** What is in a line; undefined if it is not one of ours. */
export function parseCaseLine(value: unknown): CaseLine | undefined {
  const line = value as CaseLine
  if (!Number.isSafeInteger(line?.index) || line.index < 0) return undefined
  if (!Array.isArray(line.warnings) || Object(line.stamps) !== line.stamps) return undefined
  if (!isResult(line.result)) return undefined
  if (line.other !== undefined && !isResult(line.other)) return undefined
  return {
    ...line,
    result: revived(line.result),
    ...(line.other === undefined ? {} : { other: revived(line.other) }),
  }
}

function isResult(value: CaseResult | CaseFailure): boolean {
  if (typeof value?.name !== 'string' || Object(value.files) !== value.files) return false
  if ('error' in value) return typeof value.error === 'string'
  return Object(value.values) === value.values && Object(value.confusion) === value.confusion
}

/** JSON has null for what is not a number. */
function revived(result: CaseResult | CaseFailure): CaseResult | CaseFailure {
  if ('error' in result) return result
  const { values, reward, byCaliber } = result
  return {
    ...result,
    values: numbers(values),
    reward: reward ?? Number.NaN,
    ...(byCaliber === undefined
      ? {}
      : {
          byCaliber: byCaliber.map((stratum): CaliberStratum => {
            return { ...numbers(stratum), to: stratum.to ?? Number.POSITIVE_INFINITY }
          }),
        }),
  }
}

const numbers = <T extends object>(values: T): T =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value ?? Number.NaN]),
  ) as T
