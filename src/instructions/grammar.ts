/**
 * The language in which phrasings are written:
 *
 * - `{the subject}` is a slot, filled from the facts;
 * - `(remove|erase|)` is one of its alternatives, which may be empty;
 * - `[ from the photo]` may be left out.
 *
 * A template stands for all the sentences that it can make. Of these, only the ones count whose slots are all filled and
 * that say everything which the facts want said: so `[ {place}]` is there exactly when a place is known.
 */

/** What a slot is filled with. */
export interface Filling {
  /** Wordings of it; each makes a sentence. */
  readonly texts: readonly string[]
  /** Which facts are said by it. */
  readonly says: readonly string[]
}

/** Fillings by slot; undefined where there is nothing to fill it with. */
export type Fillings = Readonly<Record<string, Filling | undefined>>

/** A part of a sentence. */
export interface Piece {
  readonly text: string
  /** The slot it came from. Such a piece is never misspelt. */
  readonly slot?: string
}

/** One sentence of a template, filled. */
export interface Sentence {
  readonly pieces: readonly Piece[]
  /** The sentence with slots unfilled: equal for equal wordings of other facts. */
  readonly skeleton: string
}

type Node = string | { readonly slot: string } | { readonly choices: readonly (readonly Node[])[] }

/** A parsed template. */
export interface Template {
  readonly source: string
  readonly nodes: readonly Node[]
}

/** Parses a template. @throws Error `internal:` where brackets do not match, since templates are our own */
export function parseTemplate(source: string): Template {
  let at = 0
  const fail = (wanted: string): never => {
    throw new Error(`internal: template '${source}': expected ${wanted} at ${at}`)
  }

  const branch = (closing: string): { nodes: Node[]; end: string } => {
    const nodes: Node[] = []
    while (at < source.length) {
      const sign = source[at++] as string
      if (closing.includes(sign)) return { nodes, end: sign }
      if (sign === '{') {
        const end = source.indexOf('}', at)
        if (end < 0) fail('}')
        nodes.push({ slot: source.slice(at, end) })
        at = end + 1
      } else if (sign === '(' || sign === '[') {
        nodes.push({ choices: sign === '(' ? alternatives(')') : [...alternatives(']'), []] })
      } else if (')]}|'.includes(sign)) {
        fail(`no ${sign}`)
      } else {
        const last = nodes.at(-1)
        if (typeof last === 'string') nodes[nodes.length - 1] = last + sign
        else nodes.push(sign)
      }
    }
    if (closing !== '') fail(closing.at(-1) as string)
    return { nodes, end: '' }
  }

  const alternatives = (closing: string): Node[][] => {
    const choices: Node[][] = []
    for (;;) {
      const { nodes, end } = branch(`|${closing}`)
      choices.push(nodes)
      if (end !== '|') return choices
    }
  }

  return { source, nodes: branch('').nodes }
}

interface Partial {
  readonly pieces: readonly Piece[]
  readonly says: ReadonlySet<string>
}

/** The sentences of a template whose slots are all filled and that say each fact in `say`. */
export function sentencesOf(template: Template, fillings: Fillings, say: readonly string[]): Sentence[] {
  const sentences = expand(template.nodes, fillings)
    .filter(({ says }) => say.every((fact) => says.has(fact)))
    .map(({ pieces }) => ({ pieces, skeleton: skeletonOf(pieces) }))
  return sentences
}

function expand(nodes: readonly Node[], fillings: Fillings): Partial[] {
  let partials: Partial[] = [{ pieces: [], says: new Set() }]
  for (const node of nodes) {
    const endings = endingsOf(node, fillings)
    partials = partials.flatMap(({ pieces, says }) =>
      endings.map((ending) => ({
        pieces: [...pieces, ...ending.pieces],
        says: new Set([...says, ...ending.says]),
      })),
    )
  }
  return partials
}

function endingsOf(node: Node, fillings: Fillings): Partial[] {
  if (typeof node === 'string') return [{ pieces: [{ text: node }], says: new Set() }]
  if ('choices' in node) return node.choices.flatMap((choice) => expand(choice, fillings))
  const filling = fillings[node.slot]
  if (filling === undefined) return []
  return filling.texts.map((text) => ({
    pieces: text === '' ? [] : [{ text, slot: node.slot }],
    says: new Set(filling.says),
  }))
}

/** Letters and slots alone: what two wordings have to differ in to be two. */
export function skeletonOf(pieces: readonly Piece[]): string {
  return pieces
    .map(({ text, slot }) => (slot === undefined ? text.toLowerCase() : `{${slot}}`))
    .join('')
    .replace(/[^\p{L}\p{N}{}]+/gu, ' ')
    .trim()
}

/** A slot with one wording, or several, that says these facts. */
export function filling(texts: string | readonly string[], ...says: readonly string[]): Filling {
  return { texts: typeof texts === 'string' ? [texts] : texts, says }
}

const han = /\p{Script=Han}/u

/**
 * The sentence as text. Spaces at the seams are made one; between Chinese and a Latin word or number stands a space, but
 * none beside a single letter, which is part of a Chinese word there (T恤).
 */
export function joinPieces(pieces: readonly Piece[]): string {
  let text = ''
  for (const piece of pieces) {
    if (/^[,.?!]/.test(piece.text)) text = text.trimEnd()
    const next = text === '' || text.endsWith(' ') ? piece.text.trimStart() : piece.text
    text += needsSpace(text, next) ? ` ${next}` : next
  }
  return text.trim()
}

function needsSpace(before: string, after: string): boolean {
  const [left, right] = [before.at(-1) ?? '', [...after][0] ?? '']
  if (han.test(left)) return /^(?:[A-Za-z][A-Za-z0-9 ]|\d)/.test(after)
  return han.test(right) && /(?:[A-Za-z0-9 ][A-Za-z]|\d)$/.test(before)
}
