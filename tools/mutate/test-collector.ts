type Body = (...args: never[]) => unknown
type Hook = () => unknown

interface Suite {
  name: string
  parent?: Suite
  before: Hook[]
  after: Hook[]
  beforeEach: Hook[]
  afterEach: Hook[]
}

/** One test of a file. */
export interface CollectedTest {
  /** With the names of the suites around it, and a number if the file has others of this name. */
  name: string
  run: () => unknown
  suite: Suite
}

/**
 * Stands in for `describe`, `it` and the hooks of vitest: it gathers the tests of a file, which can
 * then be run one by one, in any order and again. What it does not know throws.
 */
export class TestCollector {
  #suite: Suite = newSuite('')
  #tests: CollectedTest[] = []
  #names = new Map<string, number>()

  /** The functions that a test file imports from vitest. */
  api(): Record<string, unknown> {
    const it = this.#caller((name, body) => this.#add(name, body))
    const describe = this.#caller((name, body) => {
      const outer = this.#suite
      this.#suite = newSuite(name, outer)
      body()
      this.#suite = outer
    })
    const hook = (kind: 'before' | 'after' | 'beforeEach' | 'afterEach') => (run: Hook) => {
      this.#suite[kind].push(run)
    }
    return {
      it,
      test: it,
      describe,
      beforeAll: hook('before'),
      afterAll: hook('after'),
      beforeEach: hook('beforeEach'),
      afterEach: hook('afterEach'),
    }
  }

  /** The tests of the file that `load` evaluates. */
  collect(load: () => void): CollectedTest[] {
    this.#suite = newSuite('')
    this.#tests = []
    this.#names = new Map()
    load()
    return this.#tests
  }

  #add(name: string, run: Hook): void {
    const names = [name]
    for (let suite = this.#suite; suite.parent; suite = suite.parent) names.unshift(suite.name)
    const whole = names.join(' › ')
    const times = (this.#names.get(whole) ?? 0) + 1
    this.#names.set(whole, times)
    const unique = times === 1 ? whole : `${whole} (${times})`
    this.#tests.push({ name: unique, run, suite: this.#suite })
  }

  #caller(add: (name: string, body: Hook) => void) {
    const call = (name: string, ...rest: unknown[]): void => add(name, bodyOf(rest) as Hook)
    const each =
      (rows: readonly unknown[]) =>
      (name: string, ...rest: unknown[]) => {
        const body = bodyOf(rest) as (...row: unknown[]) => unknown
        rows.forEach((row, i) => {
          const values = Array.isArray(row) ? row : [row]
          add(`${name} #${i + 1}`, () => body(...values))
        })
      }
    const ignore = () => {}
    const known = {
      each,
      skip: ignore,
      skipIf: (condition: unknown) =>
        condition ? Object.assign(ignore, { each: () => ignore }) : call,
      runIf: (condition: unknown) => (condition ? call : ignore),
    }
    return new Proxy(call, {
      get: (_, name) => {
        if (name in known) return known[name as keyof typeof known]
        throw new Error(`the tests of mutants know no .${String(name)}`)
      },
    })
  }
}

/** Runs tests one by one with their hooks, those of suites once. */
export class TestRun {
  readonly #entered: Suite[] = []

  /** @throws whatever the test throws */
  async run({ suite, run }: CollectedTest): Promise<void> {
    const around = suitesOf(suite)
    for (const outer of around) {
      if (this.#entered.includes(outer)) continue
      this.#entered.push(outer)
      for (const hook of outer.before) await hook()
    }
    for (const hook of around.flatMap(({ beforeEach }) => beforeEach)) await hook()
    try {
      await run()
    } finally {
      for (const hook of around.toReversed().flatMap(({ afterEach }) => afterEach)) await hook()
    }
  }

  /** Leaves the suites. */
  async end(): Promise<void> {
    for (const suite of this.#entered.splice(0).reverse()) {
      for (const hook of suite.after) await hook()
    }
  }
}

function newSuite(name: string, parent?: Suite): Suite {
  return { name, parent, before: [], after: [], beforeEach: [], afterEach: [] }
}

function suitesOf(suite: Suite): Suite[] {
  return suite.parent === undefined ? [suite] : [...suitesOf(suite.parent), suite]
}

function bodyOf(rest: unknown[]): Body {
  const body = rest.find((part) => typeof part === 'function')
  if (body === undefined) throw new Error('expected a test to have a function')
  return body as Body
}
