import { type Owner, ServiceError, type StoredPicture } from '../../service/index.ts'
import { maximumSizes } from './inputs.ts'
import type { McpParts } from './parts.ts'

/** Beginnings of picture files in base64: PNG, JPEG, WebP, GIF, TIFF, AVIF. */
const base64Starts = ['iVBORw0KGgo', '/9j/', 'UklGR', 'R0lGOD', 'SUkqA', 'TU0AK', 'AAAA']

/** Takes in a picture that an argument names: a stored one, data, an address or a path. @throws ServiceError */
export async function takePicture(
  parts: Pick<McpParts, 'pictures' | 'folders' | 'fetchPicture'>,
  owner: Owner,
  given: string,
): Promise<StoredPicture> {
  const { pictures, folders, fetchPicture } = parts
  if (/^[0-9a-f]{64}$/.test(given)) return pictures.get(owner, given)
  const data = dataOf(given)
  if (data !== undefined) return pictures.add(owner, 'picture', data)
  if (/^https?:/i.test(given)) {
    if (fetchPicture === undefined)
      throw new ServiceError(
        'input',
        'picture: this server fetches no URLs; send the picture itself as a data URI',
      )
    const { name, bytes } = await fetchPicture(given)
    return pictures.add(owner, name, bytes)
  }
  if (folders === undefined)
    throw new ServiceError(
      'input',
      "picture: expected a data URI, base64, or the id of a picture of this server; it reads no files of the client's machine",
    )
  const { name, bytes } = await folders.read(given)
  return pictures.add(owner, name, bytes)
}

/** The bytes of a data URI or of plain base64; undefined where it is neither. @throws ServiceError for a broken data URI */
function dataOf(given: string): Uint8Array | undefined {
  if (/^data:/i.test(given)) {
    const [, base64] = /^data:[\w.+/-]*(?:;[\w=-]+)*;base64,([\s\S]*)$/i.exec(given) ?? []
    if (base64 === undefined)
      throw new ServiceError('input', 'picture: expected a data URI with ;base64 and a picture')
    return decoded(base64)
  }
  if (given.length > maximumSizes.path && base64Starts.some((start) => given.startsWith(start)))
    return decoded(given)
  return undefined
}

function decoded(base64: string): Uint8Array {
  const text = base64.replaceAll(/\s+/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text))
    throw new ServiceError('input', 'picture: expected base64, got other characters')
  return Buffer.from(text, 'base64')
}
