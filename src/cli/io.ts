/** Where the tool prints to and what it reads from. */
export interface Io {
  out(text: string): void
  err(text: string): void
  /**
   * Prints as `out`, and resolves when there is room for more: to false if nobody reads it any more.
   * Default: none.
   */
  send?(text: string): Promise<boolean>
  /** Whether `err` is a terminal, on which a line can be written over. Default: false. */
  readonly isErrTerminal?: boolean
  /** Variables of the environment. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** The standard input. Default: none. */
  in?(): AsyncIterable<Uint8Array>
  /** Whether the standard input is a terminal, from which no image comes. Default: false. */
  readonly isInTerminal?: boolean
}
