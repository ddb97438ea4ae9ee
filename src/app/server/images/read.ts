import type { Context } from 'hono'
import type { Owner } from '../../../service/index.ts'
import { ApiError } from '../apiError.ts'
import type { AppParts } from '../parts.ts'
import {
  type ImageEditFields,
  type ImageReference,
  imageEditFields,
  jsonImages,
} from '../schemas/imageEdits.ts'

/** A picture that came with a request. */
export interface GivenPicture {
  /** The field that it came in, for messages. */
  readonly param: string
  readonly name: string
  readonly bytes: Uint8Array
}

/** A request to edit, as it came: its fields checked, its pictures as files. */
export interface GivenEdit {
  readonly fields: ImageEditFields
  readonly pictures: readonly GivenPicture[]
  readonly mask: GivenPicture | undefined
}

type Reading = Pick<AppParts, 'pictures' | 'limits' | 'fetchPicture'>

const mostPictures = 16

/** Reads a form or JSON. @throws ApiError, ZodError */
export async function readImageEdit(c: Context, owner: Owner, parts: Reading): Promise<GivenEdit> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type === 'multipart/form-data') return readForm(await formOf(c), parts)
  if (type === 'application/json') return readJson(await c.req.json(), owner, parts)
  throw new ApiError(
    415,
    'unsupported_media_type',
    `content-type: expected multipart/form-data or application/json, got ${type ?? 'none'}`,
  )
}

async function formOf(c: Context): Promise<FormData> {
  try {
    return await c.req.formData()
  } catch (error) {
    if (error instanceof ApiError || (error instanceof Error && 'getResponse' in error)) throw error
    throw new ApiError(
      400,
      'invalid_multipart',
      'body: not a valid form of its content-type; send it again',
      {
        cause: error,
      },
    )
  }
}

const numbers = new Set(['n', 'output_compression', 'partial_images', 'steps', 'guidance'])

async function readForm(form: FormData, { limits }: Reading): Promise<GivenEdit> {
  const fields: Record<string, unknown> = {}
  const pictures: GivenPicture[] = []
  let mask: GivenPicture | undefined
  for (const [key, value] of form) {
    const name = key.replace(/\[\d*\]$/, '')
    if (name === 'image' || name === 'mask') {
      if (typeof value === 'string')
        throw new ApiError(
          400,
          'invalid_type',
          `${name}: expected a file, got a text; send it with a filename`,
          {
            param: name,
          },
        )
      const given = await pictureOf(name, value, limits.pictureBytes)
      if (name === 'image') pictures.push(given)
      else if (mask) throw twice(name)
      else mask = given
    } else if (typeof value !== 'string')
      throw new ApiError(400, 'invalid_type', `${name}: expected a text, got a file`, { param: name })
    else if (name === 'lora') fields.lora = [...((fields.lora as string[] | undefined) ?? []), value]
    else if (key in fields) throw twice(key)
    else fields[key] = fieldOf(key, value)
  }
  return whole(imageEditFields.parse(fields), pictures, mask)
}

const twice = (param: string): ApiError =>
  new ApiError(400, 'invalid_value', `${param}: expected once, got twice`, { param })

/** Forms have texts alone. */
function fieldOf(name: string, text: string): unknown {
  if (numbers.has(name)) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (name === 'stream') return text === 'true' ? true : text === 'false' ? false : text
  return text
}

async function pictureOf(param: string, file: File, most: number): Promise<GivenPicture> {
  if (file.size > most)
    throw new ApiError(413, 'body_too_large', `${param}: ${file.size} bytes, expected at most ${most}`, {
      param,
    })
  return { param, name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }
}

async function readJson(body: unknown, owner: Owner, parts: Reading): Promise<GivenEdit> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ApiError(400, 'invalid_type', 'body: expected an object of JSON')
  const { image: _image, images: _images, mask: _mask, ...rest } = body as Record<string, unknown>
  const fields = imageEditFields.parse(rest)
  const { image, images, mask } = jsonImages.parse(body)
  if (image && images)
    throw new ApiError(400, 'invalid_value', 'images: expected image or images, got both', {
      param: 'images',
    })
  const given = images ?? (image ? (Array.isArray(image) ? image : [image]) : [])
  const read = (reference: ImageReference, param: string) => referenced(reference, param, owner, parts)
  const pictures: GivenPicture[] = []
  for (const each of given as readonly ImageReference[])
    pictures.push(await read(each, images ? 'images' : 'image'))
  return whole(fields, pictures, mask ? await read(mask, 'mask') : undefined)
}

function whole(fields: ImageEditFields, pictures: readonly GivenPicture[], mask?: GivenPicture): GivenEdit {
  if (pictures.length === 0)
    throw new ApiError(400, 'missing_required_parameter', 'image: expected a picture to edit, got none', {
      param: 'image',
    })
  if (pictures.length > mostPictures)
    throw new ApiError(
      400,
      'invalid_value',
      `image: expected at most ${mostPictures} pictures, got ${pictures.length}`,
      { param: 'image' },
    )
  return { fields, pictures, mask }
}

async function referenced(
  reference: ImageReference,
  param: string,
  owner: Owner,
  { pictures, limits, fetchPicture }: Reading,
): Promise<GivenPicture> {
  if (typeof reference !== 'string' && 'file_id' in reference) {
    const id = reference.file_id
    if (!/^[0-9a-f]{64}$/.test(id))
      throw new ApiError(
        404,
        'missing',
        `${param}: no picture with this id; upload it with POST /v1/pictures`,
        {
          param,
        },
      )
    const { name } = await pictures.get(owner, id)
    return { param, name, bytes: await pictures.read(owner, id) }
  }
  const url = typeof reference === 'string' ? reference : reference.image_url
  const [, data] = /^data:[^,;]*;base64,(.*)$/s.exec(url) ?? []
  if (data !== undefined) {
    if (!/^[A-Za-z0-9+/_-]*={0,2}\s*$/.test(data))
      throw new ApiError(400, 'invalid_value', `${param}: a data URI whose base64 is damaged`, { param })
    const bytes = new Uint8Array(Buffer.from(data, 'base64'))
    return pictureOf(param, new File([bytes], 'picture'), limits.pictureBytes)
  }
  if (/^https?:/i.test(url)) {
    if (fetchPicture) return { param, ...(await fetchPicture(url)) }
    throw new ApiError(
      400,
      'unsupported_value',
      `${param}: this server fetches no URLs; send the file itself, or a data URI`,
      { param },
    )
  }
  throw new ApiError(
    400,
    'invalid_value',
    `${param}: expected a data URI with base64, got '${url.slice(0, 40)}'`,
    {
      param,
    },
  )
}
