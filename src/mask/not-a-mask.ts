import { describe } from './validate.ts'

const FORMS = 'a BitMask, { data, width, height }, { data, shape }, a tensor or an array of rows'

/** The error for a value that is not a mask, with what to do where that can be told. */
export function notAMask(value: unknown, what: string): TypeError {
  const expected = what === 'the mask' ? 'expected a mask' : `expected ${what} to be a mask`
  const advice = adviceFor(value)
  const text = `${expected}: ${FORMS}, got ${describe(value)}`
  return new TypeError(advice === undefined ? text : `${text}: ${advice}`)
}

/** What users have at hand that holds a mask, and how to get it out. */
function adviceFor(value: unknown): string | undefined {
  if (typeof value === 'string') return "read files with readMask of 'vessel-reward/node'"
  if (typeof value !== 'object' || value === null) return undefined
  const kind = describe(value)
  if (kind === 'a URL') return "read files with readMask of 'vessel-reward/node'"
  if (kind === 'a Promise') return 'await it'
  if (/Blob|File|ArrayBuffer|DataView/.test(kind)) {
    return "decode the bytes of a file with decodeMask of 'vessel-reward/node'"
  }
  if (/Canvas/.test(kind)) {
    return "pass canvas.getContext('2d').getImageData(0, 0, width, height)"
  }
  if (/Image|Video/.test(kind)) {
    return 'draw it on a canvas and pass getImageData(0, 0, width, height) of that'
  }
  if (/Array$/.test(kind)) {
    return 'numbers alone have no size: pass { data, width, height }'
  }
  const fields = value as Record<string, unknown>
  if ('data' in fields && typeof fields.info === 'object') {
    return 'spread the size that sharp gives: { data, ...info }'
  }
  if ('bitmap' in fields)
    return 'pass its bitmap with the channels: { ...image.bitmap, channels: 4 }'
  if (typeof fields.data === 'function') {
    return 'its data come by data(): use await BitMask.fromAsync(tensor)'
  }
  return undefined
}
