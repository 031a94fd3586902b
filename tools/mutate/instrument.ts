import ts from 'typescript'

interface Edit {
  at: number
  text: string
}

/** The places at which a source file tells that it is run. */
export interface Points {
  /** The source with the calls put in. */
  code: string
  count: number
  /** The point that is passed if the text at `place` is run; -1 for what a module does as it loads. */
  pointAt(place: number): number
}

/**
 * Puts `__hit(point)` before every statement and `__tick()` into every loop. Statements of one block
 * have points of their own, since an error or a return may stand between them.
 */
export function withPoints(file: string, source: string): Points {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true)
  const edits = loopEdits(tree)
  const ranges: { start: number; end: number }[] = []
  const pointOf = (node: ts.Node) => ranges.push({ start: node.getStart(tree), end: node.end }) - 1
  const visit = (node: ts.Node, inFunction: boolean): void => {
    if (ts.isTypeNode(node)) return
    if (inFunction && ts.isStatement(node) && isListed(node)) {
      edits.push({ at: node.getStart(tree), text: `__hit(${pointOf(node)});` })
    }
    if (inFunction && ts.isStatement(node) && isSingle(node)) {
      edits.push({ at: node.getStart(tree), text: `{__hit(${pointOf(node)});` })
      ts.forEachChild(node, (child) => visit(child, true))
      edits.push({ at: node.end, text: '}' })
      return
    }
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
      edits.push({ at: node.body.getStart(tree), text: `(__hit(${pointOf(node.body)}),` })
      visit(node.body, true)
      edits.push({ at: node.body.end, text: ')' })
      return
    }
    ts.forEachChild(node, (child) => visit(child, inFunction || ts.isFunctionLike(node)))
  }
  visit(tree, false)
  return {
    code: edited(source, edits),
    count: ranges.length,
    pointAt: (place) => {
      let found = -1
      // Later ranges that hold the place lie within the earlier ones.
      ranges.forEach(({ start, end }, point) => {
        if (place >= start && place < end) found = point
      })
      return found === -1 ? parameterPoint(tree, place, ranges) : found
    },
  }
}

/** Puts `__tick()` into every loop, and nothing else. */
export function withTicks(file: string, source: string): string {
  return edited(source, loopEdits(ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true)))
}

function loopEdits(tree: ts.SourceFile): Edit[] {
  const edits: Edit[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIterationStatement(node, false)) {
      const { statement } = node
      edits.push(
        ts.isBlock(statement)
          ? { at: statement.getStart(tree) + 1, text: '__tick();' }
          : { at: statement.getStart(tree), text: '{__tick();' },
      )
      ts.forEachChild(node, visit)
      if (!ts.isBlock(statement)) edits.push({ at: statement.end, text: '}' })
      return
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return edits
}

/** Whether the statement stands in a list of statements. */
function isListed({ parent }: ts.Node): boolean {
  return ts.isBlock(parent) || ts.isCaseClause(parent) || ts.isDefaultClause(parent)
}

/** Whether the statement is the whole of a branch or a loop, without braces. */
function isSingle(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isBlock(node)) return false
  return (
    ts.isIfStatement(parent) ||
    (ts.isIterationStatement(parent, false) && parent.statement === node)
  )
}

/** The first point of the function whose parameters hold the place; -1 if there is none. */
function parameterPoint(
  tree: ts.SourceFile,
  place: number,
  ranges: { start: number; end: number }[],
): number {
  let found = -1
  const visit = (node: ts.Node): void => {
    if (place < node.pos || place >= node.end) return
    if (ts.isParameter(node) && ts.isFunctionLike(node.parent)) {
      const { body } = node.parent as ts.FunctionLikeDeclaration
      if (body === undefined) return
      found = ranges.findIndex(({ start }) => start >= body.getStart(tree) && start < body.end)
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

function edited(source: string, edits: Edit[]): string {
  // At one place what closes an expression comes first, then what closes a statement.
  const rank = ({ text }: Edit) => [')', '}'].indexOf(text) & 3
  const order = edits
    .map((edit, i) => ({ ...edit, i }))
    .sort((a, b) => a.at - b.at || rank(a) - rank(b) || a.i - b.i)
  let [code, from] = ['', 0]
  for (const { at, text } of order) {
    code += source.slice(from, at) + text
    from = at
  }
  return code + source.slice(from)
}
