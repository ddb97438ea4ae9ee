import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Edit, Owner } from '../../../service/index.ts'
import { ApiError, type ApiErrorBody, apiErrorOf, bodyOf } from '../apiError.ts'
import { type FinishedImage, factsOf, finishImage, finishPreview, usageOf } from '../images/finish.ts'
import { type ImageEditPlan, planImageEdit } from '../images/plan.ts'
import { readImageEdit } from '../images/read.ts'
import { mostBytes } from '../limits.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { recentModels } from '../recentModels.ts'
import { failures } from '../schemas/errors.ts'
import {
  type ImagesAnswer,
  imageEditForm,
  imageEditJson,
  imageEvents,
  imagesAnswer,
} from '../schemas/imageEdits.ts'

const tags = ['Images']
const linkSeconds = 3600

const edit = createRoute({
  method: 'post',
  path: '/v1/images/edits',
  tags,
  summary: "Edit pictures by instruction, in OpenAI's format",
  description:
    'Answers when the edit is done; with `stream`, partial images are sent before. An unsupported field is refused. A client that disconnects cancels its edits.',
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': { schema: imageEditForm },
        'application/json': { schema: imageEditJson },
      },
    },
  },
  responses: {
    200: {
      description: 'The results',
      content: { 'application/json': { schema: imagesAnswer }, 'text/event-stream': { schema: imageEvents } },
    },
    ...failures,
  },
})

