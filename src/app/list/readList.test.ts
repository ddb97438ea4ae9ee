import { describe, expect, it } from 'vitest'
import { readList } from './readList.ts'
import { columns } from './rows.ts'

const read = (name: string, text: string) => readList(name, text, columns)
const two = [
  { line: 2, values: { picture: 'a.png', instruction: 'make it red', seed: '7' } },
  { line: 3, values: { picture: 'b.png', instruction: 'a "b", c' } },
]

describe('readList', () => {
  it.each([
    ['commas', 'list.csv', 'picture,instruction,seed\na.png,make it red,7\nb.png,"a ""b"", c",\n'],
    ['semicolons', 'list.csv', 'picture;instruction;seed\na.png;make it red;7\nb.png;a "b", c;\n'],
    ['tabs', 'list.tsv', 'picture\tinstruction\tseed\na.png\tmake it red\t7\nb.png\ta "b", c\n'],
    [
      'tabs under the name of a CSV',
      'list.csv',
      'picture\tinstruction\tseed\na.png\tmake it red\t7\nb.png\ta "b", c\n',
    ],
    [
      'other headings',
      'list.csv',
      ' Picture ,INSTRUCTION, Seed,,\r\na.png,make it red,7,,\r\nb.png,"a ""b"", c",,,\r\n,,,,\r\n',
    ],
    ['no ending', 'list', 'picture,instruction,seed\na.png,make it red,7\nb.png,"a ""b"", c"\n'],
  ])('reads a table with %s', (_, name, text) => {
    expect(read(name, text)).toEqual(two)
  })

  it.each([
    [
      'lines',
      'list.jsonl',
      '{"picture":"a.png","instruction":"x"}\n\n{"picture":"b.png","instruction":"y"}\n',
      [1, 3],
    ],
    [
      'lines without an ending',
      '/dev/stdin',
      '{"picture":"a.png","instruction":"x"}\n{"picture":"b.png","instruction":"y"}',
      [1, 2],
    ],
    [
      'a list',
      'list.json',
      '[\n  {\n    "picture": "a.png",\n    "instruction": "x"\n  }, {\n "picture": "b.png",\n"instruction": "y"}]',
      [2, 5],
    ],
    [
      'a list, with brackets in a text',
      'list.json',
      '[{"picture":"a.png","instruction":"x"},\n\n{"picture":"b.png","instruction":"y"}]',
      [1, 3],
    ],
  ])('reads JSON: %s', (_, name, text, lines) => {
    expect(read(name, text)).toEqual([
      { line: lines[0], values: { picture: 'a.png', instruction: 'x' } },
      { line: lines[1], values: { picture: 'b.png', instruction: 'y' } },
    ])
  })

  it('reads one object as a list of one', () => {
    const entry = { picture: 'a.png', instruction: '], {"' }
    expect(read('one.json', JSON.stringify(entry))).toEqual([{ line: 1, values: entry }])
    const nested = [{ ...entry, guidanceInterval: [0, 1] }, entry]
    expect(read('two.json', JSON.stringify(nested, null, 1)).map(({ line }) => line)).toEqual([2, 10])
  })

  it.each([
    [
      'an unknown column',
      'l.csv',
      'picture,instruction,strength\n',
      /^l\.csv: column 'strength' is not known, expected picture, instruction, .*seed/,
    ],
    ['a misspelt column', 'l.csv', 'picture,instruction,seeed\na,b,1', /column 'seeed' is not known/],
    ['a column without a heading', 'l.csv', 'picture,instruction,\na,b,1', /column 3 has no heading/],
    ['a column twice', 'l.csv', 'picture,instruction,Picture\n', /expected one column 'picture', got two/],
    ['no headings', 'l.csv', 'a.png,make it red\n', /column 'a\.png' is not known/],
    [
      'a missing column',
      'l.csv',
      'picture,seed\na,1\n',
      /with the columns picture and instruction, got picture, seed/,
    ],
    ['nothing', 'l.csv', '', /expected at least one edit/],
    ['headings alone', 'l.csv', 'picture,instruction\n', /expected at least one edit/],
    ['no JSON', 'l.json', '[{]', /^l\.json: not JSON/],
    ['an empty list', 'l.json', '[]', /expected at least one edit/],
  ])('refuses %s', (_, name, text, message) => {
    expect(() => read(name, text)).toThrow(message)
  })

  it('leaves what is wrong with one entry to that entry', () => {
    const table = read('l.csv', 'picture,instruction\na.png,make it red, and blue\n"b.png,x\nc.png,y')
    expect(table.map(({ line, problem }) => [line, problem])).toEqual([
      [2, "expected 2 cells, got 3; put a cell that holds ',' in quotes"],
      [3, 'a quoted cell is not closed; double the quotes inside a quoted cell'],
      [4, undefined],
    ])
    const lines = read('l.jsonl', '{"picture":1}\n[]\n{"a"\n7\n')
    expect(lines.map(({ problem }) => problem?.slice(0, 18))).toEqual([
      undefined,
      'expected an object',
      'not JSON (Expected',
      'expected an object',
    ])
  })
})
