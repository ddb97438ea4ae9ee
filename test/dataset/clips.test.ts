import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openParts, openWorkspace } from 'pentimento/dataset'
import { type Picture, resizePicture, writePicture } from 'pentimento/image'
import type { Toolbox } from 'pentimento/tools'
import { afterAll, expect, it } from 'vitest'
import { placeDatabase } from '../database.ts'
import { passing } from '../passing.ts'
import { sourceOf, toolsFor } from '../recipes.ts'
import { smallParts } from './recipes.ts'
import { runHere, writeConfiguration } from './smallDataset.ts'

const { tools, missing } = await toolsFor(['video', 'flow', 'detector'])
const folder = mkdtempSync(join(tmpdir(), 'clips-'))
afterAll(async () => {
  await tools.close()
  rmSync(folder, { recursive: true })
})

/** A video of these frames, two and a half a second. */
async function film(frames: readonly Picture[], file: string): Promise<void> {
  const place = join(folder, 'frames')
  mkdirSync(place)
  for (const [i, frame] of frames.entries()) await writePicture(frame, join(place, `${100 + i}.png`))
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-y', '-framerate', '2.5', '-start_number', '100', '-i', join(place, '%d.png')],
    ...['-c:v', 'mpeg4', '-q:v', '2', '-pix_fmt', 'yuv420p', file],
  ])
}

it.skipIf(missing)(
  'a clip that a list of Koala-36M names becomes a pair in which only the person moved',
  async () => {
    const frames = await passing()
    const { width, height } = frames[0]!
    const other = resizePicture((await sourceOf('photos/jared-evans-119758.jpg', 256)).picture, {
      width,
      height,
    })
    mkdirSync(join(folder, 'videos'))
    // Five frames of another scene come before it.
    await film([...Array.from({ length: 5 }, () => other), ...frames], join(folder, 'videos', 'xED6_jYx.mp4'))
    cpSync(join(folder, 'videos', 'xED6_jYx.mp4'), join(folder, 'videos', 'unlisted.mp4'))
    writeFileSync(join(folder, 'videos', 'unlisted.mp4'), 'other', { flag: 'a' })
    writeFileSync(
      join(folder, 'koala.csv'),
      `videoID,url,timestamp,caption\nxED6_jYx_26,https://example.org,"['0:00:02.000', '0:00:05.600']",a person walks\n`,
    )
    writeConfiguration(folder, {
      sources: [{ path: 'videos', licence: 'CC0-1.0', clips: 'koala.csv' }],
      size: 256,
      video: { clip: 9 },
      recipes: { 'motion_change/fixed-camera': 4 },
    })
    await placeDatabase(join(folder, 'database'))
    const workspace = await openWorkspace(folder, { env: {} })
    const opened = await openParts(workspace, { PENTIMENTO_TOOLS: join(folder, 'none') })
    const recipes = opened.recipes.filter(({ name }) => name === 'motion_change/fixed-camera')
    await opened.tools.close()
    // The others are not needed, and looking at the source with all of them takes its time.
    const own: Toolbox = {
      ...tools,
      has: (job) => ['video', 'flow', 'detector'].includes(job) && tools.has(job),
      get: (job) => tools.get(job),
    }
    const plan = await runHere(workspace, smallParts({ recipes, tools: own }))
    expect(plan.rejections).toEqual([
      { name: 'unlisted.mp4', reason: 'not-listed', detail: 'unlisted.mp4: koala.csv names no clip of it' },
    ])
    const pairs = []
    for await (const { pair } of workspace.pairs.dossiers()) pairs.push(pair)
    expect(pairs.length).toBeGreaterThan(0)
    for (const { facts, parameters } of pairs) {
      expect(facts).toMatchObject({ kind: 'motion_change', subject: { en: 'person' } })
      const words = Number(parameters.frames) > 0 ? 'walk to the right' : 'walk to the left'
      expect(facts).toMatchObject({ motion: { en: words } })
    }
    const { sql } = workspace.jobs
    const sources = await sql.query<{ name: string }>(
      `SELECT name FROM ${sql.schema}.sources WHERE state = 'used'`,
    )
    expect(sources).toEqual([{ name: 'xED6_jYx.mp4@2.0s' }])
    await workspace.close()
  },
)
