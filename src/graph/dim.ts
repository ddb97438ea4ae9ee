import { fail } from './error.ts'

/**
 * A dimension: a number, or a polynomial in named sizes (`tokens`, `h*w/4`) in one canonical form, so that
 * two dimensions are equal exactly when their texts are.
 */
export type Dim = number | SymbolicDim

/** A tensor's shape, outermost dimension first. */
export type Shape = readonly Dim[]

/** A shape as it may be written: numbers and expressions such as `'tokens'` or `'h*w/4'`. */
export type ShapeLike = readonly (Dim | string)[]

/** What the names in symbolic dimensions stand for. */
export type Bindings = ReadonlyMap<string, number>

interface Atom {
  readonly key: string
  /** Set for `floor(of / by)`; an atom without it is a plain name. */
  readonly floor?: { readonly of: SymbolicDim; readonly by: number }
}

interface Term {
  readonly coefficient: number
  /** Sorted by key, repeated for powers; empty in the constant term. */
  readonly atoms: readonly Atom[]
}

/** Sum of terms over one positive denominator, in lowest terms. Build with {@link dim} and the arithmetic below. */
export class SymbolicDim {
  readonly terms: readonly Term[]
  readonly denominator: number
  readonly text: string

  constructor(terms: readonly Term[], denominator: number) {
    this.terms = terms
    this.denominator = denominator
    this.text = printTerms(terms, denominator)
  }

  toString(): string {
    return this.text
  }

  toJSON(): string {
    return this.text
  }
}

function printTerms(terms: readonly Term[], denominator: number): string {
  const parts = terms.map(({ coefficient, atoms }, i) => {
    const sign = coefficient < 0 ? '-' : i > 0 ? '+' : ''
    const size = Math.abs(coefficient)
    const factors = atoms.map((atom) => atom.key)
    return sign + (factors.length > 0 && size === 1 ? factors : [size, ...factors]).join('*')
  })
  const sum = parts.join('')
  if (denominator === 1) return sum
  return parts.length > 1 ? `(${sum})/${denominator}` : `${sum}/${denominator}`
}

function gcd(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : gcd(b, a % b)
}

const termKey = (atoms: readonly Atom[]): string => atoms.map((atom) => atom.key).join('*')

/** Collects like terms, brings to lowest terms, and gives a plain number where no name is left. */
function normal(terms: readonly Term[], denominator: number): Dim {
  const collected = new Map<string, Term>()
  for (const term of terms) {
    const key = termKey(term.atoms)
    const coefficient = (collected.get(key)?.coefficient ?? 0) + term.coefficient
    collected.set(key, { coefficient, atoms: term.atoms })
  }
  const kept = [...collected.entries()].filter(([, term]) => term.coefficient !== 0)
  if (kept.length === 0) return 0
  const common = kept.reduce((divisor, [, term]) => gcd(divisor, term.coefficient), denominator)
  // Names first in alphabetical order, the constant last: `h*w+2`.
  kept.sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1))
  const reduced = kept.map(([, term]) => ({ ...term, coefficient: term.coefficient / common }))
  const below = denominator / common
  const [first] = reduced
  if (reduced.length === 1 && first && first.atoms.length === 0 && below === 1) return first.coefficient
  return new SymbolicDim(reduced, below)
}

const termsOf = (d: Dim): readonly Term[] =>
  typeof d === 'number' ? [{ coefficient: d, atoms: [] }] : d.terms
const denominatorOf = (d: Dim): number => (typeof d === 'number' ? 1 : d.denominator)

const symbol = (name: string): Dim => new SymbolicDim([{ coefficient: 1, atoms: [{ key: name }] }], 1)

/** a + b */
export function addDim(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  const [below, over] = [denominatorOf(a), denominatorOf(b)]
  const scaled = (d: Dim, by: number) =>
    termsOf(d).map((term) => ({ ...term, coefficient: term.coefficient * by }))
  return normal([...scaled(a, over), ...scaled(b, below)], below * over)
}

