import fc from 'fast-check'
import { add, cast, type DType, iota, type Op, sizeAsTensor, tensorValue } from 'pentimento/graph'
import { named, type OpCase, real, seed, shape, size } from './case.ts'
import { elementwiseCases } from './elementwise.ts'
import { movementCases } from './movement.ts'
import { productCases } from './products.ts'
import { rowCases } from './rows.ts'

const numbers = fc.constantFrom<DType>('f32', 'f64', 'i32', 'i64', 'u8')

const leafCases: {
  readonly [O in 'input' | 'parameter' | 'constant' | 'size' | 'iota']: fc.Arbitrary<OpCase>
} = {
  input: fc.record({ s: shape(), seed }).map(({ s, seed }) => {
    const { shape: open, sizes } = named(s)
    return { label: `[${s}]`, sizes, seed, operands: [real(open)], build: ([x]) => x! }
  }),
  // A parameter is fed as an input is; its places in files are the runtime's contract.
  parameter: fc.record({ s: shape(), seed }).map(({ s, seed }) => ({
    label: `[${s}]`,
    sizes: {},
    seed,
    operands: [real(s)],
    build: ([x]) => x!,
  })),
  constant: fc.record({ s: shape(), dtype: numbers, seed }).map(({ s, dtype, seed }) => ({
    label: `${dtype} [${s}]`,
    sizes: {},
    seed,
    operands: [real([])],
    build: ([x]) => {
      const count = s.reduce((a, b) => a * b, 1)
      const value = tensorValue(
        dtype,
        s,
        Array.from({ length: count }, (_, i) => (i * 7 + seed) % 11),
      )
      return add(x!.graph.constant(value), x!.graph.constant(tensorValue(dtype, [], [1])))
    },
  })),
  size: fc.record({ n: size, m: size, dtype: numbers, seed }).map(({ n, m, dtype, seed }) => ({
    label: `${dtype} n=${n} m=${m}`,
    sizes: { n, m },
    seed,
    operands: [real(['n', 'm'])],
    build: ([x], at) => sizeAsTensor(x!.graph, at(['n*(m+2)+3'])[0]!, dtype),
  })),
  iota: fc.record({ n: size, dtype: numbers, seed }).map(({ n, dtype, seed }) => ({
    label: `${dtype} n=${n}`,
    sizes: { n },
    seed,
    operands: [real(['n'])],
    build: ([x], at) => cast(iota(x!.graph, at(['2*n'])[0]!, dtype), dtype),
  })),
}

/** Random operands for every op: shapes, dtypes, parameters and values that it allows. */
export const opCases: { readonly [O in Op]: fc.Arbitrary<OpCase> } = {
  ...leafCases,
  ...elementwiseCases,
  ...productCases,
  ...rowCases,
  ...movementCases,
}
