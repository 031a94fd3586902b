import { createHash } from 'node:crypto'
import ts from 'typescript'

/** One small change of a source file. */
export interface Mutant {
  /** The same after edits elsewhere in the file: made of the file's name and of texts. */
  id: string
  /** From the root of the repository, with slashes. */
  file: string
  /** From 1. */
  line: number
  /** Where the replaced text starts and ends. */
  start: number
  end: number
  /** What stands there. */
  from: string
  /** What stands there instead. */
  to: string
  /** The line, trimmed. */
  text: string
  /** Which of the mutants of this file with the same `text`, `from` and `to`, from 1. */
  nth: number
}

const OPERATORS: Record<string, readonly string[]> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<': ['<=', '>='],
  '>': ['>=', '<='],
  '<=': ['<', '>'],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '&': ['|'],
  '|': ['&'],
  '^': ['|'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '&=': ['|='],
  '|=': ['&='],
  '^=': ['|='],
  '<<=': ['>>='],
  '>>=': ['<<='],
  '>>>=': ['<<='],
}

/** Methods that are taken for one another. */
const TWINS = new Map(
  [
    ['min', 'max'],
    ['floor', 'ceil'],
    ['some', 'every'],
  ].flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]),
)

/** Functions to which the order of their arguments is all one, to the last bit. */
const SYMMETRIC = /^Math\.(min|max|imul)$/

/** Tables are data: their first values stand for all. */
const LONG_ARRAY = 8

type Change = Pick<Mutant, 'start' | 'end' | 'to'>

/** The mutants of a source text, in the order of their places. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true)
  const changes: Change[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || isOnlyTypes(node)) return
    changes.push(...changesOf(node, tree))
    if (ts.isArrayLiteralExpression(node) && node.elements.length >= LONG_ARRAY) {
      node.elements.slice(0, 3).forEach(visit)
    } else {
      ts.forEachChild(node, visit)
    }
  }
  visit(tree)
  changes.sort((a, b) => a.start - b.start || a.end - b.end)
  const seen = new Map<string, number>()
  return changes.map((change) => {
    const { line } = tree.getLineAndCharacterOfPosition(change.start)
    const [begin, after] = [tree.getLineStarts()[line], tree.getLineStarts()[line + 1]]
    const text = source.slice(begin, after).trim()
    const from = source.slice(change.start, change.end)
    const key = [text, from, change.to].join('\n')
    const nth = (seen.get(key) ?? 0) + 1
    seen.set(key, nth)
    const id = createHash('sha256').update(`${file}\n${key}\n${nth}`).digest('hex').slice(0, 12)
    return { id, file, line: line + 1, ...change, from, text, nth }
  })
}

/** The source with the change made. */
export function mutated(source: string, { start, end, to }: Change): string {
  return source.slice(0, start) + to + source.slice(end)
}

function isOnlyTypes(node: ts.Node): boolean {
  return (
    ts.isImportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    (ts.isExportDeclaration(node) && node.exportClause !== undefined)
  )
}

function changesOf(node: ts.Node, tree: ts.SourceFile): Change[] {
  const start = node.getStart(tree)
  const { end } = node
  const text = tree.text.slice(start, end)
  const replace = (...texts: string[]): Change[] => texts.map((to) => ({ start, end, to }))
  if (ts.isBinaryExpression(node)) return operatorChanges(node, tree)
  if (ts.isNumericLiteral(node) && !isName(node)) {
    const value = Number(node.text)
    const less = value - 1
    // Of a great number it is the same.
    if (less === value) return []
    return replace(String(value + 1), less < 0 ? `(${less})` : String(less))
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return replace('false')
  if (node.kind === ts.SyntaxKind.FalseKeyword) return replace('true')
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    return unaryChanges(node, tree)
  }
  if (ts.isPropertyAccessExpression(node) && TWINS.has(node.name.text)) {
    const { name } = node
    return [{ start: name.getStart(tree), end: name.end, to: TWINS.get(name.text) as string }]
  }
  if (isRemovable(node) && !isLastReturn(node)) return replace(isIn(node.parent) ? '' : '{}')
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) {
    return negation(node.expression, tree)
  }
  if (ts.isForStatement(node) && node.condition) return negation(node.condition, tree)
  if (ts.isConditionalExpression(node)) return negation(node.condition, tree)
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    if (SYMMETRIC.test(node.expression.getText(tree)) && hasNoEffects(node, tree)) return []
    return swaps(node.arguments ?? [], tree)
  }
  if (ts.isArrayLiteralExpression(node)) {
    const some = node.elements.slice(0, node.elements.length >= LONG_ARRAY ? 3 : undefined)
    const empty = node.elements.length > 0 && !isTarget(node) && text !== '[]' ? replace('[]') : []
    return [...swaps(some, tree), ...empty]
  }
  return []
}

