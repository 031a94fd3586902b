import { BitMask } from '../../src/index.ts'
import type { Random } from './random.ts'

const NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  2,
  5,
  -1,
  0.5,
  1e-320,
  2 ** 27 + 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 53,
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
]

/** Values that belong nowhere; made anew each time. */
const ODDITIES: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => '',
  () => 'skimage',
  () => 7n,
  () => Symbol('mask'),
  () => () => 1,
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => [[1, 2], [3]],
  () => [['1']],
  () => [[Number.NaN]],
  () => ({ data: [1], width: 2, height: 2 }),
  () => ({ data: [1, 0], width: 2, height: 1, channels: 5 }),
  () => ({ data: [1, 0], shape: [1, 2], stride: [0.5, 1] }),
  () => ({ data: [1, 0], shape: [2, 1], offset: 7 }),
  () => ({ data: [1n], width: 1, height: 1 }),
  () => ({ data: new BigInt64Array(1), width: 1, height: 1 }),
  () => ({ data: 'text', width: 4, height: 1 }),
  () => ({ data: [0.25, 0.75], width: 2, height: 1 }),
  () => ({ data: [], width: 0, height: 2 ** 27 }),
  () => ({ data: [], width: 2 ** 27, height: 0 }),
  () => ({ data: [], width: 2 ** 20, height: 2 ** 20 }),
  () => ({ shape: [1, 1], dataSync: () => undefined }),
  () => ({ shape: [1, 1], dataSync: () => [1, 2] }),
  () => ({ length: 2 ** 53 }),
  () => [{ length: 2 ** 40 }],
  () => new Array(3),
  () => new Array(2 ** 32 - 1),
  () => new Map([['data', [1]]]),
  () => new Date(0),
  () => Promise.resolve([[1]]),
  () => new ArrayBuffer(4),
  () => new DataView(new ArrayBuffer(4)),
  () => Object.create(BitMask.prototype),
  () => new Proxy(BitMask.from([[1, 0]]), {}),
  () => new Uint8Array(4),
  () => Float64Array.of(Number.NaN, 1),
]

function oddity(random: Random): unknown {
  return random.chance(0.4) ? random.pick(NUMBERS) : random.pick(ODDITIES)()
}

/** What was done to the arguments of a call. */
export interface Corruption {
  what: string
  /** Whether it is certain that the call has to be refused, with which error. */
  mustThrow?: 'RangeError'
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/**
 * Makes one thing wrong in the arguments: one of them, an option or its name, or their number.
 *
 * @param isOptions - whether an argument holds options
 * @param takes - how many arguments the function takes; undefined if it takes any number
 */
export function corrupt(
  args: unknown[],
  random: Random,
  isOptions: (value: unknown) => boolean,
  takes: number | undefined,
): Corruption {
  const bags = args.filter(isOptions) as Record<string, unknown>[]
  const kind = random.next()
  if (kind < 0.2 && bags.length > 0) {
    const bag = random.pick(bags)
    const names = Object.keys(bag)
    const name =
      names.length > 0 && random.chance(0.7) ? misspelt(random.pick(names), random) : 'tol'
    if (!names.includes(name) && !KNOWN_NAMES.has(name)) {
      bag[name] = 1
      return { what: `an option '${name}'`, mustThrow: 'RangeError' }
    }
  }
  if (kind < 0.3 && takes !== undefined) {
    while (args.length < takes) args.push(undefined)
    args.push(oddity(random))
    return { what: 'one argument more', mustThrow: 'RangeError' }
  }
  if (kind < 0.55 && bags.length > 0) {
    const bag = random.pick(bags)
    const names = Object.keys(bag)
    if (names.length > 0) {
      const name = random.pick(names)
      bag[name] = oddity(random)
      return { what: `the option ${name}` }
    }
  }
  if (kind < 0.75 && spoilData(args, random)) return { what: 'a value of a mask' }
  if (kind < 0.8 && args.length > 0) {
    args.pop()
    return { what: 'an argument less' }
  }
  if (args.length === 0) return { what: 'nothing' }
  const at = random.integer(0, args.length - 1)
  args[at] = oddity(random)
  return { what: `argument ${at + 1}` }
}

/** Names that a misspelling of another one may hit. */
const KNOWN_NAMES = new Set(['mask', 'tile', 'seed', 'out', 'name', 'bins'])

function misspelt(name: string, random: Random): string {
  const at = random.integer(0, name.length - 1)
  const other = random.pick([
    name.slice(0, at) + name.slice(at + 1),
    name.slice(0, at) + name[at] + name.slice(at),
    name.toUpperCase(),
    `${name}s`,
  ])
  return other === '' ? 'x' : other
}

/** Puts a wrong value into the data of a mask among the arguments. */
function spoilData(args: unknown[], random: Random): boolean {
  for (const argument of args) {
    if (!isPlainObject(argument) || !Array.isArray(argument.data)) continue
    const { data } = argument
    if (data.length === 0 || Object.isFrozen(data)) continue
    data[random.integer(0, data.length - 1)] = random.pick<unknown>([
      Number.NaN,
      undefined,
      '1',
      null,
      2n,
      Number.POSITIVE_INFINITY,
      0.5,
    ])
    return true
  }
  return false
}
