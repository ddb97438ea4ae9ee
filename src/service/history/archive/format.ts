import { z } from 'zod'
import { planSchema, type RecordedOptions } from '../../../edit/index.ts'
import type { Edit, EditTask, StoredPicture } from '../../edits.ts'
import { acceptsOption } from '../options.ts'

/** The format name in `session.json`. */
export const archiveFormat = 'pentimento session'
/** Raised when a file of the newer version cannot be read by an older Pentimento. */
export const archiveVersion = 1
/** The name of the tree in the ZIP file; pictures are in `pictures/`. */
export const treeName = 'session.json'

/** A picture of an archive, and where in it its file is. */
export interface ArchivedPicture extends StoredPicture {
  readonly file: string
}

/** An edit that has ended, without the server's own data. */
export type ArchivedEdit = Omit<Edit, 'id' | 'position' | 'progress' | 'preview' | 'result'> & {
  readonly result?: string | undefined
}

/** A node; its index in the list identifies it for its children. */
export interface ArchivedNode {
  readonly parent: number | null
  readonly name?: string | undefined
  readonly picture?: string | undefined
  readonly edit?: ArchivedEdit | undefined
  readonly createdAt: string
}

/** `session.json`. */
export interface Archive {
  readonly format: typeof archiveFormat
  readonly version: typeof archiveVersion
  readonly name: string
  readonly createdAt: string
  readonly pictures: readonly ArchivedPicture[]
  readonly nodes: readonly ArchivedNode[]
}

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const time = z.iso.datetime({ precision: 3 })
const name = z
  .string()
  .min(1)
  .max(400)
  .refine((text) => !/[\p{Cc}\p{Surrogate}]/u.test(text), 'expected letters alone')

const box = z.strictObject({
  x: z.int().min(0),
  y: z.int().min(0),
  width: z.int().min(1),
  height: z.int().min(1),
})

const options: z.ZodType<RecordedOptions> = z
  .record(z.string(), z.unknown())
  .refine(
    (given) => Object.entries(given).every(([option, value]) => acceptsOption(option, value)),
    'expected options of an edit, within their ranges',
  )

const task: z.ZodType<EditTask> = z.strictObject({
  model: z.string().min(1).max(200),
  instruction: z.string().max(32_000),
  picture: hash,
  others: z.array(hash).max(15).optional(),
  mask: hash.optional(),
  box: box.optional(),
  options: options.optional(),
  init: z.strictObject({ picture: hash, strength: z.number().min(0).max(1) }).optional(),
  plan: planSchema.optional(),
  loras: z
    .array(z.strictObject({ name: z.string().min(1).max(200), strength: z.number().min(-10).max(10) }))
    .max(8)
    .optional(),
  output: z
    .strictObject({
      format: z.enum(['png', 'jpeg', 'webp']).optional(),
      quality: z.int().min(1).max(100).optional(),
      recipe: z.boolean().optional(),
    })
    .optional(),
  previews: z.int().min(0).max(1000).optional(),
})

const lines = z.array(z.string().max(10_000)).max(1000)

const edit: z.ZodType<ArchivedEdit> = z.strictObject({
  task,
  state: z.enum(['done', 'failed', 'cancelled']),
  result: hash.optional(),
  changeMap: hash.optional(),
  plan: planSchema.optional(),
  did: lines.optional(),
  usage: z
    .object({
      model: z.string().exactOptional(),
      requestId: z.string().exactOptional(),
      inputTokens: z.number().exactOptional(),
      outputTokens: z.number().exactOptional(),
      images: z.number().exactOptional(),
      size: z.object({ width: z.int(), height: z.int() }).exactOptional(),
      cost: z.number().exactOptional(),
    })
    .optional(),
  notes: lines.optional(),
  error: z.strictObject({ code: z.string().max(100), message: z.string().max(10_000) }).optional(),
  createdAt: time,
  startedAt: time.optional(),
  endedAt: time.optional(),
})

const picture = z.strictObject({
  id: hash,
  // One folder deep, and nothing that a file system could interpret as a path out of it.
  file: z.string().regex(/^pictures\/[\p{L}\p{N}_-][\p{L}\p{N} ._-]{0,120}$/u),
  name,
  type: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif', 'image/tiff']),
  width: z.int().min(1),
  height: z.int().min(1),
  bytes: z.int().min(1),
})

/** The schema of `session.json`. */
export const archiveSchema: z.ZodType<Archive> = z.strictObject({
  format: z.literal(archiveFormat),
  version: z.literal(archiveVersion),
  name: name.max(200),
  createdAt: time,
  pictures: z.array(picture).max(50_000),
  nodes: z
    .array(
      z.strictObject({
        parent: z.int().min(0).nullable(),
        name: name.max(200).optional(),
        picture: hash.optional(),
        edit: edit.optional(),
        createdAt: time,
      }),
    )
    .max(10_000),
})
