import { type Argument, parseSync, Visitor } from 'oxc-parser'

/** One place where a source file names another module or a file beside it. */
export interface Import {
  readonly line: number
  /** As written, or `undefined` where it is computed when the program runs. */
  readonly specifier: string | undefined
  /** `url` is `new URL(…, import.meta.url)`: a file that is read, not a module that is loaded. */
  readonly kind: 'module' | 'url'
}

/**
 * Every import of a TypeScript or JavaScript source, in the order of its lines: static, type-only, for its side effect,
 * `export … from`, `import()`, `import('x').T`, `import x = require('x')`, `declare module 'x'`, `require('x')`,
 * `require.resolve('x')`, `process.getBuiltinModule('x')`, `import.meta.resolve('x')`, `new URL('x', import.meta.url)`.
 * Throws where the source does not parse.
 */
export function readImports(file: string, source: string): Import[] {
  const { program, errors } = parseSync(file, source)
  const error = errors[0]
  if (error)
    throw new Error(`${file}:${lineAt(source, error.labels[0]?.start ?? 0)} does not parse: ${error.message}`)

  const found: { start: number; specifier: string | undefined; kind: Import['kind'] }[] = []
  const add = (node: { start: number }, specifier: string | undefined, kind: Import['kind'] = 'module') =>
    found.push({ start: node.start, specifier, kind })

  new Visitor({
    ImportDeclaration: (node) => add(node, node.source.value),
    ExportAllDeclaration: (node) => add(node, node.source.value),
    ExportNamedDeclaration: (node) => node.source && add(node, node.source.value),
    ImportExpression: (node) => add(node, literal(node.source)),
    TSImportType: (node) => add(node, node.source.value),
    TSExternalModuleReference: (node) => add(node, node.expression.value),
    TSModuleDeclaration: (node) => node.id.type === 'Literal' && add(node, node.id.value),
    CallExpression: (node) => loads(node.callee) && add(node, literal(node.arguments[0])),
    NewExpression: (node) => {
      const [path, base] = node.arguments
      const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL'
      if (isUrl && member(base)?.object === 'import.meta') add(node, literal(path), 'url')
    },
  }).visit(program)

  return found
    .sort((a, b) => a.start - b.start)
    .map(({ start, specifier, kind }) => ({ line: lineAt(source, start), specifier, kind }))
}

/** Whether a call of this callee loads or finds a module. */
function loads(callee: Argument): boolean {
  if (callee.type === 'Identifier') return callee.name === 'require'
  const { object, property } = member(callee) ?? {}
  if (property === 'getBuiltinModule') return true
  return property === 'resolve' && (object === 'require' || object === 'import.meta')
}

/** The two halves of `object.property`, as far as they are plain names. */
function member(node: Argument | undefined): { object?: string; property?: string } | undefined {
  if (node?.type !== 'MemberExpression') return undefined
  const property =
    node.property.type === 'Identifier' && !node.computed ? { property: node.property.name } : {}
  if (node.object.type === 'MetaProperty') return { object: 'import.meta', ...property }
  if (node.object.type === 'Identifier') return { object: node.object.name, ...property }
  return property
}

function literal(node: Argument | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined
  }
  return undefined
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length
}
