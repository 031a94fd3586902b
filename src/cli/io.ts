/** Where the tool prints to. */
export interface Io {
  out(text: string): void
  err(text: string): void
  /** Whether `err` is a terminal, on which a line can be written over. Default: false. */
  readonly isErrTerminal?: boolean
}
