/** An element of a parsed text. */
export interface MarkupElement {
  name: string
  attributes: Record<string, string>
  children: (MarkupElement | string)[]
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/**
 * Parses markup by the rules of XML, which are stricter than those of HTML: every element is
 * closed, attributes are quoted and unique, and there is no stray `<` or `&`.
 *
 * @throws Error that shows the first place where a rule is broken
 */
export function strictMarkup(text: string): MarkupElement {
  const root: MarkupElement = { name: '', attributes: {}, children: [] }
  const open = [root]
  const part =
    /<!DOCTYPE html>|<\/([a-zA-Z][\w-]*)>|<([a-zA-Z][\w-]*)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>|[^<]+/y
  while (part.lastIndex < text.length) {
    const start = part.lastIndex
    const found = part.exec(text)
    if (found === null) throw new Error(`no markup: ${text.slice(start, start + 80)}`)
    const [whole, closed, opened, attributes, isEmpty] = found
    const parent = open[open.length - 1]
    if (closed !== undefined) {
      if (open.pop()?.name !== closed || open.length === 0) {
        throw new Error(
          `</${closed}> closes <${parent.name}>: ${text.slice(start - 80, start + 20)}`,
        )
      }
    } else if (opened !== undefined) {
      const element = { name: opened, attributes: attributesOf(attributes), children: [] }
      parent.children.push(element)
      if (isEmpty === '') open.push(element)
    } else if (!whole.startsWith('<!')) {
      parent.children.push(parent.name === 'style' ? whole : plainText(whole))
    }
  }
  if (open.length > 1) throw new Error(`<${open[open.length - 1].name}> is not closed`)
  const elements = root.children.filter((child) => typeof child !== 'string')
  if (elements.length !== 1) throw new Error(`${elements.length} elements at the root`)
  return elements[0]
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [, name, value] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (Object.hasOwn(attributes, name)) throw new Error(`two attributes ${name}`)
    attributes[name] = plainText(value)
  }
  return attributes
}

function plainText(text: string): string {
  return text.replace(/&([^;]*;)?/g, (whole, name = '') => {
    const character = ENTITIES[name.slice(0, -1)]
    if (character === undefined) throw new Error(`no entity: ${whole}`)
    return character
  })
}

/** All elements below that have this name, and this class if one is given. */
export function elements(from: MarkupElement, name: string, kind?: string): MarkupElement[] {
  return from.children.flatMap((child) => {
    if (typeof child === 'string') return []
    const hasKind = kind === undefined || child.attributes.class?.split(' ').includes(kind)
    return [...(child.name === name && hasKind ? [child] : []), ...elements(child, name, kind)]
  })
}

/** The text of an element and all below it. */
export function textOf(element: MarkupElement): string {
  return element.children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('')
}
