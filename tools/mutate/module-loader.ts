import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileFunction } from 'node:vm'
import ts from 'typescript'

/** What the code of a module may call. */
export interface Probes {
  hit(point: number): void
  tick(): void
}

type Evaluate = (
  exports: object,
  require: (specifier: string) => object,
  load: (specifier: string) => Promise<object>,
  meta: Pick<ImportMeta, 'url' | 'resolve'>,
  hit: Probes['hit'],
  tick: Probes['tick'],
) => void

/** A file in compiled form, which can be evaluated any number of times. */
interface Compiled {
  evaluate: Evaluate
  specifiers: readonly string[]
  /** Files that it imports only when it needs them. */
  later: readonly string[]
}

const NO_PROBES: Probes = { hit: () => {}, tick: () => {} }

const PARAMETERS = ['exports', 'require', '__load', '__meta', '__hit', '__tick']

const COMPILER_OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  verbatimModuleSyntax: false,
}

/**
 * Compiles the TypeScript files of a project and keeps them, so that the modules can be evaluated
 * afresh, with other code in one of them, in some milliseconds. Packages and modules of Node are
 * loaded once and stay.
 */
export class ModuleLoader {
  readonly root: string
  readonly #compiled = new Map<string, Compiled>()
  readonly #packages = new Map<string, object>()
  /** Modules that reach no file of `src`: they are the same for every mutant. */
  readonly #steady = new Map<string, object>()
  readonly #isSteady = new Map<string, boolean>()
  /** What stands in for the package `vitest`. */
  readonly #vitest: object

  constructor(root: string, vitest: object) {
    this.root = resolve(root)
    this.#vitest = vitest
  }

  /** Compiles a file with other code from now on; with its own if none is given. */
  replace(file: string, code?: string): void {
    const path = join(this.root, file)
    if (code === undefined) this.#compiled.delete(path)
    else this.#compiled.set(path, compile(path, code))
  }

  /** The files that a file imports, and those that these import; from the root of the project. */
  filesOf(file: string): string[] {
    const seen = new Set<string>()
    const visit = (path: string) => {
      if (seen.has(path)) return
      seen.add(path)
      const { specifiers, later } = this.#file(path)
      for (const specifier of [...specifiers, ...later]) {
        const found = this.#resolve(specifier, path)
        if (found !== undefined) visit(found)
      }
    }
    visit(join(this.root, file))
    return [...seen].map((path) => relative(this.root, path).split(sep).join('/'))
  }

  /** Loads the packages that these files import: afterwards they can be evaluated at once. */
  async loadPackages(files: readonly string[]): Promise<void> {
    for (const file of files) {
      const path = join(this.root, file)
      for (const specifier of this.#file(path).specifiers) {
        if (this.#resolve(specifier, path) === undefined) await this.#loadPackage(specifier)
      }
    }
  }

  /** A new set of modules. `probes` gives each file of `src` its own. */
  modules(probes: (file: string) => Probes = () => NO_PROBES): Modules {
    const made = new Map<string, object>()
    const evaluate = (path: string): object => {
      const isSteady = this.#reachesNoSource(path)
      const kept = (isSteady ? this.#steady : made).get(path)
      if (kept !== undefined) return kept
      const exports = {}
      ;(isSteady ? this.#steady : made).set(path, exports)
      const require = (specifier: string): object => {
        const found = this.#resolve(specifier, path)
        return found === undefined ? this.#package(specifier) : evaluate(found)
      }
      const load = async (specifier: string): Promise<object> => {
        const found = this.#resolve(specifier, path)
        if (found === undefined) return this.#loadPackage(specifier)
        await this.loadPackages(this.filesOf(relative(this.root, found)))
        return evaluate(found)
      }
      const { hit, tick } = probes(relative(this.root, path).split(sep).join('/'))
      const resolvePackage = (specifier: string) =>
        pathToFileURL(createRequire(path).resolve(specifier)).href
      const meta = { url: pathToFileURL(path).href, resolve: resolvePackage }
      this.#file(path).evaluate(exports, require, load, meta, hit, tick)
      return exports
    }
    return { evaluate: (file) => evaluate(join(this.root, file)) }
  }

  #file(path: string): Compiled {
    let file = this.#compiled.get(path)
    if (file === undefined) {
      file = compile(path, readFileSync(path, 'utf8'))
      this.#compiled.set(path, file)
    }
    return file
  }

  #resolve(specifier: string, from: string): string | undefined {
    if (specifier.startsWith('.')) return join(dirname(from), specifier)
    const [name, entry = ''] = specifier.split('/')
    if (name !== 'vessel-reward') return undefined
    return join(this.root, 'src', entry, 'index.ts')
  }

  #reachesNoSource(path: string): boolean {
    let known = this.#isSteady.get(path)
    if (known === undefined) {
      const isSource = (file: string) => file.startsWith('src/') || file.endsWith('.test.ts')
      known = !this.filesOf(relative(this.root, path)).some(isSource)
      this.#isSteady.set(path, known)
    }
    return known
  }

