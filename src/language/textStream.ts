/**
 * Tokens to text as they come. Characters that several tokens share come whole, and what may be the beginning of a stop
 * text is held back until it is known.
 */
export class TextStream {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #stops: readonly string[]
  #held = ''
  #text = ''
  #isStopped = false

  constructor(stops: readonly string[] = []) {
    this.#stops = stops.filter((stop) => stop !== '')
  }

  /** All that was given out. */
  get text(): string {
    return this.#text
  }

  /** Whether a stop text was met; it is given out in no part. */
  get isStopped(): boolean {
    return this.#isStopped
  }

  /** The text that is certain with these bytes; may be empty. */
  push(bytes: Uint8Array): string {
    return this.#give(this.#decoder.decode(bytes, { stream: true }), false)
  }

  /** The rest, at the end of the answer. */
  end(): string {
    return this.#give(this.#decoder.decode(), true)
  }

  #give(text: string, isEnd: boolean): string {
    if (this.#isStopped) return ''
    const waiting = this.#held + text
    const found = this.#stops.map((stop) => waiting.indexOf(stop)).filter((at) => at >= 0)
    this.#isStopped = found.length > 0
    const certain = this.#isStopped
      ? Math.min(...found)
      : waiting.length - (isEnd ? 0 : longestBeginning(waiting, this.#stops))
    this.#held = waiting.slice(certain)
    const given = waiting.slice(0, certain)
    this.#text += given
    return given
  }
}

/** Characters at the end of a text that may become one of some others. */
function longestBeginning(text: string, others: readonly string[]): number {
  let longest = 0
  for (const other of others)
    for (let length = Math.min(other.length - 1, text.length); length > longest; length--)
      if (text.endsWith(other.slice(0, length))) longest = length
  return longest
}
