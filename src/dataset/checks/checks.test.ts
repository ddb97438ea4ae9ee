import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { noTools } from '../../../test/dataset/recipes.ts'
import {
  boxMask,
  differenceMap,
  evenMask,
  type Mask,
  type Picture,
  pastePicture,
  readPicture,
  resizePicture,
} from '../../image/index.ts'
import type { Facts } from '../../instructions/index.ts'
import type { Detection, TextLine, Toolbox } from '../../tools/index.ts'
import type { Draft } from '../recipes/recipe.ts'
import { type Kind, taxonomy } from '../taxonomy.ts'
import { appears } from './appears.ts'
import { changed } from './changed.ts'
import type { Check, CheckContext } from './check.ts'
import { confined } from './confined.ts'
import { gone } from './gone.ts'
import { checksOf } from './index.ts'
import { intact } from './intact.ts'
import { readable } from './readable.ts'
import { safe } from './safe.ts'
import { structure } from './structure.ts'

let photo: Picture
let other: Picture
beforeAll(async () => {
  const read = (name: string) =>
    readPicture(fileURLToPath(new URL(`../../../test/pictures/photos/${name}.jpg`, import.meta.url)))
  photo = resizePicture(await read('galen-crout-175291'), { width: 192, height: 128 })
  other = resizePicture(await read('nasa-45068'), { width: 192, height: 128 })
})

const map = (picture: Picture, change: (level: number, i: number) => number): Picture => ({
  ...picture,
  data: picture.data.map((level, i) => Math.max(0, Math.min(255, change(level, i)))),
})

/** Runs a check on a draft of a kind. */
function look(
  check: Check,
  kind: Kind,
  draft: { source?: Picture; target: Picture; region?: Mask; facts?: Partial<Facts> },
  tools: Partial<Record<string, object>> = {},
) {
  const source = draft.source ?? photo
  const whole = { source, ...draft, facts: { kind, ...draft.facts } as Facts, parameters: {} } satisfies Draft
  const context: CheckContext = {
    kind,
    demands: taxonomy[kind],
    draft: whole,
    tools: { ...noTools, has: (job) => job in tools, get: (job) => tools[job] as never } satisfies Toolbox,
    limits: { unsafe: 0.7, leaked: 0.002 },
    get difference() {
      return differenceMap(source, draft.target)
    },
  }
  return check.run(context)
}

it('intact refuses other sizes, blanks, blown-out and flat pictures', async () => {
  const reason = async (target: Picture) => (await look(intact, 'tone_transfer', { target })).reason
  expect(await reason(map(photo, (v) => v * 0.8))).toBeUndefined()
  expect(await reason(resizePicture(photo, { width: 96, height: 128 }))).toBe('size')
  expect(await reason({ ...photo, data: photo.data.subarray(1) })).toBe('size')
  expect(await reason(map(photo, () => 90))).toBe('blank')
  const blackOnWhite = map(photo, (_, i) => (Math.floor(i / 3) % 2) * 255)
  expect(await reason(blackOnWhite)).toBe('clipped')
  expect((await look(intact, 'style_change', { target: blackOnWhite })).reason).toBeUndefined()
})

it('changed holds to what the kind demands', async () => {
  const patch = (width: number) => pastePicture(photo, resizePicture(other, { width, height: 128 }), 0, 0)
  expect(await look(changed, 'background_change', { target: photo })).toMatchObject({
    reason: 'unchanged',
    values: { share: 0 },
  })
  expect((await look(changed, 'background_change', { target: patch(96) })).reason).toBeUndefined()
  expect((await look(changed, 'motion_change', { target: patch(160) })).reason).toBe('changed-too-much')
  // What nobody sees is no change.
  expect((await look(changed, 'tone_transfer', { target: map(photo, (v) => v + 3) })).reason).toBe(
    'unchanged',
  )
})

it('confined finds what leaked out of the region, not what lies in its feather', async () => {
  const box = { x: 40, y: 30, width: 60, height: 50 }
  const region = boxMask(192, 128, box)
  const inside = pastePicture(photo, resizePicture(other, box), box.x, box.y)
  expect((await look(confined, 'subject-add', { target: inside, region })).reason).toBeUndefined()
  const beside = pastePicture(photo, resizePicture(other, box), box.x + 1, box.y)
  expect((await look(confined, 'subject-add', { target: beside, region })).reason).toBeUndefined()
  const far = pastePicture(photo, resizePicture(other, box), box.x + 12, box.y)
  expect(await look(confined, 'subject-add', { target: far, region })).toMatchObject({ reason: 'leaks' })
  expect((await look(confined, 'subject-add', { target: inside })).reason).toBe('no-region')
  expect((await look(confined, 'subject-add', { target: inside, region: evenMask(3, 3, 255) })).reason).toBe(
    'region-size',
  )
  expect((await look(confined, 'tone_transfer', { target: inside })).reason).toBeUndefined()
})

