import { type Node, parseSync, Visitor } from 'oxc-parser'

/** One small fault put into a source file. */
export interface Mutant {
  readonly line: number
  /** What was changed, for people: `< → <=`. */
  readonly change: string
  /** Replaces the source from `start` to `end`. */
  readonly start: number
  readonly end: number
  readonly replacement: string
}

const operators: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&&': '||',
  '||': '&&',
}

/**
 * Every mutant of a TypeScript source: comparisons shifted and turned around, arithmetic and logic exchanged, conditions
 * fixed, `!` and statements dropped, numbers and booleans changed. Messages of errors, types and imports stay.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const { program, errors } = parseSync(file, source)
  if (errors[0]) throw new Error(`${file} does not parse: ${errors[0].message}`)
  const found: Mutant[] = []
  const still: Span[] = []
  const put = (span: Span, replacement: string, change = `${text(span)} → ${replacement || 'nothing'}`) =>
    found.push({
      line: lineAt(source, span.start),
      change: oneLine(change),
      start: span.start,
      end: span.end,
      replacement,
    })
  const text = ({ start, end }: Span) => source.slice(start, end)
  /** The operator between two operands, whatever blanks and comments stand around it. */
  const exchange = (left: Span, operator: string, right: Span) => {
    const other = operators[operator]
    if (other === undefined) return
    const start = source.indexOf(operator, left.end)
    if (start < 0 || start >= right.start) return
    put(
      { start, end: start + operator.length },
      other,
      `${text({ start: left.start, end: right.end })}: ${operator} → ${other}`,
    )
  }
  const fix = (test: Node) => {
    put(test, 'true', `condition ${text(test)} → true`)
    put(test, 'false', `condition ${text(test)} → false`)
  }
  new Visitor({
    BinaryExpression: (node) => {
      if (!isText(node.left) && !isText(node.right)) exchange(node.left, node.operator, node.right)
    },
    LogicalExpression: (node) => exchange(node.left, node.operator, node.right),
    IfStatement: ({ test }) => fix(test),
    ConditionalExpression: ({ test }) => fix(test),
    WhileStatement: ({ test }) => put(test, 'false', `condition ${text(test)} → false`),
    UnaryExpression: (node) => {
      if (node.operator === '!') put(node, text(node.argument))
    },
    ExpressionStatement: (node) => {
      if (!('directive' in node) || node.directive === null)
        put(node, ';', `statement dropped: ${text(node)}`)
    },
    Literal: (node) => {
      if (typeof node.value === 'number') put(node, String(node.value + 1))
      if (typeof node.value === 'boolean') put(node, String(!node.value))
    },
    ThrowStatement: (node) => still.push(node),
    TSTypeAnnotation: (node) => still.push(node),
    TSTypeAliasDeclaration: (node) => still.push(node),
    TSInterfaceDeclaration: (node) => still.push(node),
    TSAsExpression: (node) => still.push(node.typeAnnotation),
    TSTypeParameterInstantiation: (node) => still.push(node),
    ImportDeclaration: (node) => still.push(node),
  }).visit(program)
  const isStill = (mutant: Mutant) =>
    still.some(({ start, end }) => start <= mutant.start && mutant.end <= end)
  return found.filter((mutant) => !isStill(mutant)).sort((a, b) => a.start - b.start)
}

interface Span {
  readonly start: number
  readonly end: number
}

/** `+` of texts has no minus. */
function isText(node: Node): boolean {
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string')
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 100 ? `${line.slice(0, 60)} … ${line.slice(-30)}` : line
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length
}
