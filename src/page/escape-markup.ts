const NAMES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** What neither XML nor HTML allows: control characters and halves of surrogate pairs. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu

/**
 * Text that can stand between tags and inside quoted attributes, whatever it is: names of files
 * and messages of somebody else's errors come here.
 */
export function escapeMarkup(text: string): string {
  return text
    .replace(FORBIDDEN, (character) => (/[\t\n\r]/.test(character) ? character : '\uFFFD'))
    .replace(/[&<>"']/g, (character) => NAMES[character])
}
