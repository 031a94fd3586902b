/** Points of a source file that are passed, as bits in hexadecimal. */
export type Hits = Record<string, string>

/** What one test does, without any mutant. */
export interface TestFacts {
  name: string
  ms: number
  /** Why the test is not used: it fails here. */
  error?: string
  hits: Hits
  /** How often the loops of a file go round. */
  ticks: Record<string, number>
}

/** What a test file does. */
export interface FileFacts {
  /** With the mark of the kernel before it; see {@link simdName}. */
  testFile: string
  /** What it imports, directly or not, of the project. */
  files: string[]
  loadMs: number
  /** What is passed while it loads. */
  loadHits: Hits
  loadTicks: Record<string, number>
  tests: TestFacts[]
  error?: string
}

/** One test to run on a mutant. */
export interface Step {
  testFile: string
  test: string
  /** How long it takes without the mutant. */
  ms: number
  /** How often the loops of the mutant's file go round without the mutant. */
  ticks: number
  loadTicks: number
}

export type Request =
  | { kind: 'cover'; testFile: string }
  | { kind: 'try'; file: string; code: string; steps: Step[]; budget: number; toTheEnd: boolean }

export type Verdict = 'killed' | 'timeout' | 'survived' | 'invalid'

export type Reply =
  | { kind: 'ready' }
  | { kind: 'covered'; facts: FileFacts }
  /** Something is begun that should not take longer than this. */
  | { kind: 'begin'; limit: number }
  | { kind: 'tried'; verdict: Verdict; step: number; message: string; failed: number[] }

/** The name of a test file that is run with the WebAssembly kernel. */
export const simdName = (testFile: string): string => `simd:${testFile}`

export const isSimd = (name: string): boolean => name.startsWith('simd:')

export const pathOf = (name: string): string => name.replace(/^simd:/, '')
