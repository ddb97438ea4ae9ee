import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { EditError, type EditPlan, openEditor, properties, type Step, type Target } from 'pentimento/edit'
import {
  featherMask,
  labOfPicture,
  type Mask,
  type Picture,
  pictureOfLab,
  readPicture,
  resizePicture,
} from 'pentimento/image'
import { backdrops, materials, ownStyles, retouches, toneLooks } from 'pentimento/operations'
import { watchPeaks } from '../fullSize/peaks.ts'
import { type Figures, median, type Perf, round3 } from '../measure.ts'

/** What a step may take: seconds of a core at 12 megapixels beyond the tools, of one that fills a hole, and MiB of this process. */
const limits = { seconds: 5, fill: 10, mebibytes: 1024 }

/** Steps that fill what they leave, as erasing does. */
const filling: ReadonlySet<Step['kind']> = new Set(['erase', 'move'])

const photos = fileURLToPath(new URL('../../examples/photos/', import.meta.url))

/** What is measured on which photograph; faces are on another than landscapes. */
interface Case {
  readonly name: string
  readonly photo: 'outdoors' | 'face'
  readonly step: Step
  readonly region?: boolean
}

const whole: Target = { type: 'picture', phrase: 'the picture' }
const region: Target = { type: 'region', phrase: 'this' }
const face: Target = { type: 'face', phrase: 'face' }
const teal = { name: 'teal', hex: '#008080' }
const navy = { name: 'navy', hex: '#000080' }

/** Every kind of step, with every name that it has. */
function casesOf(): readonly Case[] {
  const cases: Case[] = []
  const add = (name: string, step: Step, more: Partial<Case> = {}): void => {
    cases.push({ name, photo: 'outdoors', step, ...more })
  }
  const onThing = { region: true }
  add('erase', { kind: 'erase', target: region }, onThing)
  add('recolour', { kind: 'recolour', target: region, colour: teal }, onThing)
  add('recolour sky', { kind: 'recolour', target: { type: 'sky', phrase: 'the sky' }, colour: teal })
  for (const { name } of materials) add(name, { kind: 'material', target: region, material: name }, onThing)
  add('move', { kind: 'move', target: region, right: 0.15, down: 0, scale: 1 }, onThing)
  add('enlarge', { kind: 'move', target: region, right: 0, down: 0, scale: 1.3 }, onThing)
  for (const how of ['blur', 'pixelate', 'black'] as const)
    add(`obscure ${how}`, { kind: 'obscure', target: region, how, strength: 1 }, onThing)
  const behind = { target: region }
  add('blur background', { kind: 'background', to: { type: 'blur', strength: 1 }, ...behind }, onThing)
  add('transparent', { kind: 'background', to: { type: 'transparent' }, ...behind }, onThing)
  add('colour behind', { kind: 'background', to: { type: 'colour', colour: navy }, ...behind }, onThing)
  add(
    'gradient behind',
    { kind: 'background', to: { type: 'gradient', from: teal, to: navy }, ...behind },
    onThing,
  )
  add('picture behind', { kind: 'background', to: { type: 'picture' }, ...behind }, onThing)
  for (const { name } of backdrops)
    add(`${name} behind`, { kind: 'background', to: { type: 'backdrop', name }, ...behind }, onThing)
  add('replace text', {
    kind: 'replace-text',
    target: { type: 'text', phrase: "'COLORADO'", text: 'COLORADO' },
    from: 'COLORADO',
    to: 'CALIFORNIA',
  })
  add('erase text', { kind: 'erase', target: { type: 'text', phrase: 'the text', all: true } })
  add('add text', { kind: 'add-text', text: 'Hello', place: 'bottom' })
  for (const property of properties)
    for (const amount of [-0.5, 0.5])
      add(`${property} ${amount}`, { kind: 'adjust', property, amount, target: whole })
  add('brightness of sky', {
    kind: 'adjust',
    property: 'brightness',
    amount: 0.3,
    target: { type: 'sky', phrase: 'the sky' },
  })
  for (const look of Object.keys(toneLooks)) add(look, { kind: 'look', look, strength: 1, target: whole })
  for (const style of Object.keys(ownStyles)) add(style, { kind: 'style', style, strength: 1, target: whole })
  for (const retouch of Object.keys(retouches))
    add(retouch, { kind: 'retouch', retouch, strength: 1, target: face }, { photo: 'face' })
  add(
    'hair colour',
    {
      kind: 'recolour',
      target: { type: 'hair', phrase: 'the hair' },
      colour: { name: 'blond', hex: '#c8a468' },
    },
    { photo: 'face' },
  )
  add('crop', { kind: 'crop', ratio: 1 })
  add('rotate', { kind: 'rotate', degrees: 3 })
  add('quarter', { kind: 'rotate', degrees: 90 })
  add('flip', { kind: 'flip', axis: 'horizontal' })
  add('half', { kind: 'resize', factor: 0.5 })
  add('wider', { kind: 'resize', width: 5000 })
  const sides = { left: 0.1, right: 0.1, top: 0, bottom: 0 }
  for (const fill of ['mirror', 'blur', 'fill'] as const)
    add(`extend ${fill}`, { kind: 'extend', sides, fill })
  return cases
}

