/**
 * What a script exports, as text, without running it: an object becomes JSON, a string its content. Enough for data
 * that a bundler has wrapped up (`… exports=<literal> …`) or that stands in a source file under a name
 * (`export const face = \`…\``); throws where there is anything else.
 */
export function exportedLiteral(script: string, name?: string): string {
  const place =
    name === undefined ? /\bexports=(?=[{"])/ : new RegExp(`\\bexport const ${name}\\b[^=]*=\\s*(?=["\`])`)
  const start = place.exec(script)
  if (!start) throw new SyntaxError('expected a script that exports a literal')
  const from = start.index + start[0].length
  if (script[from] === '{') return objectAsJson(script, from)
  return script.slice(from + 1, script.indexOf(script[from]!, from + 1))
}

/** A token of an object literal as minifiers write it. */
const token =
  /\s*(?:("(?:[^"\\]|\\.)*")|([A-Za-z_$][\w$]*)|(-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)|(![01])|([{}[\],:]))/gy

function objectAsJson(script: string, from: number): string {
  const parts: string[] = []
  let depth = 0
  token.lastIndex = from
  do {
    const found = token.exec(script)
    if (!found) throw new SyntaxError('expected an object of plain data')
    const [, string, name, number, truth, mark] = found
    if (mark === '{' || mark === '[') depth++
    if (mark === '}' || mark === ']') depth--
    if (string !== undefined) parts.push(string)
    else if (number !== undefined) parts.push(String(Number(number)))
    else if (truth !== undefined) parts.push(String(truth === '!0'))
    else if (name !== undefined) parts.push(JSON.stringify(name))
    else parts.push(mark!)
  } while (depth > 0)
  return JSON.stringify(JSON.parse(parts.join('')))
}