/** a − b */
export function subDim(a: Dim, b: Dim): Dim {
  return addDim(a, mulDim(b, -1))
}

/** a · b */
export function mulDim(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b
  const products = termsOf(a).flatMap((x) =>
    termsOf(b).map((y) => ({
      coefficient: x.coefficient * y.coefficient,
      atoms: [...x.atoms, ...y.atoms].sort((p, q) => (p.key < q.key ? -1 : p.key > q.key ? 1 : 0)),
    })),
  )
  return normal(products, denominatorOf(a) * denominatorOf(b))
}

/**
 * a / b where b divides a: a whole quotient for numbers; for names, `h*w/4` promises that the quotient will
 * be whole (checked when the names are bound). Returns undefined where b does not divide a.
 */
export function divideDim(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === 'number' && typeof b === 'number')
    return b !== 0 && Number.isInteger(a / b) ? a / b : undefined
  if (a === 0) return 0
  const divisor = termsOf(b)
  const [only] = divisor
  if (divisor.length !== 1 || !only || only.coefficient === 0) return sameDim(a, b) ? 1 : undefined
  const quotients: Term[] = []
  for (const term of termsOf(a)) {
    const atoms = [...term.atoms]
    for (const atom of only.atoms) {
      const at = atoms.findIndex((candidate) => candidate.key === atom.key)
      if (at < 0) return undefined
      atoms.splice(at, 1)
    }
    quotients.push({ coefficient: term.coefficient * denominatorOf(b) * Math.sign(only.coefficient), atoms })
  }
  const quotient = normal(quotients, denominatorOf(a) * Math.abs(only.coefficient))
  // A number over a number that leaves a rest, such as 3*tokens / 2*tokens.
  if (typeof quotient !== 'number' && quotient.terms.every((term) => term.atoms.length === 0))
    return undefined
  return quotient
}

/** ⌊a / by⌋ for a positive whole `by`. */
export function floorDivDim(a: Dim, by: number): Dim {
  if (typeof a === 'number') return Math.floor(a / by)
  if (by === 1) return a
  // Whole multiples come out of the floor: floor((4*h + 2*w + 1)/2) = 2*h + w + floor(1/2).
  if (a.denominator === 1) {
    const whole = a.terms.filter((term) => term.coefficient % by === 0 && term.atoms.length > 0)
    if (whole.length > 0) {
      const rest = normal(
        a.terms.filter((term) => !whole.includes(term)),
        1,
      )
      return addDim(normal(whole, by), floorDivDim(rest, by))
    }
  }
  const key = `floor((${a.text})/${by})`
  return new SymbolicDim([{ coefficient: 1, atoms: [{ key, floor: { of: a, by } }] }], 1)
}

/** Product of a shape's dimensions: its number of elements. */
export function sizeOf(shape: Shape): Dim {
  return shape.reduce<Dim>(mulDim, 1)
}

/** True when two dimensions are provably equal. */
export function sameDim(a: Dim, b: Dim): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b
  return a.text === b.text
}

/** True when two shapes are provably equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, i) => sameDim(d, b[i]!))
}

/** `[tokens, 64]` */
export function printShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** Names used in a dimension. */
export function symbolsOf(d: Dim): Set<string> {
  const names = new Set<string>()
  if (typeof d === 'number') return names
  for (const atom of d.terms.flatMap((term) => term.atoms)) {
    if (atom.floor) for (const name of symbolsOf(atom.floor.of)) names.add(name)
    else names.add(atom.key)
  }
  return names
}

/** The name when a dimension is one name and nothing else. */
export function plainSymbol(d: Dim): string | undefined {
  if (typeof d === 'number' || d.denominator !== 1 || d.terms.length !== 1) return undefined
  const [term] = d.terms
  const [atom] = term!.atoms
  return term!.coefficient === 1 && term!.atoms.length === 1 && !atom!.floor ? atom!.key : undefined
}

