import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { EditError, openFinder, type Target } from 'pentimento/edit'
import {
  compositePictures,
  cropLayer,
  type Mask,
  type Picture,
  pasteMask,
  pastePicture,
  polygonMask,
  readLayer,
  readPicture,
  resizePicture,
  scaleLayer,
  uniteMasks,
} from 'pentimento/image'
import { openToolbox, type Toolbox, toolsFolder } from 'pentimento/tools'
import { type Figures, type Perf, round3, time } from '../measure.ts'
import { heldOutFiles, photoOf } from './pastes.ts'
import { scenes } from './renderedScenes.ts'

/** The longer side of the photographs. */
const side = 1024

/** Photographs that were looked at while the finder was made. */
const lookedAt =
  /^(?:Wine_|aitzgorri|friends_|sunset_|free_|picosdeeuropa|Picture_0B|Garden|LadyBird|YellowFlower|dream_by|umang)/

const photosRoot = (): string =>
  process.env.PENTIMENTO_PHOTOS ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pentimento', 'photos')

/** Something to find, with the mask that is right. */
interface Case {
  readonly name: string
  readonly group: 'named' | 'coloured' | 'salient' | 'labelled' | 'sky' | 'ground'
  readonly picture: Picture
  readonly target: Target
  readonly truth: Mask
  /** What may be found or not. */
  readonly ignored?: Mask | undefined
}

/**
 * What the finder finds, by the share that its mask and the right one have in common of both (IoU): cut-outs pasted into
 * photographs, by name, colour, and as what stands out; things that people outlined in photographs (labelme's examples);
 * skies and grounds that were rendered. How often it refuses what is not there. And the time of a sky by megapixels.
 */
export async function finding(perf: Perf): Promise<Figures> {
  const tools = await openToolbox({ folder: toolsFolder(process.env) })
  try {
    const photos = heldOutFiles(perf.flags.photos).filter((file) => !lookedAt.test(basename(file)))
    const figures: Record<string, number> = {}
    const groups = new Map<string, number[]>()
    const most = Number(perf.flags.most ?? Number.POSITIVE_INFINITY)
    for await (const each of some(casesOf(photos), most)) {
      const found = await overlapOf(each, tools)
      groups.set(each.group, [...(groups.get(each.group) ?? []), found.overlap])
      perf.line(`${each.group.padEnd(9)} ${each.name.padEnd(34)} ${found.overlap.toFixed(3)}  ${found.told}`)
    }
    for (const [group, overlaps] of groups) {
      figures[`${group}.cases`] = overlaps.length
      figures[`${group}.overlap`] = round3(mean(overlaps))
      figures[`${group}.found`] = round3(mean(overlaps.map((value) => (value > 0.5 ? 1 : 0))))
    }
    Object.assign(figures, await refusals(photos.slice(0, most), tools, perf))
    Object.assign(figures, await timesOf(perf, tools))
    return figures
  } finally {
    await tools.close()
  }
}

async function* some<T>(all: AsyncIterable<T>, most: number): AsyncIterable<T> {
  let count = 0
  for await (const each of all) if (count++ < most) yield each
}

async function* casesOf(photos: readonly string[]): AsyncIterable<Case> {
  yield* renderedCases()
  yield* outlined()
  yield* pasted(photos)
}

