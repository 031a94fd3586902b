import type { AuditProgress } from '../../audit/options.ts'
import type { Io } from '../io.ts'

/** Milliseconds between two states of the line: a terminal is slow. */
const PAUSE = 100

/** Tells how far an audit is: in one changing line on a terminal, else in a line per phase. */
export interface ProgressLine {
  update(progress: AuditProgress): void
  /** Takes the changing line away. */
  clear(): void
}

/** See {@link ProgressLine}. */
export function progressLine(io: Io): ProgressLine {
  let phase = ''
  let shownAt = Number.NEGATIVE_INFINITY
  return {
    update(progress) {
      const isNewPhase = progress.phase !== phase
      phase = progress.phase
      if (io.isErrTerminal !== true) {
        if (isNewPhase) io.err(`audit: ${phase}\n`)
        return
      }
      const now = performance.now()
      if (!isNewPhase && now - shownAt < PAUSE) return
      shownAt = now
      io.err(`\r\x1b[Kaudit: ${phase}, ${progress.done} of ${progress.total}`)
    },
    clear() {
      if (io.isErrTerminal === true && phase !== '') io.err('\r\x1b[K')
    },
  }
}
