import { encodePicture, type Picture } from 'pentimento/image'
import type { GivenAnswer, Handler, SeenRequest } from '../remoteServer.ts'

/** How a service answers an edit: with this picture file, or with anything. */
export type Turn = { readonly file: Uint8Array } | GivenAnswer

/** Who may ask a service, and for what. */
export interface Manners {
  readonly key: string
  readonly models: readonly string[]
}

/** The key of every test. */
export const testKey = 'sk-Secret0123456789'

/** What a service does with the JSON of a request. */
export type Service = (request: SeenRequest, json: unknown) => GivenAnswer | Promise<GivenAnswer>

/** A service as a handler of a loopback server. */
export function handlerOf(service: Service): Handler {
  return (request) => {
    const isJson = request.headers['content-type']?.startsWith('application/json')
    return service(request, isJson ? JSON.parse(Buffer.from(request.body).toString()) : undefined)
  }
}

/** The JSON of a request. */
export function jsonOf({ body }: SeenRequest): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(body).toString()) as Readonly<Record<string, unknown>>
}

/** Whether a turn is a picture file. */
export function isFile(turn: Turn): turn is { readonly file: Uint8Array } {
  return typeof turn === 'object' && 'file' in turn
}

export const base64Of = (file: Uint8Array): string => Buffer.from(file).toString('base64')

/** The file of base64, or of a data URL. */
export const fileOf = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replace(/^data:[^,]*,/, ''), 'base64'))

/** A small picture whose pixels differ, as a PNG file. */
export function pngFile(width = 64, height = 48): Promise<Uint8Array> {
  return encodePicture(smallPicture(width, height), 'png')
}

export function smallPicture(width = 40, height = 30): Picture {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 7 + 41) % 256)
  return { width, height, data }
}

/** Whether a text is the base64 of a PNG, JPEG or WebP file, without a `data:` prefix. */
export function isPictureBase64(value: unknown): value is string {
  return typeof value === 'string' && /^(iVBORw0KGgo|\/9j\/|UklGR)[A-Za-z0-9+/]+={0,2}$/.test(value)
}

/** Whether a text is a data URL of a picture. */
export function isPictureUrl(value: unknown): value is string {
  const [, base64] = /^data:image\/(?:png|jpeg|webp);base64,(.+)$/.exec(String(value)) ?? []
  return isPictureBase64(base64)
}

/** The name of the first field that is not one of the API's. */
export function unknownField(value: object, known: readonly string[]): string | undefined {
  return Object.keys(value).find((name) => !known.includes(name))
}