async function overlapOf(
  { picture, target, truth, ignored }: Case,
  tools: Toolbox,
): Promise<{ overlap: number; told: string }> {
  try {
    const { mask, label, score } = await openFinder(picture, tools).find(target)
    let [both, either] = [0, 0]
    for (let i = 0; i < truth.data.length; i++) {
      if (ignored && ignored.data[i]! >= 128) continue
      const [a, b] = [mask.data[i]! / 255, truth.data[i]! / 255]
      both += Math.min(a, b)
      either += Math.max(a, b)
    }
    return { overlap: both / Math.max(1, either), told: `${label} ${score.toFixed(2)}` }
  } catch (error) {
    if (error instanceof EditError) return { overlap: 0, told: error.message }
    throw error
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

const thing = (noun: string, more: Partial<Target> = {}): Target => ({
  type: 'thing',
  phrase: `the ${noun}`,
  noun,
  ...more,
})
const orange = { name: 'orange', hex: '#f08020' }
const red = { name: 'red', hex: '#d02020' }
const yellow = { name: 'yellow', hex: '#f0d020' }

/** Cut-outs of Debian's `tuxpaint-stamps-default`. */
const stamps: readonly (readonly [file: string, group: 'named' | 'coloured' | 'salient', target: Target])[] =
  [
    ['food/fruit/banana.png', 'named', thing('banana')],
    ['food/fruit/apple_red.png', 'named', thing('apple')],
    ['food/fruit/orange.png', 'named', thing('orange')],
    ['food/vegetables/broccoli.png', 'named', thing('broccoli')],
    ['food/pizza.png', 'named', thing('pizza')],
    ['animals/birds/duck.png', 'named', thing('duck')],
    ['animals/birds/crow.png', 'named', thing('bird')],
    ['animals/birds/gander.png', 'named', thing('goose')],
    ['food/vegetables/tomato.png', 'coloured', thing('tomato', { colour: red })],
    ['food/vegetables/pumpkin_small.png', 'coloured', thing('pumpkin', { colour: orange })],
    ['food/fruit/strawberry.png', 'coloured', thing('strawberry', { colour: red })],
    ['food/fruit/apple_fuji.png', 'coloured', thing('thing', { colour: red })],
    ['food/fruit/banana.png', 'coloured', thing('thing', { colour: yellow })],
    ['food/vegetables/carrot.png', 'coloured', thing('object', { colour: orange })],
    ['animals/amphibians/frog.png', 'salient', thing('frog')],
    ['animals/birds/little-penguin.png', 'salient', { type: 'subject', phrase: 'the subject' }],
    ['food/fruit/pineapple.png', 'salient', thing('pineapple')],
  ]

async function* pasted(photos: readonly string[]): AsyncIterable<Case> {
  const folder = join(photosRoot(), 'tuxpaint-stamps-default/usr/share/tuxpaint/stamps')
  for (const [number, [file, group, target]] of stamps.entries()) {
    const photo = photos[(number * 5) % Math.max(1, photos.length)]
    if (photo === undefined || !existsSync(join(folder, file))) continue
    const picture = await photoOf(photo, side)
    const layer = await readLayer(join(folder, file))
    const cut = cropLayer(layer)!
    const factor = (0.4 * Math.min(picture.width, picture.height)) / cut.alpha.height
    const { picture: above, alpha } = scaleLayer(cut, factor)
    // Places by the golden ratio.
    const x = Math.round((picture.width - alpha.width) * (0.1 + 0.8 * ((number * 0.618) % 1)))
    const y = Math.round((picture.height - alpha.height) * (0.4 + 0.5 * ((number * 0.382) % 1)))
    const none = {
      width: picture.width,
      height: picture.height,
      data: new Uint8Array(picture.width * picture.height),
    }
    const truth = pasteMask(none, alpha, x, y)
    yield {
      name: `${basename(file, '.png')} in ${basename(photo).slice(0, 16)}`,
      group,
      picture: compositePictures(picture, pastePicture(picture, above, x, y), truth),
      target,
      truth,
    }
  }
}

interface Annotation {
  readonly imagePath: string
  readonly shapes: readonly {
    readonly label: string
    readonly points: readonly (readonly [number, number])[]
  }[]
}

/** What people outlined: all of each kind in a picture. */
async function* outlined(): AsyncIterable<Case> {
  const folder = join(
    photosRoot(),
    'labelme-examples/usr/share/doc/labelme-examples/examples/instance_segmentation/data_annotated',
  )
  for (const name of ['2011_000003', '2011_000006', '2011_000025']) {
    const file = join(folder, `${name}.json`)
    if (!existsSync(file)) continue
    const { imagePath, shapes } = JSON.parse(readFileSync(file, 'utf8')) as Annotation
    const picture = await readPicture(join(dirname(file), basename(imagePath)))
    const united = (label: string): Mask | undefined =>
      shapes
        .filter((shape) => shape.label === label)
        .map(({ points }) => polygonMask(picture.width, picture.height, points))
        .reduce<Mask | undefined>((all, mask) => (all ? uniteMasks(all, mask) : mask), undefined)
    for (const label of new Set(shapes.map((shape) => shape.label))) {
      if (label.startsWith('_')) continue
      yield {
        name: `${label} in ${name}`,
        group: 'labelled',
        picture,
        target: thing(label, { all: true }),
        truth: united(label)!,
        ignored: united('__ignore__'),
      }
    }
  }
}

function* renderedCases(): Iterable<Case> {
  for (const { name, picture, sky } of scenes(768, 512)) {
    const ground = { ...sky, data: sky.data.map((value) => 255 - value) }
    yield { name, group: 'sky', picture, target: { type: 'sky', phrase: 'the sky' }, truth: sky }
    yield { name, group: 'ground', picture, target: { type: 'ground', phrase: 'the ground' }, truth: ground }
  }
}

/** How often something that is not there is refused. */
async function refusals(photos: readonly string[], tools: Toolbox, perf: Perf): Promise<Figures> {
  const absent = ['elephant', 'bus', 'umbrella', 'pizza', 'laptop']
  const refused: number[] = []
  for (const [number, file] of photos.entries()) {
    const noun = absent[number % absent.length]!
    const found = await openFinder(await photoOf(file, side), tools)
      .find(thing(noun))
      .catch((error: unknown) => {
        if (error instanceof EditError) return undefined
        throw error
      })
    refused.push(found ? 0 : 1)
    if (found) perf.line(`wrong     ${noun} in ${basename(file)}: ${found.label} ${found.score.toFixed(2)}`)
  }
  return { 'absent.cases': refused.length, 'absent.refused': round3(mean(refused)) }
}

async function timesOf(perf: Perf, tools: Toolbox): Promise<Figures> {
  const figures: Record<string, number> = {}
  const [scene] = scenes(1000, 750)
  for (const megapixels of [1, 3, 12]) {
    const width = Math.round(1000 * Math.sqrt(megapixels / 0.75))
    const picture = resizePicture(scene!.picture, { width, height: Math.round(0.75 * width) })
    const seconds =
      (await time(() => openFinder(picture, tools).find({ type: 'sky', phrase: 'the sky' }))) / 1000
    perf.line(`the sky of ${megapixels} megapixels: ${seconds.toFixed(2)} s`)
    figures[`sky.${megapixels}MP.seconds`] = round3(seconds)
  }
  return figures
}
