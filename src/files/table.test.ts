import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delimiterOf, formatTable, parseTable, readTable } from './table.ts'

const cells = (text: string) => parseTable(text, ',').map((row) => row.cells)

describe('parseTable', () => {
  it('reads quoted cells, blanks, line ends of every system, and skips empty lines', () => {
    expect(cells('a, b ,"c, ""d"""\r\n\r\n"x\ny",,\rlast')).toEqual([
      ['a', 'b', 'c, "d"'],
      ['x\ny', '', ''],
      ['last'],
    ])
  })

  it('takes quotes literally that no cell begins and ends with', () => {
    expect(cells('a.png,change the sign to "OPEN"\nb.png,"OPEN" sign\nc.png,5" wide')).toEqual([
      ['a.png', 'change the sign to "OPEN"'],
      ['b.png', '"OPEN" sign'],
      ['c.png', '5" wide'],
    ])
  })

  it('goes on after a quote that is never closed', () => {
    const rows = parseTable('a,b\nx,"open\ny,z', ',')
    expect(rows.map(({ line, cells, problem }) => [line, cells, problem !== undefined])).toEqual([
      [1, ['a', 'b'], false],
      [2, ['x'], true],
      [3, ['y', 'z'], false],
    ])
  })

  it('does not take the quote of another row for the end of a cell', () => {
    const rows = parseTable('"x,1\ny,say "HI"\nz,2', ',')
    expect(rows.map(({ line, cells, problem }) => [line, cells, problem !== undefined])).toEqual([
      [1, [], true],
      [2, ['y', 'say "HI"'], false],
      [3, ['z', '2'], false],
    ])
  })

  it('knows the line of each row, after cells of several lines too', () => {
    expect(parseTable('a\n\n"b\r\nc"\n\nd', ',').map(({ line }) => line)).toEqual([1, 3, 6])
  })

  it('gives back every table that was written by the rules', () => {
    const cell = fc
      .string({ unit: fc.constantFrom('a', '"', ',', '\n', ';', '变', ' ') })
      .map((text) => text.trim())
    const row = fc.array(cell, { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1 }),
        fc.constantFrom(',' as const, ';' as const, '\t' as const),
        (table, by) => {
          const text = table
            .map((each) => each.map((value) => `"${value.replaceAll('"', '""')}"`).join(by))
            .join('\n')
          expect(parseTable(text, by).map((each) => each.cells)).toEqual(table)
        },
      ),
    )
  })
})

describe('delimiterOf', () => {
  it.each([
    ['picture,instruction\n', ','],
    ['picture;instruction\na;b,c,d,e', ';'],
    ['picture\tinstruction\tseed', '\t'],
    ['"a;b;c",instruction', ','],
    ['picture', ','],
  ])('of %j is %j', (text, delimiter) => {
    expect(delimiterOf(text)).toBe(delimiter)
  })
})

describe('formatTable', () => {
  it('quotes only what needs it', () => {
    expect(formatTable([['a', 'b c', 'd,e', '"f"', 'g\nh', '']])).toBe('a,b c,"d,e","""f""","g\nh",""\r\n')
  })

  it('writes what parseTable reads', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ä', '"', ',', ';', '\t', '\r', '\n', ' ', '=') })
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 4 })
    fc.assert(
      fc.property(table, fc.constantFrom(',' as const, ';' as const, '\t' as const), (rows, delimiter) => {
        const read = parseTable(formatTable(rows, delimiter), delimiter).map((row) => row.cells)
        const empty = (row: readonly string[]) => row.length === 1 && row[0]!.trim() === ''
        expect(read).toEqual(rows.filter((row) => !empty(row)).map((row) => row.map((each) => each.trim())))
      }),
    )
  })
})

it('readTable reads in pieces of any length what parseTable reads at once', async () => {
  const text = 'a, b ,"c, ""d"""\r\n\r\n"x\ny",,\rlast\r\n"open\ny,z'
  for (const length of [1, 2, 3, 7, 100]) {
    async function* pieces() {
      for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length)
    }
    const rows = []
    for await (const row of readTable(pieces(), ',')) rows.push(row)
    expect(rows).toEqual(parseTable(text, ','))
  }
})
