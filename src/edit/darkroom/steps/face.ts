import { cropPicture, type Mask, type Picture } from '../../../image/index.ts'
import {
  facesIn,
  faceWidth,
  portraitOf,
  removeRedEyes,
  retouches,
  sitterOf,
} from '../../../operations/index.ts'
import { type Face, Rejection } from '../../../tools/index.ts'
import { EditError } from '../../error.ts'
import type { Bench, Carry, Made } from '../carry.ts'
import type { Target } from '../plan.ts'

/** The least width of a face, in pixels, at which a retouch is visible. */
const leastWidth = 32

/** Pixels of the copy of head and neck in which skin and features are looked for. */
const mapPixels = 500_000

/** Why a face is not fit, for the user. */
const reasons: Readonly<Record<string, string>> = {
  'little-skin': 'too little of the skin can be seen',
  'eyes-shut': 'the eyes are shut',
  'no-teeth': 'no teeth can be seen',
  'no-spots': 'there are no spots on the skin that could be told from it',
  'no-shine': 'the skin does not shine',
  'no-red-eyes': 'no eye is red',
  'no-irises': 'the eyes were not found',
  unchanged: 'it is so already',
}

/** Retouches the faces that the target means. */
export const carryRetouch: Carry<'retouch'> = async ({ retouch, strength, target }, bench) => {
  const change = retouches[retouch]
  if (change === undefined)
    throw new EditError(
      'beyond',
      `retouch: expected one of ${Object.keys(retouches).join(', ')}, got ${JSON.stringify(retouch)}`,
    )
  return await onFaces(bench, {
    what: retouch.replaceAll('-', ' '),
    target,
    change: (picture, face) => change(sitterOf(picture, face, mapPixels), strength, bench.next),
  })
}

/** Makes red pupils dark. */
export const carryRedEye: Carry<'red-eye'> = async ({ target }, bench) =>
  await onFaces(bench, { what: 'red eyes', target, change: removeRedEyes })

interface FaceWork {
  readonly what: string
  readonly target: Target
  readonly change: (picture: Picture, face: Face) => Picture
}

/** Works on each face by itself, at full size. @throws EditError `not-found` without a face; `unfit` where none is fit */
async function onFaces(bench: Bench, { what, target, change }: FaceWork): Promise<Made> {
  const { picture } = bench
  const tool = bench.tools.get('faces')
  const faces = await meantFaces(await facesIn(picture, tool), target, bench, what)
  const data = picture.data.slice()
  const region: Mask = {
    width: picture.width,
    height: picture.height,
    data: new Uint8Array(picture.width * picture.height),
  }
  const refused: string[] = []
  let done = 0
  for (const found of faces) {
    bench.signal?.throwIfAborted()
    const { area, face } = await portraitOf({ ...picture, data }, found, tool)
    const before = cropPicture({ ...picture, data }, area)
    try {
      const after = change(before, face)
      if (!lay(after, before, { data, region, x: area.x, y: area.y })) throw new Rejection('unchanged')
      done++
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      refused.push(error.reason)
    }
  }
  if (done === 0)
    throw new EditError('unfit', `${what}: ${reasons[refused[0]!] ?? refused[0]}; nothing was changed`)
  return {
    picture: { ...picture, data },
    region,
    did: `${what} (${done === 1 ? 'one face' : `${done} faces`})`,
  }
}

/** The faces that the target means: all of them, or those within what it names. */
async function meantFaces(
  faces: readonly Face[],
  target: Target,
  bench: Bench,
  what: string,
): Promise<readonly Face[]> {
  if (faces.length === 0)
    throw new EditError('not-found', `${what}: expected a face, found none in the picture`)
  const large = faces.filter((face) => faceWidth(face) >= leastWidth)
  if (large.length === 0)
    throw new EditError(
      'not-found',
      `${what}: expected a face at least ${leastWidth} pixels wide, the largest has ${Math.round(faceWidth(faces[0]!))}`,
    )
  if (isPlain(target)) return large
  const { mask } = await bench.find(target)
  const meant = large.filter((face) => {
    const x = Math.min(mask.width - 1, Math.max(0, Math.round(face.box.x + face.box.width / 2)))
    const y = Math.min(mask.height - 1, Math.max(0, Math.round(face.box.y + face.box.height / 2)))
    return coverage(mask, face) > 0.25 || mask.data[y * mask.width + x]! > 127
  })
  if (meant.length === 0)
    throw new EditError('not-found', `${what}: expected a face in "${target.phrase}", found none there`)
  return meant
}

/** Whether every face is meant: nothing says which. */
function isPlain({ type, place, order, size, colour, noun, all, text }: Target): boolean {
  const isPart = ['picture', 'face', 'skin', 'hair', 'eyes', 'lips', 'teeth', 'person'].includes(type)
  const says = place ?? order ?? size ?? colour ?? text
  return all === true || (isPart && says === undefined && (noun === undefined || noun === 'person'))
}

/** The share of a face's box that a mask covers. */
function coverage(mask: Mask, { box }: Face): number {
  let [sum, count] = [0, 0]
  const step = Math.max(1, Math.floor(box.width / 40))
  for (let y = Math.floor(box.y); y < box.y + box.height; y += step)
    for (let x = Math.floor(box.x); x < box.x + box.width; x += step) {
      if (x < 0 || y < 0 || x >= mask.width || y >= mask.height) continue
      sum += mask.data[y * mask.width + x]!
      count++
    }
  return count === 0 ? 0 : sum / count / 255
}

/** Puts a part back, and says where it differs. Whether it does anywhere. */
function lay(
  after: Picture,
  before: Picture,
  to: { readonly data: Uint8Array; readonly region: Mask; readonly x: number; readonly y: number },
): boolean {
  let differs = false
  for (let y = 0; y < after.height; y++)
    for (let x = 0; x < after.width; x++) {
      const from = 3 * (y * after.width + x)
      const same =
        after.data[from] === before.data[from] &&
        after.data[from + 1] === before.data[from + 1] &&
        after.data[from + 2] === before.data[from + 2]
      if (same) continue
      differs = true
      const at = (to.y + y) * to.region.width + to.x + x
      to.region.data[at] = 255
      for (let c = 0; c < 3; c++) to.data[3 * at + c] = after.data[from + c]!
    }
  return differs
}
