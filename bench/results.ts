import type { Environment } from './environment.ts'
import type { Clock } from './measure.ts'
import type { Summary } from './statistics.ts'
import type { TargetResult } from './targets.ts'

/** A stage or a peer on one set of masks. */
export interface StageResult {
  group: string
  ours: boolean
  /** Nanoseconds per pair. */
  ns: Summary
  /** The same in units of the yardstick. */
  units: Summary
}

/** Everything measured on one set of masks. */
export interface SetResult {
  name: string
  width: number
  height: number
  real: boolean
  pairs: number
  /** Digest of the masks. */
  hash: string
  stages: Record<string, StageResult>
  ratios: Record<string, Summary>
}

/** A peer that computes the same as a stage of ours, on all pairs of a set. */
export interface Agreement {
  peer: string
  stage: string
  set: string
  pairs: number
}

/** What `--json` writes. */
export interface RunResult {
  format: 1
  date: string
  quick: boolean
  clock: Clock
  environment: Environment
  sets: SetResult[]
  targets: TargetResult[]
  agreement: Agreement[]
  notes: string[]
}
