import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type ModelEditor, openModelEditor } from 'pentimento/edit'
import { type Picture, pictureHash } from 'pentimento/image'
import { disableTelemetry, memory } from 'pentimento/onnx'
import { type Figures, type Perf, round3 } from './measure.ts'

/** What must not grow: after the first ten of something, and at its end. */
interface Held {
  readonly residentMiB: number
  readonly files: number
  readonly sessions: number
}

const sizes = [
  [192, 128],
  [128, 192],
  [160, 160],
  [224, 112],
  [112, 224],
  [256, 96],
  [96, 256],
  [144, 176],
  [200, 152],
  [240, 240],
] as const

/** How often the memory is looked at for the first time: once every size has been edited. */
const first = sizes.length

/**
 * Edits of changing sizes on one editor, opens and closes, and callers at once, on the embedded model. Prints what is held
 * after the first ten and at the end, and their ratio: memory, open files and sessions of ONNX Runtime must not grow.
 */
export async function soak(perf: Perf): Promise<Figures> {
  const [edits, opens, callers] = [
    countOf(perf, 'edits', 200),
    countOf(perf, 'opens', 50),
    countOf(perf, 'callers', 20),
  ]
  const sessions = await countSessions()
  const open = (): Promise<ModelEditor> => openModelEditor('nano', { provider: 'cpu', memory: 4e9 })
  const figures: Record<string, number> = {}
  const report = (name: string, count: number, before: Held, after: Held): void => {
    const ratio = after.residentMiB / before.residentMiB
    perf.line(
      `${count} ${name}: ${before.residentMiB} MiB resident after the first ${first}, ${after.residentMiB} at the end (${ratio.toFixed(3)}x); ` +
        `open files ${before.files} and ${after.files}, sessions ${before.sessions} and ${after.sessions}`,
    )
    figures[`${name}_count`] = count
    figures[`${name}_residentRatio`] = round3(ratio)
    for (const [key, value] of Object.entries(before)) figures[`${name}_first_${key}`] = value
    for (const [key, value] of Object.entries(after)) figures[`${name}_last_${key}`] = value
  }

  /** Does something many times. @returns what is held after the first ten, and at the end */
  const repeated = async (count: number, run: (i: number) => Promise<unknown>): Promise<[Held, Held]> => {
    let before: Held | undefined
    for (let i = 0; i < count; i++) {
      await run(i)
      if (i + 1 === Math.min(first, count)) before = held(sessions.alive)
    }
    return [before!, held(sessions.alive)]
  }

  const editor = await open()
  report('edits', edits, ...(await repeated(edits, (i) => edit(editor, i))))

  // Callers at once get what they get one after another, in rounds of as many.
  const apart: string[] = []
  for (let i = 0; i < callers; i++) apart.push(pictureHash(await edit(editor, i)))
  const before = held(sessions.alive)
  let different = 0
  for (let round = 0; round < 3; round++) {
    const together = await Promise.all(apart.map((_, i) => edit(editor, i)))
    different += together.filter((picture, i) => pictureHash(picture) !== apart[i]).length
  }
  report('callers', callers, before, held(sessions.alive))
  perf.line(`${different} of ${3 * callers} edits of callers at once differ from the same edits alone`)
  figures.callers_different = different
  await editor.close()

  const opened = async (i: number): Promise<void> => {
    const each = await open()
    await edit(each, i)
    await each.close()
  }
  report('opens', opens, ...(await repeated(opens, opened)))
  perf.line(`${sessions.alive} sessions left after the last close, of ${sessions.made} that were loaded`)
  return { ...figures, sessionsLeft: sessions.alive, sessionsLoaded: sessions.made }
}

function countOf({ flags }: Perf, name: string, usual: number): number {
  const count = Number(flags[name] ?? usual)
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`soak: expected a whole number above 0 for --${name}, got ${flags[name]}`)
  return count
}

const instructions = ['make it black and white', 'make it sepia', 'make it darker'] as const

function edit(editor: ModelEditor, i: number): Promise<Picture> {
  const [width, height] = sizes[i % sizes.length]!
  const instruction = instructions[i % instructions.length]!
  return editor.edit(picture(width, height, i), instruction, {
    size: Math.round(Math.sqrt(width * height)),
    seed: i,
  })
}

function picture(width: number, height: number, seed: number): Picture {
  const data = Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => 127 + 100 * Math.sin(i / 97 + seed) * Math.cos(i / 3001),
  )
  return { width, height, data }
}

/** Counts the sessions of ONNX Runtime that are there, by its own functions. */
async function countSessions(): Promise<{ readonly alive: number; readonly made: number }> {
  disableTelemetry()
  const { InferenceSession } = await import('onnxruntime-node')
  const count = { alive: 0, made: 0 }
  const ort = InferenceSession as unknown as {
    create(...args: unknown[]): Promise<{ release(): Promise<void> }>
  }
  const create = ort.create.bind(InferenceSession)
  ort.create = async (...args) => {
    const session = await create(...args)
    count.alive++
    count.made++
    const release = session.release.bind(session)
    Object.assign(session, {
      release: () => {
        count.alive--
        return release()
      },
    })
    return session
  }
  return count
}

/** What the process holds, once garbage is collected. */
function held(sessions: number): Held {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return {
    residentMiB: Math.round(memory().resident / 2 ** 20),
    files: openFiles(),
    sessions,
  }
}

/** Linux alone tells it; elsewhere 0. */
function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}
