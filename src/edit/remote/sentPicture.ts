import { encodePicture, type Picture } from '../../image/index.ts'

/** A picture as it goes into JSON. */
export interface SentPicture {
  readonly mime: 'image/png' | 'image/jpeg'
  readonly base64: string
}

/** A picture as PNG, or, where that is longer than a service takes, as JPEG, which loses little. */
export async function sentPicture(picture: Picture, mostBytes: number): Promise<SentPicture> {
  const png = await encodePicture(picture, 'png')
  if (png.length <= mostBytes) return { mime: 'image/png', base64: Buffer.from(png).toString('base64') }
  const jpeg = await encodePicture(picture, 'jpeg', { quality: 95 })
  return { mime: 'image/jpeg', base64: Buffer.from(jpeg).toString('base64') }
}

/** As a `data:` URL. */
export const dataUrl = ({ mime, base64 }: SentPicture): string => `data:${mime};base64,${base64}`
