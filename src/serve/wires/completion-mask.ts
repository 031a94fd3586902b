import { ownValue } from '../../mask/options.ts'

/** The fields by which an object is meant as a mask. */
const FORMS = ['counts', 'bits', 'png']

const OPEN = 123
const CLOSE = 125

/**
 * The JSON objects in a text that are meant as masks, the last one first. No form of a mask holds
 * braces in itself, so each is what stands between a brace and the nearest one that closes it.
 */
export function* maskObjects(text: string): Generator<object> {
  let end = -1
  for (let i = text.length - 1; i >= 0; i--) {
    const code = text.charCodeAt(i)
    if (code === CLOSE) end = i
    if (code !== OPEN || end < 0) continue
    const value = parsed(text.slice(i, end + 1))
    end = -1
    if (value !== undefined && FORMS.some((form) => Object.hasOwn(value, form))) yield value
  }
}

function parsed(text: string): object | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The digits of COCO's counts. */
const COUNTS = /^[0-o]+$/

/** Marks of a tokenizer after the text, such as `</s>`, `<eos>` and `<|im_end|>`. */
const MARK = /<[^<>\s]{1,32}>$/

/** What stands around a word and is not one of the digits. */
const GAPS = [' ', '\n', '\t', '\r', '"', "'"]

/**
 * What a completion says the mask is, as a value that a request may hold: the last object in it that
 * has `counts`, `bits` or `png`; else its last word, if that is made of the digits of COCO's counts
 * only. What it leaves out is the truth's: the size of counts, and width and height of bits.
 *
 * @returns undefined if there is neither
 */
export function maskInCompletion(
  completion: string,
  truth: { readonly width: number; readonly height: number },
): unknown {
  const [last] = maskObjects(completion)
  return last === undefined ? countsAtEnd(completion, truth) : completed(last, truth)
}

/** The object with the size that it leaves out. */
export function completed(
  mask: unknown,
  { width, height }: { readonly width: number; readonly height: number },
): unknown {
  const has = (name: string) => ownValue(mask, name) !== undefined
  if (has('counts') && !has('size')) return { size: [height, width], ...(mask as object) }
  if (has('bits') && !has('width') && !has('height')) return { ...(mask as object), width, height }
  return mask
}

function countsAtEnd(
  completion: string,
  { width, height }: { readonly width: number; readonly height: number },
): unknown {
  let end = completion.length
  for (;;) {
    if (end > 0 && GAPS.includes(completion[end - 1])) {
      end--
      continue
    }
    const mark = MARK.exec(completion.slice(Math.max(0, end - 40), end))?.[0]
    // What could be digits is not a mark.
    if (mark === undefined || COUNTS.test(mark)) break
    end -= mark.length
  }
  const start = 1 + Math.max(...GAPS.map((gap) => completion.lastIndexOf(gap, end - 1)))
  const word = end > 0 ? completion.slice(start, end) : ''
  return COUNTS.test(word) ? { size: [height, width], counts: word } : undefined
}