/**
 * The value of a dimension under bindings.
 * @throws GraphError when a name is unbound, or the value is not a whole number ≥ 0.
 */
export function evaluateDim(d: Dim, bindings: Bindings): number {
  const value = exactValue(d, bindings)
  if (!Number.isInteger(value) || value < 0)
    fail('shape', 'dimension', `${d} is ${value} here, expected a whole number of at least 0`)
  return value
}

function exactValue(d: Dim, bindings: Bindings): number {
  if (typeof d === 'number') return d
  const atomValue = (atom: Atom): number => {
    if (atom.floor) return Math.floor(exactValue(atom.floor.of, bindings) / atom.floor.by)
    const value = bindings.get(atom.key)
    return value ?? fail('shape', 'dimension', `nothing binds '${atom.key}' in ${d}`)
  }
  const sum = d.terms.reduce(
    (total, term) =>
      total + term.atoms.reduce((product, atom) => product * atomValue(atom), term.coefficient),
    0,
  )
  return sum / d.denominator
}

/** A shape with its names replaced by their values. */
export function evaluateShape(shape: Shape, bindings: Bindings): number[] {
  return shape.map((d) => evaluateDim(d, bindings))
}

/** Rebuilds a dimension from its parts under another arithmetic: how lowering turns it into graph nodes. */
export function foldDim<T>(
  d: SymbolicDim,
  make: {
    constant(value: number): T
    symbol(name: string): T
    add(a: T, b: T): T
    mul(a: T, b: T): T
    /** ⌊a / by⌋ */
    floorDiv(a: T, by: number): T
  },
): T {
  const atomOf = (atom: Atom): T =>
    atom.floor ? make.floorDiv(foldDim(atom.floor.of, make), atom.floor.by) : make.symbol(atom.key)
  const termOf = (term: Term): T => {
    const factors = term.atoms.map(atomOf)
    if (term.coefficient !== 1 || factors.length === 0) factors.push(make.constant(term.coefficient))
    return factors.reduce(make.mul)
  }
  const sum = d.terms.map(termOf).reduce(make.add)
  return d.denominator === 1 ? sum : make.floorDiv(sum, d.denominator)
}

/** Reads a dimension: a whole number ≥ 0, or names, numbers, `+ - * /` and brackets. */
export function dim(source: Dim | string): Dim {
  if (typeof source === 'number') {
    if (!Number.isSafeInteger(source) || source < 0)
      fail('shape', 'dimension', `expected a whole number of at least 0, got ${source}`)
    return source
  }
  return typeof source === 'string' ? parseDim(source) : source
}

/** Reads a shape. */
export function shapeOf(source: ShapeLike): Shape {
  return source.map(dim)
}

function parseDim(source: string): Dim {
  const tokens = source.match(/[A-Za-z_][A-Za-z0-9_.]*|\d+|[-+*/()]|\S/g) ?? []
  let at = 0
  const wrong = (): never =>
    fail('shape', 'dimension', `cannot parse '${source}': expected names, whole numbers, + - * / and ( )`)
  const primary = (): Dim => {
    const token = tokens[at++] ?? wrong()
    if (token === '(') {
      const inner = sum()
      return tokens[at++] === ')' ? inner : wrong()
    }
    if (/^\d/.test(token)) return Number(token)
    return /^[A-Za-z_]/.test(token) ? symbol(token) : wrong()
  }
  const product = (): Dim => {
    let value = primary()
    while (tokens[at] === '*' || tokens[at] === '/') {
      const times = tokens[at++] === '*'
      const right = primary()
      value = times ? mulDim(value, right) : (divideDim(value, right) ?? wrong())
    }
    return value
  }
  const sum = (): Dim => {
    let value = product()
    while (tokens[at] === '+' || tokens[at] === '-')
      value = tokens[at++] === '+' ? addDim(value, product()) : subDim(value, product())
    return value
  }
  const value = sum()
  return at === tokens.length ? value : wrong()
}
