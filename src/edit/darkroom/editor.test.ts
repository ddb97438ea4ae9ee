import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Picture } from '../../image/index.ts'
import { openToolbox, type Pack } from '../../tools/index.ts'
import type { EditError } from '../error.ts'
import { DarkroomEditor } from './editor.ts'
import type { EditPlan, PlanColour, Step, Target } from './plan.ts'
import { embeddedPlanner } from './planner/index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-'))
})
afterAll(() => rm(folder, { recursive: true }))

const opened: DarkroomEditor[] = []
afterEach(() => Promise.all(opened.splice(0).map((editor) => editor.close())))

/** The darkroom without any tool. */
function open(onMissing?: (packs: readonly Pack[]) => Promise<boolean>): {
  editor: DarkroomEditor
  toolboxes: () => number
} {
  let toolboxes = 0
  const editor = new DarkroomEditor({
    planner: embeddedPlanner(),
    onMissing,
    openTools: () => {
      toolboxes++
      return openToolbox({ folder })
    },
    close: () => Promise.resolve(),
  })
  opened.push(editor)
  return { editor, toolboxes: () => toolboxes }
}

/** A red disc with shading on a grey ground that is nowhere even. */
function disc(width = 120, height = 90): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const inside = Math.hypot(x - 60, y - 45) < 25
      const light = 0.7 + (0.3 * (x + 2 * y)) / (width + 2 * height)
      const ground = 90 + ((x * 7 + y * 13) % 40)
      data.set(inside ? [200 * light, 40 * light, 35 * light] : [ground, ground, ground], 3 * (y * width + x))
    }
  return { width, height, data }
}

const blue: PlanColour = { name: 'blue', hex: '#2040d0' }
const region: Target = { type: 'region', phrase: 'this' }
const picture: Target = { type: 'picture', phrase: 'the picture' }
const recolour: Step = { kind: 'recolour', target: region, colour: blue }
const darker: Step = { kind: 'adjust', property: 'brightness', amount: -0.5, target: picture }
const planOf = (...steps: Step[]): EditPlan => ({ version: 1, steps, keep: [] })
const box = { x: 30, y: 15, width: 60, height: 60 }
const isIn = (x: number, y: number) => x >= 30 && x < 90 && y >= 15 && y < 75

/** Pixels that differ, by whether a place is counted. */
function changed(a: Picture, b: Picture, counts: (x: number, y: number) => boolean = () => true): number {
  let count = 0
  for (let i = 0; i < a.width * a.height; i++)
    if (
      counts(i % a.width, Math.floor(i / a.width)) &&
      [0, 1, 2].some((c) => a.data[3 * i + c] !== b.data[3 * i + c])
    )
      count++
  return count
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing',
    (error: EditError) => error.code,
  )

describe('an edit of the darkroom', () => {
  it('carries out a plan, says what it did, and leaves what is outside of the region alone', async () => {
    const { editor } = open()
    const before = disc()
    const reports: unknown[] = []
    const after = await editor.edit(before, '', {
      plan: planOf(recolour),
      region: box,
      onReport: (report) => void reports.push(report),
    })
    const middle = after.data.slice(3 * (45 * 120 + 60), 3 * (45 * 120 + 60) + 3)
    expect(middle[2]).toBeGreaterThan(middle[0]! + 60)
    expect(changed(before, after, (x, y) => !isIn(x, y))).toBe(0)
    expect(reports).toEqual([{ plan: planOf(recolour), did: [expect.stringContaining('blue')], tools: {} }])
  })

  it('keeps to the region with steps for the whole picture, and in each of several', async () => {
    const { editor } = open()
    const before = disc()
    const after = await editor.edit(before, '', { plan: planOf(darker, recolour), region: box })
    expect(changed(before, after, (x, y) => !isIn(x, y))).toBe(0)
    expect(changed(before, after, isIn)).toBeGreaterThan(0.9 * 60 * 60)
  })

  it('leaves alone what the plan keeps', async () => {
    const { editor } = open()
    const before = disc()
    const plain = await editor.edit(before, '', { plan: planOf(darker), region: box })
    expect(changed(before, plain)).toBeGreaterThan(0.9 * 60 * 60)
    // All that the step may change is kept, so that nothing is left to change.
    const after = await editor.edit(before, '', { plan: { ...planOf(darker), keep: [region] }, region: box })
    expect(changed(before, after)).toBe(0)
    const plan = await editor.plan(before, 'make it darker, but keep the sky as it is')
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['adjust'])
    expect(plan.keep.map(({ type }) => type)).toEqual(['sky'])
  })

  it('gives the same bytes for the same picture, plan and seed', async () => {
    const { editor } = open()
    const plan = planOf({ kind: 'adjust', property: 'grain', amount: 0.5, target: picture })
    const [one, other, third] = [
      await editor.edit(disc(), '', { plan, seed: 3 }),
      await editor.edit(disc(), '', { plan, seed: 3 }),
      await editor.edit(disc(), '', { plan, seed: 4 }),
    ]
    expect(other.data).toEqual(one.data)
    expect(third.data).not.toEqual(one.data)
  })

  it('takes transparency along when the frame changes, and keeps it otherwise', async () => {
    const { editor } = open()
    const alpha = {
      width: 120,
      height: 90,
      data: new Uint8Array(120 * 90).map((_, i) => (i % 120 < 30 ? 0 : 255)),
    }
    const flipped = await editor.edit({ ...disc(), alpha }, 'flip it horizontally')
    expect(flipped.alpha?.data[0]).toBe(255)
    expect(flipped.alpha?.data[119]).toBe(0)
    const dark = await editor.edit({ ...disc(), alpha }, 'make it darker')
    expect(dark.alpha?.data).toEqual(alpha.data)
  })

  it('refuses what it does not understand, what is beyond it, and options of models', async () => {
    const { editor, toolboxes } = open()
    expect(await codeOf(editor.edit(disc(), 'flurble the gork'))).toBe('unclear')
    expect(await codeOf(editor.edit(disc(), 'add a dragon'))).toBe('beyond')
    await expect(editor.edit(disc(), 'make it darker', { steps: 4 })).rejects.toThrow(
      /^steps: the darkroom has no such/,
    )
    expect(toolboxes()).toBe(0)
  })

  it('asks for tools that are missing, and goes on where they have been installed', async () => {
    const asked: string[][] = []
    const { editor, toolboxes } = open(async (packs) => {
      asked.push(packs.map(({ name }) => name))
      return asked.length < 2
    })
    // Nothing was installed in truth, so that the second attempt fails as the first.
    await expect(editor.edit(disc(), 'remove the car')).rejects.toMatchObject({ code: 'tool-missing' })
    expect(asked[0]).toContain('human')
    expect(toolboxes()).toBe(2)
  })

  it('is stopped by its signal, and by close', async () => {
    const { editor } = open()
    const signal = AbortSignal.abort()
    expect(await codeOf(editor.edit(disc(), 'make it darker', { signal }))).toBe('cancelled')
    await editor.close()
    await editor.close()
    expect(await codeOf(editor.edit(disc(), 'make it darker'))).toBe('closed')
  })
})
