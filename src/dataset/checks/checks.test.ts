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
import type { Measure } from '../pairs/pair.ts'
import { selectionOf } from '../selection/choice.ts'
import { measuredValues, measureProblem } from '../selection/select.ts'
import type { Kind } from '../taxonomy.ts'
import { appears } from './appears.ts'
import { changed } from './changed.ts'
import type { Check, CheckContext } from './check.ts'
import { confined } from './confined.ts'
import { gone } from './gone.ts'
import { checksOf, measureDraft } from './index.ts'
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

interface Look {
  readonly values: Measure['values']
  /** By the default selection. */
  readonly reason: string | undefined
}

/** Measures a draft of a kind by one check, and asks the default selection. */
async function look(
  check: Check,
  kind: Kind,
  draft: { source?: Picture; target: Picture; region?: Mask; facts?: Partial<Facts> },
  tools: Partial<Record<string, object>> = {},
): Promise<Look> {
  const source = draft.source ?? photo
  const whole = { source, ...draft, facts: { kind, ...draft.facts } as Facts } satisfies CheckContext['draft']
  const context: CheckContext = {
    kind,
    draft: whole,
    tools: { ...noTools, has: (job) => job in tools, get: (job) => tools[job] as never } satisfies Toolbox,
    get difference() {
      return differenceMap(source, draft.target)
    },
  }
  const values = await check.measure(context)
  const measured = measuredValues([{ check: check.name, version: check.version, values }])
  return { values, reason: measureProblem(measured, selectionOf()[kind].measures)?.reason }
}

it('intact tells other sizes, blanks, blown-out and flat pictures', async () => {
  const reason = async (target: Picture) => (await look(intact, 'tone_transfer', { target })).reason
  expect(await reason(map(photo, (v) => v * 0.8))).toBeUndefined()
  expect(await reason(resizePicture(photo, { width: 96, height: 128 }))).toBe('size')
  expect(await reason({ ...photo, data: photo.data.subarray(1) })).toBe('size')
  expect(await reason(map(photo, () => 90))).toBe('blank')
  const blackOnWhite = map(photo, (_, i) => (Math.floor(i / 3) % 2) * 255)
  expect(await reason(blackOnWhite)).toBe('clipped')
  expect((await look(intact, 'style_change', { target: blackOnWhite })).reason).toBeUndefined()
})

