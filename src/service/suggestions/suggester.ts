import { setTimeout as sleep } from 'node:timers/promises'
import { surveyPicture } from '../../edit/index.ts'
import { readPicture } from '../../image/index.ts'
import { openToolbox, type Toolbox, toolsFolder } from '../../tools/index.ts'
import type { Owner } from '../edits.ts'
import type { Pictures } from '../pictures.ts'
import { type Sight, type Suggestion, suggest } from './suggestions.ts'

/** Suggests instructions for pictures. */
export interface Suggester {
  /**
   * Instructions that suit a picture. Pictures are analysed one at a time; requests that nobody waits for any more are
   * skipped.
   * @throws ServiceError `missing`
   */
  suggest(owner: Owner, picture: string, signal?: AbortSignal): Promise<readonly Suggestion[]>
  /** Ends the detector's process. */
  close(): Promise<void>
}

const [side, mostKept, idleSeconds, leastScore] = [768, 500, 60, 0.5]
/** Maximum wait for the detector: general suggestions must arrive in time. */
const patienceSeconds = 4
/** Parts of a scene that suggestions refer to. */
const parts = ['sky'] as const

/** A suggester; the detector starts with the first picture, if its pack is installed, and ends when idle. */
export function openSuggester(pictures: Pictures, env: NodeJS.ProcessEnv = process.env): Suggester {
  const seen = new Map<string, Sight>()
  let tools: Promise<Toolbox> | undefined
  let idle: ReturnType<typeof setTimeout> | undefined
  let last: Promise<unknown> = Promise.resolve()
  const end = async (): Promise<void> => {
    clearTimeout(idle)
    const open = tools
    tools = undefined
    await (await open)?.close()
  }
  const look = async (bytes: Uint8Array, signal?: AbortSignal): ReturnType<typeof sightOf> => {
    await last.catch(() => undefined)
    signal?.throwIfAborted()
    clearTimeout(idle)
    tools ??= openToolbox({ folder: toolsFolder(env), only: ['detector'] })
    try {
      return await sightOf(bytes, await tools)
    } finally {
      idle = setTimeout(() => void end(), 1000 * idleSeconds).unref()
    }
  }
  return {
    async suggest(owner, picture, signal) {
      const bytes = await pictures.thumbnail(owner, picture, side)
      const known = seen.get(picture)
      if (known) return suggest(known)
      const looking = look(bytes, signal)
      last = looking
      const { isWhole, ...sight } = await looking
      if (isWhole) seen.set(picture, sight)
      const [oldest] = seen.keys()
      if (seen.size > mostKept && oldest !== undefined) seen.delete(oldest)
      return suggest(sight)
    },
    close: end,
  }
}

/** Parts by colour and place; objects by the detector, if it is installed, finds any and is fast enough. */
async function sightOf(bytes: Uint8Array, tools: Toolbox): Promise<Sight & { readonly isWhole: boolean }> {
  const survey = surveyPicture(await readPicture(bytes), tools)
  const there = parts.filter((kind) => (survey.part(kind)?.score ?? 0) >= leastScore)
  if (!tools.has('detector')) return { parts: there, things: [], isWhole: true }
  const looked = survey.things().catch(() => [])
  const seen = await Promise.race([looked, sleep(1000 * patienceSeconds, undefined, { ref: false })])
  if (!seen) return { parts: there, things: [], isWhole: false }
  const found = seen.filter(({ score }) => score >= leastScore).toSorted((a, b) => b.score - a.score)
  const counts = new Map<string, number>()
  for (const { label } of found) counts.set(label, (counts.get(label) ?? 0) + 1)
  const named = [...counts.keys()].filter((label) => counts.get(label) === 1 || label === 'person')
  return { parts: there, things: named, isWhole: true }
}