function operatorChanges(node: ts.BinaryExpression, tree: ts.SourceFile): Change[] {
  const { operatorToken } = node
  const start = operatorToken.getStart(tree)
  return (OPERATORS[operatorToken.getText(tree)] ?? []).map((to) => {
    // Mixed with ||, && and ?? need parentheses, which the operands may lack.
    if (operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) {
      return { start, end: operatorToken.end, to }
    }
    const [left, right] = [node.left.getText(tree), node.right.getText(tree)]
    return { start: node.getStart(tree), end: node.end, to: `((${left}) ${to} (${right}))` }
  })
}

function unaryChanges(
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  tree: ts.SourceFile,
): Change[] {
  const { operator, operand } = node
  const at = ts.isPrefixUnaryExpression(node)
    ? { start: node.getStart(tree), end: operand.getStart(tree) }
    : { start: operand.end, end: node.end }
  if (operator === ts.SyntaxKind.PlusPlusToken) return [{ ...at, to: '--' }]
  if (operator === ts.SyntaxKind.MinusMinusToken) return [{ ...at, to: '++' }]
  // Without the sign, `a -b` would be no expression any more.
  return [{ ...at, to: ' ' }]
}

/** A condition the other way round, where no change of its operator says the same. */
function negation(condition: ts.Expression, tree: ts.SourceFile): Change[] {
  const isSaid =
    (ts.isBinaryExpression(condition) && /^([<>]=?|[!=]==)$/.test(operatorOf(condition, tree))) ||
    (ts.isPrefixUnaryExpression(condition) && condition.operator === ts.SyntaxKind.ExclamationToken)
  if (isSaid) return []
  const start = condition.getStart(tree)
  return [{ start, end: condition.end, to: `!(${condition.getText(tree)})` }]
}

const operatorOf = (node: ts.BinaryExpression, tree: ts.SourceFile) =>
  node.operatorToken.getText(tree)

/** Each two neighbors exchanged. */
function swaps(items: ArrayLike<ts.Node>, tree: ts.SourceFile): Change[] {
  const changes: Change[] = []
  for (let i = 1; i < items.length; i++) {
    const [a, b] = [items[i - 1], items[i]]
    const [first, second] = [a.getText(tree), b.getText(tree)]
    if (ts.isSpreadElement(a) || ts.isSpreadElement(b) || first === second) continue
    const between = tree.text.slice(a.end, b.getStart(tree))
    changes.push({ start: a.getStart(tree), end: b.end, to: second + between + first })
  }
  return changes
}

function isRemovable(node: ts.Node): boolean {
  if (ts.isExpressionStatement(node)) {
    // Nothing works without the call of the base class.
    const { expression } = node
    return !(
      ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword
    )
  }
  return (
    ts.isThrowStatement(node) ||
    ts.isBreakStatement(node) ||
    ts.isContinueStatement(node) ||
    (ts.isReturnStatement(node) && node.expression !== undefined)
  )
}

/** Whether it says `return undefined` where the function ends anyway. */
const isLastReturn = (node: ts.Node) =>
  ts.isReturnStatement(node) &&
  node.expression?.getText() === 'undefined' &&
  ts.isBlock(node.parent) &&
  ts.isFunctionLike(node.parent.parent) &&
  node.parent.statements.at(-1) === node

/** Whether parts of an expression may be evaluated in any order. */
function hasNoEffects(node: ts.Node, tree: ts.SourceFile): boolean {
  if (ts.isCallExpression(node) && !/^Math\.\w+$/.test(node.expression.getText(tree))) return false
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return false
  if (
    ts.isNewExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isYieldExpression(node) ||
    ts.isPostfixUnaryExpression(node) ||
    (ts.isPrefixUnaryExpression(node) && /^[+-]{2}/.test(node.getText(tree)))
  ) {
    return false
  }
  return !ts.forEachChild(node, (child) => !hasNoEffects(child, tree))
}

const isAssignment = (operator: ts.SyntaxKind) =>
  operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment

const isIn = (parent: ts.Node) =>
  ts.isBlock(parent) ||
  ts.isSourceFile(parent) ||
  ts.isCaseClause(parent) ||
  ts.isDefaultClause(parent)

/** Whether a number is the name of a property. */
const isName = (node: ts.Node) => ts.isPropertyAssignment(node.parent) && node.parent.name === node

/** Whether an array literal is assigned to. */
const isTarget = (node: ts.Node) =>
  (ts.isBinaryExpression(node.parent) &&
    node.parent.left === node &&
    node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) ||
  (ts.isForOfStatement(node.parent) && node.parent.initializer === node)
