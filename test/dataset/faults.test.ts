import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  initWorkspace,
  openWorkspace,
  type Parts,
  type Recipe,
  readFunnel,
  type Workspace,
} from 'pentimento/dataset'
import { JobError } from 'pentimento/jobs'
import { type Toolbox, ToolError } from 'pentimento/tools'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { placeDatabase } from '../database.ts'
import { noTools, smallParts } from './recipes.ts'
import { runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

let folder: string
let workspace: Workspace
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'))
  await writeSmallPhotos(join(folder, 'photos'), 3)
  writeConfiguration(folder, { sources: [{ path: 'photos' }], size: 96, limits: { retries: 1 } })
  await placeDatabase(join(folder, 'database'))
  workspace = await openWorkspace(folder, { env: {} })
})
afterEach(async () => {
  await workspace.close()
  rmSync(folder, { recursive: true })
})

/** The small recipes and one that asks a stylizer. */
function withStylizer(stylize: Toolbox['get'] extends (job: 'stylizer') => infer T ? T : never): Parts {
  const small = smallParts()
  const styled: Recipe = {
    ...small.recipes[0]!,
    name: 'test/styled',
    kind: 'style_change',
    needs: ['stylizer'],
    variants: 1,
    async draft({ picture }, { tools }) {
      const target = await tools.get('stylizer').stylize(picture, 'plain')
      const style = { en: 'a negative', cn: '负片' }
      return {
        source: picture,
        target,
        facts: { kind: 'style_change', direction: 'to-style', style },
        parameters: {},
      }
    },
  }
  const tools: Toolbox = { ...noTools, has: (job) => job === 'stylizer', get: () => stylize as never }
  return smallParts({ recipes: [...small.recipes, styled], tools })
}

const stylizer = (stylize: () => Promise<never>) => ({
  styles: ['plain'],
  stylize,
  facts: { implementation: 'faulty', version: '1', concurrency: 1, timeLimitSeconds: 1 },
})

it('a tool that fails is tried again, then its units are dead with the reason; the others are kept', async () => {
  let calls = 0
  const parts = withStylizer(
    stylizer(() => {
      calls++
      return Promise.reject(new ToolError('tool-failed', 'stylizer: its process ended with SIGSEGV'))
    }) as never,
  )
  await runHere(workspace, parts)
  const { overview, total } = await readFunnel(workspace)
  expect(overview.failures).toEqual([
    { name: 'test/styled', reason: expect.stringContaining('its process ended with SIGSEGV'), count: 3 },
  ])
  expect(calls).toBe(6)
  expect(total.open).toBe(0)
  expect(total.kept).toBeGreaterThan(3)
})

it('a recipe without its tool is left out, and the plan says so', async () => {
  const { recipes } = withStylizer(stylizer(() => Promise.reject(new Error())) as never)
  const plan = await runHere(workspace, smallParts({ recipes }))
  expect(plan.leftOut).toEqual([{ recipe: 'test/styled', kind: 'style_change', missing: ['stylizer'] }])
  expect(plan.planned.some(({ recipe }) => recipe === 'test/styled')).toBe(false)
})

it('a recipe may only ask for what its key names', async () => {
  const { recipes, tools } = withStylizer(stylizer(() => Promise.reject(new Error())) as never)
  const hidden = recipes.map((recipe) => ({ ...recipe, needs: [] }))
  await runHere(workspace, smallParts({ recipes: hidden, tools }))
  const { overview } = await readFunnel(workspace)
  expect(overview.failures).toEqual([
    {
      name: 'test/styled',
      reason: expect.stringContaining("asks for 'stylizer', which is not among its needs"),
      count: 3,
    },
  ])
})

it('a full disk stops the run in one line; when there is room again it goes on', async () => {
  let room = 5
  const full: Workspace = {
    ...workspace,
    files: {
      ...workspace.files,
      get: (name) => workspace.files.get(name),
      has: (name) => workspace.files.has(name),
      put(bytes) {
        room--
        return room >= 0
          ? workspace.files.put(bytes)
          : Promise.reject(new JobError('disk-full', 'files: the disk is full'))
      },
    },
  }
  await expect(runHere(full, smallParts())).rejects.toThrow(
    /the disk is full.*free some space and run it again/,
  )
  room = 1000
  await runHere(full, smallParts())
  const { total } = await readFunnel(workspace)
  expect(total).toMatchObject({ failed: 0, open: 0 })
  expect(total.kept).toBeGreaterThan(3)
})

describe('a workspace', () => {
  it('is made where none is, and left alone where one is', async () => {
    const at = join(folder, 'new')
    const file = await initWorkspace(at, { from: [join(folder, 'photos')], licence: 'CC0-1.0' })
    const written = readFileSync(file, 'utf8')
    expect(JSON.parse(written)).toMatchObject({
      name: 'new',
      sources: [{ path: '../photos', licence: 'CC0-1.0' }],
    })
    await expect(initWorkspace(at, { from: [] })).rejects.toThrow(/exists already/)
    expect(readFileSync(file, 'utf8')).toBe(written)
    await expect(initWorkspace(join(folder, 'x'), { from: ['nowhere'] })).rejects.toThrow(
      /nowhere: no such file or folder/,
    )
  })

  it('without a plan says what to do, and so does one of an earlier version', async () => {
    await expect(readFunnel(workspace)).rejects.toThrow(
      /nothing has been planned yet; run 'pentimento dataset run/,
    )
    writeFileSync(join(folder, 'plan.json'), '{"version": 1}')
    await expect(readFunnel(workspace)).rejects.toThrow(/an earlier version.*'pentimento dataset run/)
    await expect(openWorkspace(join(folder, 'nowhere'), { env: {} })).rejects.toThrow(
      /no pentimento\.dataset\.json in it/,
    )
  })

  it('without any usable picture says why', async () => {
    const at = join(folder, 'empty')
    writeConfiguration(at, { sources: [{ path: 'pictures' }] })
    await writeSmallPhotos(join(at, 'pictures'), 0)
    const empty = await openWorkspace(at, { env: {} })
    await expect(runHere(empty, smallParts())).rejects.toThrow(/no pictures or videos in the places/)
    writeFileSync(join(at, 'pictures', 'a.png'), 'no picture')
    await expect(runHere(empty, smallParts())).rejects.toThrow(/none of 1 files can be used \(1 format\)/)
    await empty.close()
  })
})
