import { type Split, splits } from '../sources/catalog.ts'
import type { Kind } from '../taxonomy.ts'
import type { Provenance } from './row.ts'

/** Counts of the written rows, for the card. */
export class Tally {
  readonly #splits = new Map<Split, number>()
  readonly kinds: Map<Kind, number> = new Map()
  readonly recipes: Set<string> = new Set()
  readonly captioners: Set<string> = new Set()
  /** Rows by licence: a row counts once for each licence of its pictures. */
  readonly licences: Map<string, number> = new Map()
  rows = 0

  add(split: Split, of: Provenance): void {
    this.rows++
    this.#splits.set(split, (this.#splits.get(split) ?? 0) + 1)
    this.kinds.set(of.kind, (this.kinds.get(of.kind) ?? 0) + 1)
    if (of.recipe) this.recipes.add(of.recipe.name)
    for (const { captioner } of of.instructions) this.captioners.add(captioner)
    this.use(of)
  }

  /** Counts the licences of a pair's pictures. */
  use({ origin, donors }: Provenance): void {
    for (const licence of new Set([origin, ...donors].map((each) => each.licence)))
      this.licences.set(licence, (this.licences.get(licence) ?? 0) + 1)
  }

  /** In their order. */
  get splits(): { readonly [S in Split]?: number } {
    return Object.fromEntries(
      splits.flatMap((split) => {
        const rows = this.#splits.get(split)
        return rows === undefined ? [] : [[split, rows]]
      }),
    )
  }
}
