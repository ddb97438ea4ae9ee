import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readMask } from '../../edit/index.ts'
import {
  dilateMask,
  encodeMask,
  encodeStored,
  evenMask,
  type Mask,
  type Picture,
  readPicture,
} from '../../image/index.ts'
import { digestOf, type FileStore } from '../../jobs/index.ts'
import { writeWhole } from '../atomic.ts'
import { DatasetError } from '../error.ts'
import { pairIdOf, pairSignatureOf } from '../pairs/identify.ts'
import type { Caption, Decision, Dossier, Pair } from '../pairs/pair.ts'
import type { PairStore } from '../pairs/store.ts'
import { readStored } from '../storedPicture.ts'
import { DecisionBook, verdictsOf } from './decisionBook.ts'
import { itemOf } from './item.ts'
import { isWanted, type ReviewFilter } from './reviewFilter.ts'

interface Parts {
  readonly pairs: PairStore
  readonly files: FileStore
}

/** How much a pixel outside of the region may differ, in levels of 255: what a new JPEG makes of it. */
const mostLevels = 12
/** The share of pixels outside that may differ by more. */
const mostShare = 0.001
/** The least difference that counts as retouching, and the least share of the region. */
const [leastLevels, leastShare] = [3, 0.002]

/** The file that a person changes, in the folder of each task. */
const retouchedFile = 'target.png'

/** A retouching task. */
export interface RetouchTask {
  /** The folder's name, and the pair's id. */
  readonly name: string
  readonly pair: string
}

/**
 * The pairs to be retouched that have no retouched child yet: those that reviewers rejected with the reason `retouch`, or
 * all that a filter wants.
 */
export async function pairsToRetouch(pairs: PairStore, filter?: ReviewFilter): Promise<readonly string[]> {
  const chosen: string[] = []
  const parents = new Set<string>()
  for await (const dossier of pairs.dossiers(filter?.kinds && { kinds: filter.kinds })) {
    if (dossier.pair.parent !== undefined) parents.add(dossier.pair.parent)
    if (filter ? isWanted(dossier, filter) : asksForRetouching(dossier)) chosen.push(dossier.pair.id)
  }
  return chosen.filter((pair) => !parents.has(pair))
}

/** The decisions on a pair that hold. */
function standing({ pair, decisions }: Dossier): readonly Decision[] {
  const book = new DecisionBook()
  for (const decision of decisions) book.add(decision)
  const found = book.of(pair.id)
  return found.adjudication ? [found.adjudication, ...verdictsOf(found)] : verdictsOf(found)
}

const asksForRetouching = (dossier: Dossier): boolean =>
  standing(dossier).some(({ reason }) => reason === 'retouch')

/**
 * Writes a folder for each pair: `source.png`, `target.png` to be changed, `mask.png` (white: what may change) and
 * `task.txt`. Folders that are there stay as they are.
 * @returns the tasks that were written
 */
export async function handOut(
  { pairs, files }: Parts,
  chosen: readonly string[],
  folder: string,
): Promise<readonly RetouchTask[]> {
  const tasks: RetouchTask[] = []
  for (const id of chosen) {
    const dossier = await pairs.get(id)
    const name = id.slice(0, 16)
    const place = join(folder, name)
    if (!dossier || (await stat(join(place, retouchedFile)).catch(() => undefined))) continue
    await mkdir(place, { recursive: true })
    const { pair } = dossier
    await writeWhole(join(place, 'source.png'), await files.get(pair.pictures.source))
    await writeWhole(join(place, 'mask.png'), await encodeMask(await regionOf(dossier, files)))
    await writeWhole(join(place, 'task.txt'), taskText(dossier))
    await writeWhole(join(place, 'pair.json'), `${JSON.stringify({ pair: id })}\n`)
    // Last: a folder with it is whole.
    await writeWhole(join(place, retouchedFile), await files.get(pair.pictures.target))
    tasks.push({ name, pair: id })
  }
  return tasks
}

/** Where the pair may be changed: what a reviewer drew, else the region of the edit, else all. */
async function regionOf(dossier: Dossier, files: FileStore): Promise<Mask> {
  const { width, height, pictures } = dossier.pair
  const drawn = standing(dossier).find((decision) => decision.mask !== undefined)?.mask
  const name = drawn ?? pictures.mask
  return name === undefined ? evenMask(width, height, 255) : readMask(await files.get(name))
}

function taskText(dossier: Dossier): string {
  const { texts } = itemOf(dossier)
  const decisions = standing(dossier)
  const edited = decisions.find(({ text }) => text)?.text
  const wishes = [edited?.en ?? texts.en?.text, edited?.cn ?? texts.cn?.text].filter(Boolean)
  const notes = decisions.flatMap(({ note }) => note ?? [])
  return [
    `Pair ${dossier.pair.id}`,
    '',
    `source.png was changed by this instruction; ${retouchedFile} shows what came of it:`,
    ...wishes.map((wish) => `  ${wish}`),
    ...(notes.length > 0 ? ['', 'What the reviewers say:', ...notes.map((note) => `  ${note}`)] : []),
    '',
    `Mend ${retouchedFile} so that it shows the instruction done well. Change it only where mask.png is white, keep its`,
    `size, and save it under the same name.`,
    '',
    `请修饰 ${retouchedFile}，使其很好地体现上述指令。只改动 mask.png 中白色的部分，保持尺寸不变，并以相同文件名保存。`,
    '',
  ].join('\n')
}