it('structure asks for the same edges, where the kind does', async () => {
  expect(
    (await look(structure, 'tone_transfer', { target: map(photo, (v) => 0.6 * v + 60) })).reason,
  ).toBeUndefined()
  expect((await look(structure, 'tone_transfer', { target: other })).reason).toBe('structure-lost')
  expect((await look(structure, 'background_change', { target: other })).reason).toBeUndefined()
})

describe('checks by tools', () => {
  const box = { x: 40, y: 30, width: 60, height: 50 }
  const region = () => boxMask(192, 128, box)
  const sees = (...found: readonly (readonly Detection[])[]) => {
    const answers = [...found]
    return { detect: () => Promise.resolve(answers.shift() ?? []) }
  }
  const dog = (score: number): Detection => ({ label: 'dog', score, box: { ...box, x: box.x + 4 } })

  it('are left out where the tools are not there', () => {
    const names = (kind: Kind, jobs: readonly string[]) =>
      checksOf(kind, { has: (job) => jobs.includes(job) }).map(({ name }) => name)
    expect(names('subject-remove', [])).toEqual(['intact', 'changed', 'confined', 'structure'])
    expect(names('subject-remove', ['detector', 'safety'])).toEqual([
      'intact',
      'changed',
      'confined',
      'structure',
      'gone',
      'safe',
    ])
    expect(names('text_change', ['ocr', 'detector', 'matting'])).toContain('readable')
  })

  it('gone: what was removed is not seen any more', async () => {
    const run = (before: number, after: number) =>
      look(
        gone,
        'subject-remove',
        { target: photo, region: region() },
        { detector: sees([dog(before)], [dog(after)]) },
      )
    expect((await run(0.8, 0.1)).reason).toBeUndefined()
    expect((await run(0.8, 0.7)).reason).toBe('still-there')
  })

  it('appears: by the detector, else by the matte', async () => {
    const matting = (coverage: number) => ({
      matte: ({ width, height }: Picture) => Promise.resolve(evenMask(width, height, coverage)),
    })
    const run = (detector: object, coverage: number) =>
      look(
        appears,
        'subject-add',
        { target: photo, region: region() },
        { detector, matting: matting(coverage) },
      )
    expect((await run(sees([dog(0.6)]), 0)).values).toMatchObject({ seen: 'dog' })
    expect((await run(sees([]), 0)).reason).toBe('unseen')
    // A matte over all of the surroundings is four times the region.
    expect((await run(sees([]), 255)).reason).toBe('unseen')
  })

  it('readable: old words in the source, new ones in the target, and what goes is gone', async () => {
    const reads = (...texts: readonly string[]) => {
      const answers = [...texts]
      const line = (text: string): TextLine => ({
        text,
        score: 1,
        corners: [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1],
        ],
      })
      return { read: () => Promise.resolve((answers.shift() ?? '').split('|').map(line)) }
    }
    const run = (facts: Partial<Facts>, before: string, after: string) =>
      look(readable, 'text_change', { target: photo, facts }, { ocr: reads(before, after) })
    const replace = { kind: 'text_change', action: 'replace', from: 'OPEN', to: '营业中' } as const
    expect((await run(replace, 'open|24h', '营业中|24h')).reason).toBeUndefined()
    expect((await run(replace, 'shut', '营业中')).reason).toBe('old-text-unread')
    expect((await run(replace, 'OPEN', '休息')).reason).toBe('new-text-unread')
    const remove = { kind: 'text_change', action: 'remove', from: 'OPEN' } as const
    expect((await run(remove, 'OPEN', '24h')).reason).toBeUndefined()
    expect((await run(remove, 'OPEN', 'OPEN 24h|OPEN')).reason).toBe('text-remains')
    const alike = { kind: 'text_change', action: 'replace', from: 'SHOP', to: 'SHIP' } as const
    expect((await run(alike, 'SHOP', 'SHIP')).reason).toBeUndefined()
  })

  it('safe: the target is fit to be seen', async () => {
    const run = (unsafe: number) =>
      look(safe, 'style_change', { target: photo }, { safety: { unsafe: () => Promise.resolve(unsafe) } })
    expect((await run(0.2)).reason).toBeUndefined()
    expect((await run(0.9)).reason).toBe('unsafe')
  })
})
