import { describe, expect, it } from 'vitest'
import { mutantsOf } from './mutants.ts'

const changes = (source: string) => mutantsOf('a.ts', source).map(({ line, change }) => `${line} ${change}`)
const mutated = (source: string) =>
  mutantsOf('a.ts', source).map(
    ({ start, end, replacement }) => source.slice(0, start) + replacement + source.slice(end),
  )

describe('mutantsOf', () => {
  it('changes one thing at a time', () => {
    expect(mutated('const f = (a: number) => a < 3 && !on')).toEqual([
      'const f = (a: number) => a <= 3 && !on',
      'const f = (a: number) => a < 4 && !on',
      'const f = (a: number) => a < 3 || !on',
      'const f = (a: number) => a < 3 && on',
    ])
    expect(mutated('if (a) run(b)\n')).toEqual(['if (true) run(b)\n', 'if (false) run(b)\n', 'if (a) ;\n'])
    expect(mutated('x = a /* + */ + b')).toContain('x = a /* - */ + b')
  })

  it('says what and where', () => {
    expect(changes('const a = b\n  ? c - 1\n  : true')).toEqual([
      '1 condition b → true',
      '1 condition b → false',
      '2 c - 1: - → +',
      '2 1 → 2',
      '3 true → false',
    ])
  })

  it('leaves types, imports, messages of errors and sums of texts alone', () => {
    const source = `
      import a from 'a'
      type B = 1 | true
      interface C { d: 2 }
      const e: 3 = f as 4
      const g = h + 'text' + \`\${i}\`
      throw new Error(j > 5 ? 'k' : 'l')`
    expect(changes(source)).toEqual([])
  })
})
