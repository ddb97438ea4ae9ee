import { expect, it } from 'vitest'
import { testsOf } from './tests.ts'

it('a file has the tests that import it: its own, those beside it, then the nearest', () => {
  const graph = new Map([
    ['src/a/index.ts', ['src/a/one.ts']],
    ['src/a/one.ts', []],
    ['src/a/one.test.ts', ['test/helper.ts']],
    ['src/a/two.test.ts', ['src/a/one.ts']],
    ['test/direct.test.ts', ['src/a/one.ts']],
    ['test/far.test.ts', ['test/helper.ts']],
    ['test/helper.ts', ['src/a/index.ts']],
    ['test/other.test.ts', ['src/b/index.ts']],
  ])
  expect(testsOf('src/a/one.ts', graph)).toEqual([
    'src/a/one.test.ts',
    'src/a/two.test.ts',
    'test/direct.test.ts',
    'test/far.test.ts',
  ])
})
