import ts from 'typescript'

/** What the body of a transformed snippet calls. */
export interface SnippetTools {
  load(specifier: string): Promise<unknown>
  same(line: number, actual: unknown, expected: unknown): void
  throws(line: number, run: () => Promise<unknown>, expected: string): Promise<void>
}

/** A snippet that runs: its imports go through `load`, its claims through `same` and `throws`. */
export interface RunnableSnippet {
  run(tools: SnippetTools): Promise<void>
  /** How many values or errors it claims. */
  claims: number
}

interface Edit {
  start: number
  end: number
  text: string
}

interface Claim {
  expected: string
  /** Where the comment ends. */
  end: number
}

const ARROW = '// =>'

/**
 * Makes a snippet runnable. A line `expression // => value` (the comment may also stand below, and
 * go on over further lines) claims that the value is deeply equal to the expression's; so does
 * `const name = expression // => value` for the name. `// => throws RangeError: text` claims an
 * error of this class whose message contains the text. Typed arrays are written as Node prints
 * them: `Uint8Array [1, 0]`.
 */
export function runnable(code: string): RunnableSnippet {
  const source = parse(code)
  const edits: Edit[] = []
  let claims = 0
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      edits.push({ start: node.getStart(source), end: node.end, text: loadingOf(node) })
      return
    }
    const claim = ts.isStatement(node) ? claimAfter(node, code) : undefined
    if (claim !== undefined) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line
      edits.push(editOf(node, claim, source, line))
      claims++
      return
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  const written = code.split(ARROW).length - 1
  if (claims !== written) {
    throw new Error(`${written} lines of the snippet claim a value, but ${claims} can be checked`)
  }
  return { run: compile(code, edits), claims }
}

function parse(code: string): ts.SourceFile {
  // The export makes this a module, in which await may stand at the top.
  return ts.createSourceFile('snippet.ts', `${code}\nexport {}`, ts.ScriptTarget.ES2022, true)
}

function loadingOf({ importClause, moduleSpecifier }: ts.ImportDeclaration): string {
  const load = `await load(${moduleSpecifier.getText()})`
  if (importClause === undefined) return load
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return ''
  const { name, namedBindings } = importClause
  if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) {
    return `const ${namedBindings.name.text} = ${load}`
  }
  const names = (namedBindings?.elements ?? [])
    .filter(({ isTypeOnly }) => !isTypeOnly)
    .map((element) =>
      [element.propertyName?.getText(), element.name.text].filter(Boolean).join(': '),
    )
  if (name !== undefined) names.push(`default: ${name.text}`)
  return `const { ${names.join(', ')} } = ${load}`
}

function claimAfter(statement: ts.Statement, code: string): Claim | undefined {
  const comments = [
    ...(ts.getTrailingCommentRanges(code, statement.end) ?? []),
    ...(ts.getLeadingCommentRanges(code, statement.end) ?? []),
  ]
  if (comments.length === 0 || !code.startsWith(ARROW, comments[0].pos)) return undefined
  let expected = code.slice(comments[0].pos + ARROW.length, comments[0].end).trim()
  let last = 0
  while (isOpen(expected) && last + 1 < comments.length) {
    const next = comments[++last]
    expected += `\n${code.slice(next.pos, next.end).replace(/^\/\//, '')}`
  }
  return { expected, end: comments[last].end }
}

/** Whether a bracket of the text is not closed yet. */
function isOpen(text: string): boolean {
  return text.split(/[[{(]/).length > text.split(/[\]})]/).length
}

function editOf(node: ts.Node, claim: Claim, source: ts.SourceFile, line: number): Edit {
  const start = node.getStart(source)
  const { end } = claim
  const error = /^throws (.*)$/s.exec(claim.expected)
  const value = claim.expected.replace(/\b([A-Z]\w*Array)(?:\(\d+\))? ?\[([^\]]*)\]/g, '$1.of($2)')
  if (ts.isExpressionStatement(node)) {
    const text = printed(node.expression).getText(source)
    return error === null
      ? { start, end, text: `;same(${line}, (${text}), (${value}));` }
      : {
          start,
          end,
          text: `;await throws(${line}, async () => (${text}), ${JSON.stringify(error[1])});`,
        }
  }
  if (ts.isVariableStatement(node) && error === null) {
    const [{ name }] = node.declarationList.declarations
    if (ts.isIdentifier(name)) {
      const text = `${node.getText(source)};same(${line}, ${name.text}, (${value}));`
      return { start, end, text }
    }
  }
  throw new Error(`only an expression or one constant can be checked: ${node.getText(source)}`)
}

/** The value that `console.log(value)` prints, or the expression itself. */
function printed(expression: ts.Expression): ts.Expression {
  const isLog =
    ts.isCallExpression(expression) &&
    expression.expression.getText() === 'console.log' &&
    expression.arguments.length === 1
  return isLog ? expression.arguments[0] : expression
}

function compile(code: string, edits: readonly Edit[]): RunnableSnippet['run'] {
  let text = ''
  let end = 0
  for (const edit of edits) {
    text += code.slice(end, edit.start) + edit.text
    end = edit.end
  }
  text += code.slice(end)
  const { outputText } = ts.transpileModule(
    `async function snippet({ load, same, throws }) {\n${text}\n}`,
    { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } },
  )
  return new Function(`${outputText}\nreturn snippet`)()
}
