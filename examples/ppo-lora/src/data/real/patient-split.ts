/** What the images of a patient are used for. */
export const USES = ['base', 'validation', 'reward', 'test'] as const

export type Use = (typeof USES)[number]

/** Patients by use; no patient serves two. */
export type PatientSplit = Record<Use, string[]>

/** Shares of the patients: of the 14 of CHASE_DB1 these are 1–5, 6, 7–10 and 11–14. */
const SHARES = { base: 0.35, validation: 0.07, reward: 0.3 } as const

/**
 * Splits patients by their numbers, counted from 1 in the order of their names.
 *
 * @param text - such as `base:1-5,validation:6,reward:7-10,test:11-14`; default: by shares, in this
 * order
 * @throws RangeError if a use has no patient, a patient has two uses or there are too few
 */
export function splitPatients(names: Iterable<string>, text?: string): PatientSplit {
  const patients = [...new Set(names)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  if (patients.length < USES.length) {
    throw new RangeError(
      `expected at least ${USES.length} patients, one for each of ${USES.join(', ')}, ` +
        `got ${patients.length}`,
    )
  }
  const numbers = text === undefined ? byShares(patients.length) : parsed(text, patients.length)
  const seen = new Set<number>()
  for (const use of USES) {
    if (numbers[use].length === 0) throw new RangeError(`there is no patient for ${use}`)
    for (const number of numbers[use]) {
      if (seen.has(number)) {
        throw new RangeError(`patient ${number} (${patients[number - 1]}) is used for two things`)
      }
      seen.add(number)
    }
  }
  return mapUses((use) => numbers[use].map((number) => patients[number - 1]))
}

function mapUses<T>(value: (use: Use) => T): Record<Use, T> {
  return Object.fromEntries(USES.map((use) => [use, value(use)])) as Record<Use, T>
}

function byShares(count: number): Record<Use, number[]> {
  let next = 1
  const take = (n: number) => Array.from({ length: n }, () => next++)
  const share = (use: keyof typeof SHARES) => take(Math.max(1, Math.round(SHARES[use] * count)))
  const [base, validation, reward] = [share('base'), share('validation'), share('reward')]
  return { base, validation, reward, test: take(count - next + 1) }
}

function parsed(text: string, count: number): Record<Use, number[]> {
  const numbers = mapUses((): number[] => [])
  let use: Use | undefined
  for (const part of text.split(',')) {
    const match = /^\s*(?:([a-z]+):)?(\d+)(?:-(\d+))?\s*$/.exec(part)
    if (match?.[1] !== undefined) use = USES.find((name) => name === match[1])
    if (!match || use === undefined) {
      throw new RangeError(
        `expected a split such as base:1-5,validation:6,reward:7-10,test:11-14, got '${text}'`,
      )
    }
    const [first, last] = [Number(match[2]), Number(match[3] ?? match[2])]
    if (!(first >= 1 && last >= first && last <= count)) {
      throw new RangeError(`expected patients from 1 to ${count}, got ${part.trim()} in '${text}'`)
    }
    for (let number = first; number <= last; number++) numbers[use].push(number)
  }
  return numbers
}
