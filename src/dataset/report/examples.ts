import { readPicture } from '../../image/index.ts'
import { type Collection, readRecord } from '../collect.ts'
import { type Kind, kinds } from '../taxonomy.ts'
import { sideBySide } from '../triplet.ts'
import type { Workspace } from '../workspace.ts'

/** A pair to look at. */
export interface Example {
  readonly kind: Kind
  readonly recipe: string
  readonly key: string
  /** Source and target side by side, JPEG. */
  readonly jpeg: Uint8Array
  readonly instruction?: { readonly en: string; readonly cn: string }
  /** Why it was not kept, with the values that decided. */
  readonly rejected?: { readonly reason: string; readonly values: string }
}

/**
 * Some pairs of each kind that were kept and some that were not: spread over recipes and sources, the same ones every
 * time.
 */
export async function examplesOf(
  workspace: Pick<Workspace, 'files'>,
  collection: Collection,
  most: { readonly kept: number; readonly rejected: number },
): Promise<readonly Example[]> {
  const examples: Example[] = []
  for (const kind of kinds) {
    const kept = spread(
      collection.kept.filter((triplet) => triplet.kind === kind),
      most.kept,
    )
    for (const { key, recipe, record: name } of kept) {
      const { pictures, instructions } = await readRecord(workspace, name)
      const [source, target] = [
        await readPicture(await workspace.files.get(pictures.source)),
        await readPicture(await workspace.files.get(pictures.target)),
      ]
      const [instruction] = instructions
      examples.push({
        kind,
        recipe,
        key,
        jpeg: await sideBySide(source, target),
        ...(instruction ? { instruction } : {}),
      })
    }
    const refused = collection.rejected.filter((unit) => unit.kind === kind && unit.preview !== undefined)
    for (const { key, recipe, reason, values, preview } of spread(refused, most.rejected))
      examples.push({
        kind,
        recipe,
        key,
        jpeg: await workspace.files.get(preview!),
        rejected: { reason, values: valuesText(values) },
      })
  }
  return examples
}

function valuesText(values: Readonly<Record<string, number | string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`)
    .join(', ')
}

/** Recipes in turns, and of each a source that was not shown before, where there is one. */
function spread<Unit extends { readonly recipe: string; readonly source: string }>(
  units: readonly Unit[],
  most: number,
): readonly Unit[] {
  const chosen: Unit[] = []
  const seen = new Set<string>()
  const byRecipe = new Map<string, Unit[]>()
  for (const unit of units) byRecipe.set(unit.recipe, [...(byRecipe.get(unit.recipe) ?? []), unit])
  const queues = [...byRecipe].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list)
  while (chosen.length < most && queues.some((queue) => queue.length > 0))
    for (const queue of queues) {
      const fresh = queue.findIndex(({ source }) => !seen.has(source))
      const [unit] = queue.splice(Math.max(0, fresh), 1)
      if (unit === undefined || chosen.length >= most) continue
      seen.add(unit.source)
      chosen.push(unit)
    }
  return chosen
}
