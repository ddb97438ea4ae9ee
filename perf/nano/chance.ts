import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Draft, openParts, parseConfiguration, type Recipe } from 'pentimento/dataset'
import { defaultCache } from 'pentimento/files'
import { type Picture, peakSignalToNoise, readPicture, resizePicture } from 'pentimento/image'
import { Random } from 'pentimento/random'
import { Rejection, type Toolbox } from 'pentimento/tools'
import { type Figures, type Perf, round3 } from '../measure.ts'
import { heldOutPhotos } from './heldOut.ts'

/** Photographs, drafts of each recipe for each, and how many drafts of one edit are needed to say something of it. */
const [photos, drafts, least] = [4, 60, 3]
/** Pixels of the edit's size. */
const area = 256 ** 2
/** What the autoencoder of the embedded model leaves of targets, in dB: as far as any edit goes. */
const ceiling = 38.5

/** Drawings of one edit of one photograph. */
interface Drawn {
  readonly recipe: string
  readonly photo: Picture
  readonly targets: Picture[]
}

/**
 * How near the targets of whole-picture edits anything can come that knows photograph and instruction and not what the
 * recipe drew by chance, such as strengths and strokes: the mean of other drawings of the same edit is near the best guess
 * in squares, as near as there are many. Told as the share of the way from the photograph to the ideal, as `nano` tells its edits.
 */
export async function nanoChance(perf: Perf): Promise<Figures> {
  const folder = join(defaultCache(), 'held-out-chance')
  const sources = [{ path: heldOutPhotos, licence: 'CC0-1.0 or public domain' }]
  const configuration = parseConfiguration('chance', JSON.stringify({ name: 'chance', sources }))
  const parts = await openParts({ folder, configuration }, process.env)
  try {
    const recipes = parts.recipes.filter(
      ({ kind, needs }) => /^(tone|style)_/.test(kind) && needs.every((job) => parts.tools.has(job)),
    )
    const groups = new Map<string, Drawn>()
    for (const name of readdirSync(heldOutPhotos)
      .filter((file) => file.endsWith('.jpg'))
      .sort()
      .slice(0, photos)) {
      const photo = atEditSize(await readPicture(join(heldOutPhotos, name)))
      for (const recipe of recipes)
        for (let i = 0; i < drafts; i++) {
          const draft = await drafted(recipe, photo, { tools: parts.tools, seed: `${name} ${i}` })
          // Of what is made into the photograph the source differs as well.
          if (draft === undefined || draft.source !== photo) continue
          const key = JSON.stringify([name, draft.facts])
          const group = groups.get(key) ?? { recipe: recipe.name, photo, targets: [] }
          groups.set(key, group)
          group.targets.push(draft.target)
        }
    }
    return printGroups(perf, [...groups.values()])
  } finally {
    await parts.tools.close()
  }
}

function atEditSize(photo: Picture): Picture {
  const scale = Math.sqrt(area / (photo.width * photo.height))
  const [width, height] = [Math.round(scale * photo.width), Math.round(scale * photo.height)]
  return resizePicture(photo, { width, height, filter: 'lanczos' })
}

/** A draft; nothing where the photograph is not fit for what was drawn. */
async function drafted(
  recipe: Recipe,
  picture: Picture,
  { tools, seed }: { readonly tools: Toolbox; readonly seed: string },
): Promise<Draft | undefined> {
  const annotation = { things: [], surfaces: [] }
  const donors = { cutout: async () => undefined, picture: async () => undefined }
  try {
    const random = new Random(seed, recipe.name)
    return await recipe.draft({ id: seed, name: seed, picture }, { tools, donors, random, annotation })
  } catch (error) {
    if (error instanceof Rejection) return undefined
    throw error
  }
}

/** Of each drawing, how far the mean of the others of its group goes toward it. */
function sharesOf({ photo, targets }: Drawn): number[] {
  const sums = new Float64Array(photo.data.length)
  for (const { data } of targets) for (let i = 0; i < sums.length; i++) sums[i]! += data[i]!
  return targets.map((target) => {
    const data = Uint8Array.from(sums, (sum, i) => Math.round((sum - target.data[i]!) / (targets.length - 1)))
    const floor = Math.min(ceiling, peakSignalToNoise(photo, target))
    const best = Math.min(ceiling, peakSignalToNoise({ ...photo, data }, target))
    return floor > ceiling - 0.1 ? 1 : (best - floor) / (ceiling - floor)
  })
}

/** Prints and gives means, in which each edit counts once. */
function printGroups(perf: Perf, groups: readonly Drawn[]): Figures {
  const figures: Record<string, number> = {}
  const used = groups.filter(({ targets }) => targets.length >= least)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  perf.line(
    `the mean of other drawings of the same edit, as a share of the way from the photograph to the ideal:`,
  )
  const rows: [string, readonly Drawn[]][] = []
  for (const kind of [...new Set(used.map((group) => group.recipe.split('/')[0]!))].sort()) {
    const ofKind = used.filter(({ recipe }) => recipe.startsWith(`${kind}/`))
    rows.push([kind, ofKind])
    for (const recipe of [...new Set(ofKind.map((group) => group.recipe))].sort())
      rows.push([recipe, ofKind.filter((group) => group.recipe === recipe)])
  }
  for (const [name, some] of rows) {
    const share = mean(some.map((group) => mean(sharesOf(group))))
    perf.line(
      `${name.padEnd(26)}${String(some.length).padStart(5)} edits ${(100 * share).toFixed(0).padStart(4)} %`,
    )
    Object.assign(figures, { [`${name}.edits`]: some.length, [`${name}.share`]: round3(share) })
  }
  return figures
}
