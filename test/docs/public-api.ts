import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { ROOT, type Snippet } from './snippets.ts'

/** A public function, class or method with its examples. */
export interface PublicName {
  /** The entry point and the name, such as `src/index.ts BitMask.from`. */
  name: string
  /** The text of each `@example`. */
  examples: string[]
}

/** The sources of the package's entry points, which are also those of the API's pages. */
const ENTRIES: string[] = JSON.parse(readFileSync(join(ROOT, 'typedoc.json'), 'utf8')).entryPoints

function compilerOptions(): ts.CompilerOptions {
  const path = join(ROOT, 'tsconfig.json')
  const { config } = ts.readConfigFile(path, ts.sys.readFile)
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options
}

const isInternal = (symbol: ts.Symbol, checker: ts.TypeChecker) =>
  symbol.getJsDocTags(checker).some((tag) => tag.name === 'internal')

const isPrivate = ({ valueDeclaration }: ts.Symbol) =>
  valueDeclaration !== undefined &&
  ts.isMethodDeclaration(valueDeclaration) &&
  (ts.isPrivateIdentifier(valueDeclaration.name) ||
    (ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.Private) !== 0)

function named(name: string, symbol: ts.Symbol, checker: ts.TypeChecker): PublicName {
  const examples = symbol
    .getJsDocTags(checker)
    .filter((tag) => tag.name === 'example')
    .map((tag) => ts.displayPartsToString(tag.text))
  return { name, examples }
}

/** Every public function, class and method of the package. */
export function publicNames(): PublicName[] {
  const program = ts.createProgram(
    ENTRIES.map((entry) => join(ROOT, entry)),
    compilerOptions(),
  )
  const checker = program.getTypeChecker()
  const names: PublicName[] = []
  for (const entry of ENTRIES) {
    const file = program.getSourceFile(join(ROOT, entry))
    const module = file && checker.getSymbolAtLocation(file)
    if (module === undefined) throw new Error(`${entry} exports nothing`)
    for (const exported of checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported
      const name = `${entry} ${exported.name}`
      if ((symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) === 0) continue
      names.push(named(name, symbol, checker))
      for (const member of [
        ...(symbol.members?.values() ?? []),
        ...(symbol.exports?.values() ?? []),
      ]) {
        const isMethod = (member.flags & ts.SymbolFlags.Method) !== 0
        if (!isMethod || isPrivate(member) || isInternal(member, checker)) continue
        names.push(named(`${name}.${member.name}`, member, checker))
      }
    }
  }
  return names
}

/** What the compiler says of the snippets; lines that claim an error may have the wrong types. */
export function typeErrors(snippets: readonly Snippet[]): string[] {
  const options = { ...compilerOptions(), noUnusedLocals: false, isolatedDeclarations: false }
  const host = ts.createCompilerHost(options)
  const texts = new Map(
    snippets.map((snippet, i) => [join(ROOT, 'test/docs', `snippet-${i}.ts`), snippet]),
  )
  const { getSourceFile, fileExists } = host
  host.fileExists = (path) => texts.has(path) || fileExists(path)
  host.getSourceFile = (path, version, ...rest) => {
    const snippet = texts.get(path)
    if (snippet === undefined) return getSourceFile(path, version, ...rest)
    return ts.createSourceFile(path, `${snippet.code}\nexport {}`, version)
  }
  const program = ts.createProgram([...texts.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).flatMap(({ file, start = 0, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n')
    const snippet = file && texts.get(file.fileName)
    if (file === undefined || snippet === undefined) return [message]
    const { line } = file.getLineAndCharacterOfPosition(start)
    if (snippet.code.split('\n')[line]?.includes('// => throws')) return []
    return [`${snippet.file}:${snippet.line + line}: ${message}`]
  })
}
