import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeExampleFiles } from '../docs/example-files.ts'
import {
  type InstalledPackage,
  installPackage,
  MANIFEST,
  NAME,
  ROOT,
  SUBPATHS,
} from './packed-package.ts'

let installed: InstalledPackage
let dist: string

beforeAll(() => {
  installed = installPackage()
  dist = join(installed.folder, 'node_modules', NAME, 'dist')
}, 180_000)
afterAll(() => installed?.remove())

const formatHost: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => installed.folder,
  getCanonicalFileName: (name) => name,
  getNewLine: () => '\n',
}

/** Writes a script into the user's folder and runs it; returns what it prints. */
function runScript(name: string, code: string, ...flags: string[]): string {
  writeFileSync(join(installed.folder, name), code)
  return installed.node(...flags, name)
}

/** The file and every file of the package that it imports, with its text. */
function withImports(path: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(path)) return seen
  const text = readFileSync(path, 'utf8')
  seen.set(path, text)
  for (const { fileName } of ts.preProcessFile(text).importedFiles) {
    if (fileName.startsWith('.')) withImports(join(dirname(path), fileName), seen)
  }
  return seen
}

describe('the built core entry', () => {
  test('imports no package and no module of Node, and generates no code', () => {
    const files = withImports(join(dist, 'index.js'))
    for (const text of files.values()) {
      const imports = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName)
      expect(imports.filter((name) => !name.startsWith('.'))).toEqual([])
      expect(text).not.toMatch(/\beval\s*\(|\bFunction\s*\(|\brequire\s*\(|\bimport\s*\(/)
    }
  })

  test('scores a pair where code generation is forbidden', () => {
    const code = `
      import { MultiObjectiveReward } from '${NAME}'
      let forbidden = false
      try { new Function('return 1') } catch { forbidden = true }
      const rows = [[0, 1, 0], [1, 1, 1]]
      console.log(forbidden, new MultiObjectiveReward().score(rows, rows))`
    const flag = '--disallow-code-generation-from-strings'
    expect(runScript('forbidden.mjs', code, flag)).toBe('true 6\n')
  })
})

describe('the installed package', () => {
  test.each(SUBPATHS)('%s is imported and required from plain Node', (subpath) => {
    const code = `
      import { createRequire } from 'node:module'
      const imported = await import('${subpath}')
      const required = createRequire(import.meta.url)('${subpath}')
      console.log(Object.keys(imported).every((name) => imported[name] === required[name]))
      console.log(Object.keys(imported).length > 0)`
    expect(runScript('import.mjs', code, '--no-warnings')).toBe('true\ntrue\n')
  })

  test('has one BitMask in all its entry points', () => {
    const code = `
      import { BitMask } from '${NAME}'
      import { toNdarray, fromNdarray } from '${NAME}/ndarray'
      import { decodeMask, encodePng } from '${NAME}/node'
      const mask = BitMask.from([[0, 1]])
      console.log(fromNdarray(toNdarray(mask)) instanceof BitMask)
      const png = encodePng({ data: mask.toUint8Array(), width: 2, height: 1 })
      console.log(decodeMask(png).equals(mask))`
    expect(runScript('one-class.mjs', code)).toBe('true\ntrue\n')
  })

  test('starts its worker threads', () => {
    const code = `
      import { createRewardPool } from '${NAME}/node'
      const pool = await createRewardPool({}, { threads: 1 })
      console.log(...await pool.scoreBatch([[[0, 1]]], [[0, 1]]))
      await pool.close()`
    expect(runScript('pool.mjs', code)).toBe('6\n')
  })

  test('evaluates files by worker threads', () => {
    const code = `
      import { BitMask } from '${NAME}'
      import { evaluateFolder, writePng } from '${NAME}/node'
      await writePng('mask.png', BitMask.from([[0, 1]]))
      const { cases } = await evaluateFolder('mask.png', 'mask.png', { jobs: 2 })
      console.log(cases[0].values.dice)`
    expect(runScript('folder.mjs', code)).toBe('1\n')
  })

  test('hands out its manifest', () => {
    const code = `
      import manifest from '${NAME}/package.json' with { type: 'json' }
      console.log(manifest.version)`
    expect(runScript('manifest.mjs', code, '--no-warnings')).toBe(`${MANIFEST.version}\n`)
  })

  test('has a command line tool that scores two images', () => {
    writeExampleFiles(installed.folder)
    const tool = join(dist, 'cli.js')
    expect(statSync(tool).mode & 0o111).not.toBe(0)
    const link = join(installed.folder, 'node_modules/.bin', NAME)
    const printed = installed.node(link, 'score', 'pred.png', 'truth.png', '--json')
    expect(JSON.parse(printed).total).toBeCloseTo(0.98095238, 8)
  })

  test('holds the build and the guides, and nothing else', () => {
    const files = readdirSync(join(dist, '..'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(dist, '..'), join(entry.parentPath, entry.name)))
    const expected =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/[\w-]+\.md|dist\/[\w-]+(\.d\.ts|\.js))$/
    expect(files.filter((file) => !expected.test(file))).toEqual([])
    expect(files).toContain('README.md')
  })

  test('declares no internal member', () => {
    const files = readdirSync(dist).filter((file) => file.endsWith('.d.ts'))
    expect(files.length).toBeGreaterThanOrEqual(SUBPATHS.length)
    for (const file of files) {
      expect(readFileSync(join(dist, file), 'utf8')).not.toMatch(/@internal|words: Int32Array/)
    }
  })
})

describe('the declared types', () => {
  let consumer: string
  beforeAll(() => {
    consumer = join(installed.folder, 'consumer.ts')
    copyFileSync(join(ROOT, 'test/package/consumer.ts'), consumer)
  })

  test.each([
    ['NodeNext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['Node16', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
    ['Bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
    ['Node10', ts.ModuleKind.CommonJS, ts.ModuleResolutionKind.Node10],
  ])('serve strict code that uses every public name, resolved by %s', (_, module, resolution) => {
    const program = ts.createProgram([consumer], {
      strict: true,
      noUnusedLocals: true,
      skipLibCheck: false,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      types: [],
      module,
      moduleResolution: resolution,
      // Node10 is called deprecated.
      ignoreDeprecations: '6.0',
    })
    expect(ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), formatHost)).toBe('')

    const checker = program.getTypeChecker()
    const unused = new Set(SUBPATHS)
    for (const statement of program.getSourceFile(consumer)?.statements ?? []) {
      if (!ts.isImportDeclaration(statement)) continue
      const { importClause, moduleSpecifier } = statement
      const bindings = importClause?.namedBindings as ts.NamedImports
      const used = bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
      const symbol = checker.getSymbolAtLocation(moduleSpecifier) as ts.Symbol
      const specifier = (moduleSpecifier as ts.StringLiteral).text
      unused.delete(specifier)
      for (const { name } of checker.getExportsOfModule(symbol)) {
        if (!used.includes(name)) unused.add(`${name} of ${specifier}`)
      }
    }
    expect([...unused]).toEqual([])
  })
})