/** The result for a returned task folder. */
export interface TakenBack {
  readonly name: string
  readonly pair?: string
  /** The id of the new pair. */
  readonly child?: string
  /** Why it was not taken. */
  readonly refused?: string
}

/** Takes back all folders that {@link handOut} wrote and people changed; each is taken or refused by itself. */
export async function takeBack(
  parts: Parts,
  folder: string,
  names: readonly string[],
): Promise<readonly TakenBack[]> {
  const found: TakenBack[] = []
  for (const name of names) {
    const file = join(folder, name, retouchedFile)
    try {
      const pair = await pairOf(join(folder, name, 'pair.json'))
      const child = await takeRetouched(parts, pair, await readFile(file), file)
      found.push({ name, pair, child: child.id })
    } catch (error) {
      found.push({ name, refused: (error as Error).message })
    }
  }
  return found
}

async function pairOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8')
  const pair = /"pair":\s*"([0-9a-f]{64})"/.exec(text)?.[1]
  if (pair === undefined) throw new DatasetError('review', `${file}: expected {"pair": "<id>"}`)
  return pair
}

/**
 * Takes a retouched target: adds it as a child of its pair, outside of the region with the very pixels of the parent.
 * @throws DatasetError `review` when its size differs, more than the region changed, or nothing did; ImageError
 */
export async function takeRetouched(
  { pairs, files }: Parts,
  parent: string,
  bytes: Uint8Array,
  where = 'retouched picture',
): Promise<Pair> {
  const dossier = await pairs.get(parent)
  const fail = (what: string): never => {
    throw new DatasetError('review', `${where}: ${what}`)
  }
  if (!dossier) return fail(`the dataset has no pair ${parent}`)
  const { pair } = dossier
  const retouched = await readPicture(bytes, { name: where })
  if (retouched.width !== pair.width || retouched.height !== pair.height)
    fail(`expected ${pair.width}×${pair.height}, got ${retouched.width}×${retouched.height}; keep the size`)
  const [source, target] = [
    await readStored(files, pair.pictures.source),
    await readStored(files, pair.pictures.target),
  ]
  const mask = await regionOf(dossier, files)
  const allowed = dilateMask(mask, Math.max(4, Math.round(0.015 * Math.max(pair.width, pair.height))))
  const { inside, outside } = changesOf(target, retouched, allowed)
  if (outside > mostShare)
    fail(
      `${percent(outside)} of the pixels outside of the region differ by more than ${mostLevels} levels of 255; at most ${percent(mostShare)} may: change only what mask.png covers, and do not move, crop or grade the rest`,
    )
  if (inside < leastShare) fail(`nothing within the region has changed; retouch ${retouchedFile} and save it`)
  const mended = withinRegion(target, retouched, allowed)
  const child: Pair = {
    ...withoutRecipe(pair),
    id: pairIdOf({ source, target: mended, mask: pair.pictures.mask === undefined ? undefined : mask }),
    origin: 'retouched',
    parent,
    pictures: {
      source: pair.pictures.source,
      target: await files.put(await encodeStored(mended)),
      ...(pair.pictures.mask !== undefined && { mask: await files.put(await encodeMask(mask)) }),
    },
    signature: pairSignatureOf({ source, target: mended }),
  }
  await pairs.add([child])
  await pairs.addCaptions(child.id, editedCaptions(dossier, child.id))
  return child
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`

function withoutRecipe({ recipe: _, ...rest }: Pair): Omit<Pair, 'recipe'> {
  return rest
}

/** The shares of pixels that changed within the region, and more than a file format explains outside of it. */
function changesOf(
  before: Picture,
  after: Picture,
  allowed: Mask,
): { readonly inside: number; readonly outside: number } {
  const [changed, all] = [
    [0, 0],
    [0, 0],
  ] as [[number, number], [number, number]]
  for (let i = 0; i < allowed.data.length; i++) {
    const side = allowed.data[i]! > 0 ? 1 : 0
    all[side]++
    let apart = 0
    for (let c = 3 * i; c < 3 * i + 3; c++)
      apart = Math.max(apart, Math.abs(before.data[c]! - after.data[c]!))
    if (apart > (side === 1 ? leastLevels : mostLevels)) changed[side]++
  }
  const share = (side: 0 | 1): number => (all[side] === 0 ? 0 : changed[side] / all[side])
  return { inside: share(1), outside: share(0) }
}

function withinRegion(before: Picture, after: Picture, allowed: Mask): Picture {
  const data = new Uint8Array(before.data)
  for (let i = 0; i < allowed.data.length; i++)
    if (allowed.data[i]! > 0) data.set(after.data.subarray(3 * i, 3 * i + 3), 3 * i)
  return { width: before.width, height: before.height, data }
}

/** What reviewers wrote of the parent holds for the child too. */
function editedCaptions(dossier: Dossier, child: string): readonly Caption[] {
  const text = standing(dossier).find((decision) => decision.text)?.text
  return (['en', 'cn'] as const).flatMap((language) => {
    const words = text?.[language]
    if (words === undefined) return []
    const made = {
      captioner: { name: 'reviewer', version: '1' },
      purpose: 'instruction',
      round: 0,
      wording: 0,
      language,
      text: words,
      agreement: 1,
    } as const
    return [{ id: digestOf({ pair: child, ...made }), ...made }]
  })
}