/** A photograph at a size, a thing in it that takes a twentieth, and another picture. */
interface Scene {
  readonly picture: Picture
  readonly mask: Mask
  readonly second: Picture
}

async function sceneOf(file: string, megapixels: number): Promise<Scene> {
  const photo = await readPicture(file)
  const scale = Math.sqrt((megapixels * 1e6) / (photo.width * photo.height))
  const width = Math.round(scale * photo.width)
  const height = Math.round(scale * photo.height)
  const data = new Uint8Array(width * height)
  // The board of the sign.
  for (let y = Math.round(0.37 * height); y < 0.6 * height; y++)
    data.fill(255, y * width + Math.round(0.15 * width), y * width + Math.round(0.37 * width))
  return {
    picture: resizePicture(photo, { width, height, filter: 'bicubic' }),
    mask: featherMask({ width, height, data }, 2),
    second: await readPicture(join(photos, 'sean-afnan-244576.jpg')),
  }
}

function chosen({ steps, face }: Perf['flags']): readonly Case[] {
  const names = steps?.split(',')
  return casesOf().filter(({ name, photo }) => (face || photo !== 'face') && (names?.includes(name) ?? true))
}

/** Seconds of a core for the picture to OKLab and back, the least that any change of colour costs: the better of two. */
function passSeconds(picture: Picture): number {
  const once = (): number => {
    const used = process.cpuUsage()
    pictureOfLab(labOfPicture(picture))
    const { user, system } = process.cpuUsage(used)
    return (user + system) / 1e6
  }
  return Math.min(once(), once())
}

/**
 * Every step of the darkroom at 12 megapixels, carried out by the editor itself: seconds of a core, seconds passed, and
 * memory of this process, so beyond the tools, which have theirs. `--face` names a photograph with a face, without
 * which faces are left out; `--steps` takes some by their names, `--megapixels` another size than 12.
 */
export async function steps(perf: Perf): Promise<Figures> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const editor = await openEditor('darkroom')
  const figures: Record<string, number> = {}
  const megapixels = Number(perf.flags.megapixels ?? 12)
  const scenes: { readonly [P in Case['photo']]?: Scene } = {
    outdoors: await sceneOf(join(photos, 'kait-herzog-8242.jpg'), megapixels),
    ...(perf.flags.face && { face: await sceneOf(perf.flags.face, megapixels) }),
  }
  const over: string[] = []
  const seconds: number[] = []
  const pass = passSeconds(scenes.outdoors!.picture)
  perf.line(`to OKLab and back: ${pass.toFixed(2)} s of a core, to which ratios refer`)
  try {
    for (const { name, photo, step, region: hasRegion } of chosen(perf.flags)) {
      const { picture, mask, second } = scenes[photo]!
      const plan: EditPlan = { version: 1, steps: [step], keep: [] }
      collect()
      const peaks = watchPeaks()
      const used = process.cpuUsage()
      const began = performance.now()
      try {
        await editor.edit(picture, '', { plan, ...(hasRegion && { region: mask, more: [second] }) })
      } catch (error) {
        if (!(error instanceof EditError)) throw error
        perf.line(`${name}: ${error.code}`)
        continue
      } finally {
        await peaks.stop()
      }
      const wall = (performance.now() - began) / 1000
      const { user, system } = process.cpuUsage(used)
      const core = (user + system) / 1e6
      const peak = peaks.anonymous / 2 ** 20
      seconds.push(core)
      const isOver = core > (filling.has(step.kind) ? limits.fill : limits.seconds) || peak > limits.mebibytes
      if (isOver) over.push(name)
      figures[`${name}.coreSeconds`] = round3(core)
      figures[`${name}.seconds`] = round3(wall)
      figures[`${name}.ratio`] = round3(core / pass)
      figures[`${name}.peakMiB`] = round3(peak)
      perf.line(
        `${name}: ${core.toFixed(1)} s of a core, ${wall.toFixed(1)} s, ${(core / pass).toFixed(1)}×, ${peak.toFixed(0)} MiB${isOver ? ', over' : ''}`,
      )
    }
  } finally {
    await editor.close()
  }
  perf.line(`${seconds.length} steps, ${over.length} over ${JSON.stringify(limits)}: ${over.join(', ')}`)
  return {
    steps: seconds.length,
    over: over.length,
    median: round3(median(seconds)),
    'pass.coreSeconds': round3(pass),
    ...figures,
  }
}