it('changed tells the share, which the selection holds to what the kind demands', async () => {
  const patch = (width: number) => pastePicture(photo, resizePicture(other, { width, height: 128 }), 0, 0)
  expect(await look(changed, 'background_change', { target: photo })).toEqual({
    values: { share: 0 },
    reason: 'unchanged',
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
  const small = evenMask(3, 3, 255)
  expect((await look(confined, 'subject-add', { target: inside, region: small })).reason).toBe('no-region')
  expect((await look(confined, 'tone_transfer', { target: inside })).reason).toBeUndefined()
})

it('structure tells how far the edges are the same; only kinds that keep the scene ask for it', async () => {
  const darker = map(photo, (v) => 0.6 * v + 60)
  expect((await look(structure, 'tone_transfer', { target: darker })).reason).toBeUndefined()
  expect((await look(structure, 'tone_transfer', { target: other })).reason).toBe('structure-lost')
  const elsewhere = await look(structure, 'background_change', { target: other })
  expect(elsewhere.reason).toBeUndefined()
  expect(elsewhere.values.edges).toBeLessThan(0.3)
})

it('a draft is measured by all checks, whatever the first ones find; broken pictures only by intact', async () => {
  const facts = { kind: 'tone_transfer' } as Facts
  const names = async (target: Picture) =>
    (await measureDraft({ source: photo, target, facts }, noTools)).map(({ check }) => check)
  expect(await names(map(photo, () => 90))).toEqual(['intact', 'changed', 'confined', 'structure'])
  expect(await names(resizePicture(photo, { width: 96, height: 128 }))).toEqual(['intact'])
})

describe('checks by tools', () => {
  const box = { x: 40, y: 30, width: 60, height: 50 }
  const region = () => boxMask(192, 128, box)
  const sees = (...found: readonly (readonly Detection[])[]) => {
    const answers = [...found]
    return { detect: () => Promise.resolve(answers.shift() ?? []) }
  }
  const thing = (label: string, score: number): Detection => ({ label, score, box: { ...box, x: box.x + 4 } })
  const noun = (en: string) => ({ en, cn: '东西' })
  /** The matte of what lies around the region: all of it, or the region itself. */
  const matting = (...answers: readonly ('region' | 'nothing')[]) => {
    const left = [...answers]
    return {
      matte: ({ width, height }: Picture) =>
        Promise.resolve(
          left.shift() === 'region'
            ? boxMask(width, height, { x: 30, y: 25, width: 60, height: 50 })
            : evenMask(width, height, 0),
        ),
    }
  }

  it('are left out where the tools are not there', () => {
    const names = (kind: Kind, jobs: readonly string[]) =>
      checksOf(kind, { has: (job) => jobs.includes(job) }).map(({ name }) => name)
    const always = ['intact', 'changed', 'confined', 'structure']
    expect(names('subject-remove', [])).toEqual(always)
    expect(names('subject-remove', ['detector', 'safety'])).toEqual([...always, 'gone', 'safe'])
    expect(names('text_change', ['ocr', 'detector', 'matting'])).toContain('readable')
  })

  describe('gone', () => {
    const draft = () => ({
      target: photo,
      region: region(),
      facts: { subject: noun('dog') } as Partial<Facts>,
    })
    const run = (before: readonly Detection[], after: readonly Detection[], more: object = {}) =>
      look(gone, 'subject-remove', draft(), { detector: sees(before, after), ...more })

    it('what was removed is not seen any more', async () => {
      expect((await run([thing('dog', 0.8)], [])).reason).toBeUndefined()
      expect(await run([thing('dog', 0.8)], [thing('dog', 0.7)])).toMatchObject({
        reason: 'still-there',
        values: { by: 'detector', before: 0.8, after: 0.7 },
      })
    })

    it('what nobody saw before is not gone', async () => {
      expect(await run([], [])).toEqual({ values: { by: 'none', before: 0 }, reason: 'never-seen' })
      expect((await run([], [], { matting: matting('nothing', 'nothing') })).reason).toBe('never-seen')
    })

    it('the matte says so of what the detector does not know', async () => {
      expect(await run([], [], { matting: matting('region', 'nothing') })).toMatchObject({
        reason: undefined,
        values: { by: 'matte', before: 1, after: 0, left: 0 },
      })
      expect((await run([], [], { matting: matting('region', 'region') })).reason).toBe('still-there')
    })
  })

  describe('appears', () => {
    const run = (name: string, found: readonly Detection[], matte?: 'region' | 'nothing') =>
      look(
        appears,
        'subject-add',
        { target: photo, region: region(), facts: { subject: noun(name) } as Partial<Facts> },
        { detector: sees(found), ...(matte === undefined ? {} : { matting: matting(matte) }) },
      )

    it('accepts the label of what was added, and wider ones', async () => {
      expect((await run('dog', [thing('dog', 0.6)])).reason).toBeUndefined()
      expect((await run('barn owl', [thing('bird', 0.4)])).reason).toBeUndefined()
      expect((await run('red apple', [thing('apple', 0.4)])).reason).toBeUndefined()
    })

    it('accepts no other label', async () => {
      expect(await run('dog', [thing('toilet', 0.9)])).toMatchObject({
        reason: 'unseen',
        values: { named: 0, other: 0.9, label: 'toilet', seen: 0 },
      })
      expect((await run('dog', [thing('toilet', 0.9)], 'region')).reason).toBe('unseen')
      expect((await run('hot dog', [thing('dog', 0.9)])).reason).toBe('unseen')
    })

    it('asks the matte of what was not named', async () => {
      expect((await run('katydid', [], 'region')).values).toMatchObject({ matte: 1, seen: 1, detectable: 0 })
      expect((await run('katydid', [thing('bird', 0.5)], 'region')).reason).toBeUndefined()
      expect((await run('katydid', [], 'nothing')).reason).toBe('unseen')
    })
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
