/** A quoted text: where its opening and its closing mark stand among the characters. */
export interface QuotedSpan {
  readonly open: number
  readonly close: number
}

/**
 * The texts of an instruction that stand in quotes that close: "…", “…”, '…', ‘…’, 「…」, 『…』, «…». Apostrophes
 * (don't, the dogs' collars, the '90s) and marks of feet and inches (6'2", 5" wide) are no quotes. Spans neither nest
 * nor overlap: the outer one counts.
 * @param characters the instruction by code points
 */
export function quotedSpans(characters: readonly string[]): QuotedSpan[] {
  const marks = new QuoteMarks(characters)
  const spans: QuotedSpan[] = []
  for (let i = 0; i < characters.length; i++) {
    const close = marks.closing(i)
    if (close === undefined) continue
    spans.push({ open: i, close })
    i = close
  }
  return spans
}

/** Marks that enclose and say by themselves which end they are. */
const brackets: ReadonlyMap<string, string> = new Map([
  ['「', '」'],
  ['『', '』'],
  ['«', '»'],
])

type Kind = 'double' | 'single'
/** Which end of a quote a mark may be. */
type End = 'open' | 'close' | 'either'

interface Mark {
  readonly kind: Kind
  readonly end: End
}

/** A word's letter or digit in scripts that write apostrophes: not Chinese, Japanese or Korean. */
const word = /[\p{L}\p{N}]/u
const eastAsian =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u
const isWord = (c: string | undefined): boolean => c !== undefined && word.test(c) && !eastAsian.test(c)
const isSpace = (c: string | undefined): boolean => c === undefined || /\s/u.test(c)
const isDigit = (c: string | undefined): boolean => c !== undefined && /\p{N}/u.test(c)
/** Characters that may directly follow a closing mark; others begin a word. */
const isPunctuation = (c: string): boolean => /[\p{P}\p{S}]/u.test(c) && !/[\p{Ps}\p{Pi}#$@&]/u.test(c)

/** Decades and clipped words, which begin with an apostrophe. */
const clipped = /^(?:\d0s|tis|twas|til|em|n|cause|cos|bout)(?![\p{L}\p{N}])/iu
const longestClipped = 6

class QuoteMarks {
  readonly #characters: readonly string[]
  /** Of each bracket that closes, where. */
  readonly #brackets: ReadonlyMap<number, number>
  /** Marks of double quotes up to each place. */
  readonly #doubles: readonly number[]
  readonly #ends: ReadonlyMap<string, Mark>

  constructor(characters: readonly string[]) {
    this.#characters = characters
    this.#brackets = matchBrackets(characters)
    this.#ends = endsOf(new Set(characters))
    let count = 0
    this.#doubles = characters.map((c) => (this.#ends.get(c)?.kind === 'double' ? ++count : count))
  }

  /** Where the quote that opens at a place closes; undefined where none opens, or it never closes. */
  closing(at: number): number | undefined {
    const bracket = this.#brackets.get(at)
    if (bracket !== undefined) return bracket > at + 1 ? bracket : undefined
    const mark = this.#ends.get(this.#characters[at]!)
    if (!mark || mark.end === 'close' || !this.#opens(at, mark.kind)) return undefined
    return this.#search(at, mark.kind)
  }

  #search(at: number, kind: Kind): number | undefined {
    for (let j = at + 1; j < this.#characters.length; j++) {
      const mark = this.#ends.get(this.#characters[j]!)
      // A quote of the other kind, within this one, hides its own apostrophes.
      if (kind === 'single' && mark?.kind === 'double') j = this.closing(j) ?? j
      if (mark?.kind !== kind) continue
      if (this.#onlyOpens(j, kind, mark.end)) return undefined
      if (j > at + 1 && this.#closes(j, kind) && !this.#isClipping(at, j)) return j
    }
    return undefined
  }

  #opens(i: number, kind: Kind): boolean {
    const [before, next] = [this.#characters[i - 1], this.#characters[i + 1]]
    if (kind === 'double') return !this.#isInch(i)
    if (isSpace(next) || isWord(before)) return false
    const after = this.#characters.slice(i + 1, i + 2 + longestClipped).join('')
    const elision = clipped.exec(after)
    return !elision || this.#ends.get(after[elision[0].length] ?? '')?.kind === 'single'
  }

  /** Whether a mark stands before a word and after none, so that it begins another quote. */
  #onlyOpens(j: number, kind: Kind, end: End): boolean {
    if (end === 'open') return true
    const [before, next] = [this.#characters[j - 1], this.#characters[j + 1]]
    if (end === 'close' || next === undefined || isSpace(next) || isPunctuation(next)) return false
    return isSpace(before) && this.#opens(j, kind)
  }

  #closes(j: number, kind: Kind): boolean {
    return kind === 'double' || !isWord(this.#characters[j + 1])
  }

  /** rock 'n' roll */
  #isClipping(open: number, close: number): boolean {
    return close === open + 2 && this.#characters[open + 1] === 'n'
  }

  /** After a number, unless a word begins there that some later mark could end: 5" wide, 5"×7", but 2024"NEW". */
  #isInch(i: number): boolean {
    const c = this.#characters
    const [before, next] = [c[i - 1], c[i + 1]]
    if (before === ' ' && isDigit(c[i - 2]) && (isSpace(next) || isPunctuation(next!))) return true
    if (!isDigit(before)) return false
    if (isSpace(next) || !word.test(next!)) return true
    if (/[x×]/i.test(next!) && (isDigit(c[i + 2]) || isSpace(c[i + 2]))) return true
    return (this.#doubles.at(-1)! - this.#doubles[i]!) % 2 === 0
  }
}

/** Curly marks know their end; where only one of the two is used, people write it for both. */
function endsOf(used: ReadonlySet<string>): ReadonlyMap<string, Mark> {
  const ends = new Map<string, Mark>()
  const put = (kind: Kind, straight: string, open: string, close: string) => {
    const both = used.has(open) && used.has(close)
    for (const mark of straight) ends.set(mark, { kind, end: 'either' })
    ends.set(open, { kind, end: both ? 'open' : 'either' })
    ends.set(close, { kind, end: both ? 'close' : 'either' })
  }
  put('double', '"＂', '“', '”')
  put('single', "'＇", '‘', '’')
  return ends
}

function matchBrackets(characters: readonly string[]): ReadonlyMap<number, number> {
  const matched = new Map<number, number>()
  const open: { readonly at: number; readonly close: string }[] = []
  for (const [at, c] of characters.entries()) {
    const close = brackets.get(c)
    if (close !== undefined) open.push({ at, close })
    else if (open.at(-1)?.close === c) matched.set(open.pop()!.at, at)
  }
  return matched
}