  #package(specifier: string): object {
    const found = this.#packages.get(specifier)
    if (found === undefined) throw new Error(`the package ${specifier} was not loaded`)
    return found
  }

  async #loadPackage(specifier: string): Promise<object> {
    const isPath = specifier.startsWith('/')
    const loaded =
      specifier === 'vitest'
        ? this.#vitest
        : await import(isPath ? pathToFileURL(specifier).href : specifier)
    // So the compiled code takes it for a module like its own, not for one of CommonJS.
    const module = Object.defineProperty({ ...loaded }, '__esModule', { value: true })
    this.#packages.set(specifier, module)
    return module
  }
}

/** Modules of which each is evaluated once, when it is asked for first. */
export interface Modules {
  evaluate(file: string): object
}

function compile(path: string, source: string): Compiled {
  if (path.endsWith('.json')) {
    const data = JSON.parse(source) as object
    const evaluate = (exports: object) => Object.assign(exports, data, { default: data })
    return { evaluate, specifiers: [], later: [] }
  }
  const { outputText, diagnostics = [] } = ts.transpileModule(source, {
    fileName: path,
    compilerOptions: COMPILER_OPTIONS,
    transformers: { before: [ownImports] },
    reportDiagnostics: true,
  })
  if (diagnostics.length > 0) {
    const text = ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n')
    throw new SyntaxError(`${path}: ${text}`)
  }
  const evaluate = compileFunction(outputText, PARAMETERS, { filename: path }) as Evaluate
  return { evaluate, specifiers: specifiersOf(path, source), later: laterOf(path, source) }
}

/** What a file imports and re-exports, without what are only types. */
function specifiersOf(path: string, source: string): string[] {
  const { statements } = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022)
  return statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
    const { moduleSpecifier } = statement
    if (moduleSpecifier === undefined || isOnlyTypes(statement)) return []
    return [(moduleSpecifier as ts.StringLiteral).text]
  })
}

/** What is imported by `import('./file.ts')`; packages are loaded where that happens. */
function laterOf(path: string, source: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (isImportCall(node)) {
      const [given] = node.arguments
      if (ts.isStringLiteral(given) && given.text.startsWith('.')) found.push(given.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.ES2022))
  return found
}

const isImportCall = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword

function isOnlyTypes(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) {
    const { exportClause, isTypeOnly } = statement
    return isTypeOnly || hasOnlyTypes(exportClause)
  }
  const { importClause } = statement
  if (importClause === undefined) return false
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  return importClause.name === undefined && hasOnlyTypes(importClause.namedBindings)
}

function hasOnlyTypes(names: ts.NamedExportBindings | ts.NamedImportBindings | undefined): boolean {
  if (names === undefined) return false
  if (!ts.isNamedImports(names) && !ts.isNamedExports(names)) return false
  return [...names.elements].every(({ isTypeOnly }) => isTypeOnly)
}

/** `import(…)` and `import.meta` by what the loader hands over. */
const ownImports: ts.TransformerFactory<ts.SourceFile> = (context) => (tree) => {
  const { factory } = context
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isMetaProperty(node)) return factory.createIdentifier('__meta')
    if (isImportCall(node)) {
      const given = node.arguments.map((argument) => ts.visitNode(argument, visit) as ts.Expression)
      return factory.createCallExpression(factory.createIdentifier('__load'), undefined, given)
    }
    return ts.visitEachChild(node, visit, context)
  }
  return ts.visitNode(tree, visit) as ts.SourceFile
}