const result = createRoute({
  method: 'get',
  path: '/files/{token}',
  tags,
  security: [],
  summary: 'A result of `response_format: url`, for an hour and without a key',
  request: { params: z.object({ token: z.string().max(500) }) },
  responses: {
    200: {
      description: 'The file',
      content: { 'image/*': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...failures,
  },
})

const now = (): number => Math.floor(Date.now() / 1000)
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

function build(parts: AppParts): OpenAPIHono<Env> {
  const { pictures, limits, fileLinks, log } = parts
  const models = recentModels(parts.models)
  const app = newRouter()
  app.use('/v1/images/edits', mostBytes(limits.bodyBytes))
  // Its fields are checked by the handler, in both forms alike.
  app.openAPIRegistry.registerPath(edit)
  app.post('/v1/images/edits', async (c) => {
    const owner = c.get('owner')
    const given = await readImageEdit(c, owner, parts)
    const plan = await planImageEdit(given, owner, parts, models)
    const run = await ImageRun.start(plan, owner, c, parts)
    const { user } = given.fields
    if (user) log(`${c.get('requestId')} edits ${run.ids.join(' ')} for user ${JSON.stringify(user)}`)
    return plan.isStream ? run.stream(c) : c.json(await run.answer(originOf(c, parts.isSecure)), 200)
  })
  app.openapi(result, async (c) => {
    const found = fileLinks.find(c.req.valid('param').token, now())
    if (!found) throw new ApiError(404, 'missing', 'this link has expired')
    const { type } = await pictures.get(found.owner, found.id)
    const bytes = new Uint8Array(await pictures.read(found.owner, found.id))
    return c.body(bytes, 200, { 'content-type': type, 'cache-control': 'private, max-age=3600' })
  })
  return app
}

const originOf = (c: Context, isSecure: boolean): string =>
  `${isSecure ? 'https' : 'http'}://${c.req.header('host')}`

/** The edits of a request, which end with it: when its client goes away they are cancelled. */
class ImageRun {
  readonly #plan: ImageEditPlan
  readonly #owner: Owner
  readonly #parts: AppParts
  readonly #gone = new AbortController()
  readonly #edits: Map<string, Edit>

  private constructor(plan: ImageEditPlan, owner: Owner, edits: readonly Edit[], parts: AppParts) {
    this.#plan = plan
    this.#owner = owner
    this.#parts = parts
    this.#edits = new Map(edits.map((edit) => [edit.id, edit]))
  }

  static async start(plan: ImageEditPlan, owner: Owner, c: Context, parts: AppParts): Promise<ImageRun> {
    const run = new ImageRun(plan, owner, await parts.edits.submit(owner, plan.tasks), parts)
    const { signal } = c.req.raw
    if (signal.aborted) run.#gone.abort()
    else signal.addEventListener('abort', () => run.#gone.abort(), { once: true })
    return run
  }

  get ids(): readonly string[] {
    return [...this.#edits.keys()]
  }

  async answer(origin: string): Promise<ImagesAnswer> {
    for await (const _ of this.#changes());
    const finished: FinishedImage[] = []
    for (const edit of this.#edits.values()) finished.push(await this.#finish(edit))
    const data = await Promise.all(
      finished.map(async (image) =>
        this.#plan.isUrl
          ? { url: `${origin}/files/${await this.#link(image)}` }
          : { b64_json: base64(image.bytes) },
      ),
    )
    return { created: now(), data, ...finished[0]!.facts, usage: usageOf([...this.#edits.values()]) }
  }

  stream(c: Context): Response {
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, async (stream) => {
      stream.onAbort(() => this.#gone.abort())
      const send = (data: { readonly type: string }) =>
        stream.writeSSE({ event: data.type, data: JSON.stringify(data) })
      // What waits for minutes is held for dead by proxies.
      const quiet = setInterval(() => void stream.write(': \n\n').catch(() => this.#gone.abort()), 15_000)
      try {
        await stream.write(': \n\n')
        for await (const event of this.#events()) await send(event)
      } catch (error) {
        if (this.#gone.signal.aborted) return
        const found = apiErrorOf(error)
        if (found.status >= 500)
          this.#parts.log(`edits ${this.ids.join(' ')}: ${found.message} ${String(found.cause)}`)
        await stream.writeSSE({ event: 'error', data: JSON.stringify(bodyOf(found) satisfies ApiErrorBody) })
      } finally {
        clearInterval(quiet)
      }
    })
  }

  async *#events(): AsyncGenerator<{ readonly type: string; readonly [key: string]: unknown }> {
    const { output, partialImages } = this.#plan
    const seen = new Set<string>()
    for await (const { state, preview } of this.#changes()) {
      if (state !== 'active' || preview === undefined || seen.has(preview) || seen.size >= partialImages)
        continue
      seen.add(preview)
      // It is gone where the next one came in the meantime.
      const bytes = await this.#parts.pictures.read(this.#owner, preview).catch(() => undefined)
      if (bytes === undefined) continue
      yield {
        type: 'image_edit.partial_image',
        partial_image_index: seen.size - 1,
        b64_json: base64(await finishPreview(bytes, output)),
        created_at: now(),
        ...factsOf(output, 'opaque'),
      }
    }
    const [edit] = this.#edits.values()
    const { bytes, facts } = await this.#finish(edit!)
    yield {
      type: 'image_edit.completed',
      b64_json: base64(bytes),
      created_at: now(),
      ...facts,
      usage: usageOf([edit!]),
    }
  }

  /** The edits' changes, until all have ended. @throws ApiError when the server stops; the edits are cancelled then too */
  async *#changes(): AsyncGenerator<Edit> {
    const signal = AbortSignal.any([this.#gone.signal, this.#parts.stopping])
    try {
      for await (const edit of this.#parts.edits.watch(this.#owner, this.ids, signal)) {
        this.#edits.set(edit.id, edit)
        yield edit
      }
      if (signal.aborted)
        throw new ApiError(503, 'stopping', 'the server is stopping; send the request again', {
          retryAfterSeconds: 5,
        })
    } finally {
      await this.#cancelRest()
    }
  }

  async #cancelRest(): Promise<void> {
    for (const { id, state } of this.#edits.values())
      if (state === 'waiting' || state === 'active')
        await this.#parts.edits
          .cancel(this.#owner, id)
          .catch((error: unknown) => this.#parts.log(`edit ${id}: not cancelled: ${String(error)}`))
  }

  #finish(edit: Edit): Promise<FinishedImage> {
    return finishImage(edit, this.#plan, this.#owner, this.#parts.pictures)
  }

  async #link({ id, bytes }: FinishedImage): Promise<string> {
    const { fileLinks, pictures } = this.#parts
    const name = `edited.${this.#plan.output.format}`
    const stored = id ?? (await pictures.add(this.#owner, name, bytes)).id
    return fileLinks.tokenOf({ owner: this.#owner, id: stored }, now() + linkSeconds)
  }
}

export const imagesRouter: Router = {
  tag: 'Images',
  about: 'Editing with unmodified OpenAI clients: an edit is one request.',
  build,
}
