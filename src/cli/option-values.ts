import { InvalidArgumentError, Option } from 'commander'

/** An option whose value is an integer in a range. */
export function integerOption(
  flags: string,
  description: string,
  min: number,
  max: number,
): Option {
  return new Option(flags, description).argParser((text) => {
    const value = numberOf(text)
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected an integer from ${min} to ${max}.`)
    }
    return value
  })
}

/** An option whose value is a number that is not below the least one, if there is one. */
export function numberOption(flags: string, description: string, min?: number): Option {
  return new Option(flags, description).argParser((text) => {
    const value = numberOf(text)
    const least = min === undefined ? '' : ` of at least ${min}`
    if (!Number.isFinite(value) || (min !== undefined && value < min)) {
      throw new InvalidArgumentError(`Expected a number${least}.`)
    }
    return value
  })
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}
