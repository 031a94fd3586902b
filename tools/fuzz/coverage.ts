import type { Entry } from './subjects.ts'

/** Not part of the public interface, and so free to trust their arguments. */
const INTERNAL =
  /^BitMask\.(fromWords|isMask|pack|and|layout|words)$|^MultiObjectiveReward\.(scoreNamed|pair|terms)$/

const isClass = (value: unknown): value is new () => object =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))

/** The names of what can be called of an entry: functions, and methods and getters of classes. */
export function callableNames(exports: Record<string, unknown>): string[] {
  return Object.entries(exports).flatMap(([name, value]) => {
    if (typeof value !== 'function') return []
    if (!isClass(value)) return [name]
    return [value, value.prototype as object]
      .flatMap((owner) => Object.entries(Object.getOwnPropertyDescriptors(owner)))
      .filter(([member, { get, value: own }]) => {
        return member !== 'constructor' && (get !== undefined || typeof own === 'function')
      })
      .map(([member]) => `${name}.${member}`)
      .filter((member) => !INTERNAL.test(member))
  })
}

/** What an entry exports that is neither called nor left out, and what is there for nothing. */
export function notCovered({ exports, subjects, left }: Entry): string[] {
  const names = callableNames(exports)
  const known = [...Object.keys(subjects), ...Object.keys(left)]
  return [
    ...names.filter((name) => !known.includes(name)).map((name) => `${name} has no generator`),
    ...known.filter((name) => !names.includes(name)).map((name) => `${name} is not exported`),
  ]
}
