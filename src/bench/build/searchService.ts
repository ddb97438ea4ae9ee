import { z } from 'zod'
import { encodePicture, readPicture, resizePicture } from '../../image/index.ts'
import { patientSend } from '../../network/index.ts'
import { jsonOf, type Service, send, serverError } from '../../tools/index.ts'
import { BenchError } from '../error.ts'
import { lookOf, unlikeness } from './likeness.ts'
import type { Candidate, ReplacementSource, Wanted } from './replacements.ts'

/** A search service for public pictures. Data leaves the machine only if it is configured. */
export interface SearchConfig {
  /** Where the question is sent by POST. */
  readonly url: string
  /** The environment variable that holds the key; it is sent as `Authorization: Bearer`. */
  readonly key?: string | undefined
  /** Whether the private picture itself is sent, made small. Default: only what it looks like, and the words. */
  readonly sendPicture?: boolean | undefined
  readonly timeLimitSeconds?: number | undefined
}

export const searchSchema: z.ZodType<SearchConfig> = z.strictObject({
  url: z.url({
    protocol: /^https?$/,
    error: 'expected an address such as https://search.example.com/pictures',
  }),
  key: z.string().min(1).optional(),
  sendPicture: z.boolean().optional(),
  timeLimitSeconds: z.number().positive().max(3600).optional(),
})

const answer = z.object({
  candidates: z.array(
    z.object({
      id: z.string().min(1),
      url: z.url({ protocol: /^https?$/ }),
      licence: z.string().min(1),
      source: z.string().optional(),
    }),
  ),
})

/** Candidates that are looked at, and the longest picture that is taken. */
const most = 8
const mostBytes = 64 << 20
/** The longer side of a picture that is sent. */
const sentSide = 512

/**
 * Asks a search service: POST `{ instructions, labels, hash, colours, width, height, picture? }`, answer
 * `{ candidates: [{ id, url, licence, source? }] }`; the pictures are then fetched from their addresses, without the
 * key, and compared here. @throws BenchError `suite`, ToolError
 */
export function searchSource(config: SearchConfig, env: NodeJS.ProcessEnv): ReplacementSource {
  const secret = keyOf(config, env)
  const fetch = patientSend(env)
  const service: Service = {
    name: 'search for pictures',
    baseUrl: config.url,
    secret,
    fetch,
    ...(secret !== undefined && { headers: { authorization: `Bearer ${secret}` } }),
    redirect: 'manual',
  }
  const addresses = new Map<string, string>()
  const limited = (signal: AbortSignal): AbortSignal =>
    AbortSignal.any([signal, AbortSignal.timeout((config.timeLimitSeconds ?? 60) * 1000)])
  const bytesOf = async (name: string, signal: AbortSignal): Promise<Uint8Array> => {
    const url = addresses.get(name)
    if (url === undefined)
      throw new BenchError(
        'suite',
        `${name}: the search service did not name it in this run; run the build again`,
      )
    const plain: Service = { name: 'search for pictures', baseUrl: url, fetch }
    const reply = await send(plain, { method: 'GET', path: '', url, mostBytes, signal: limited(signal) })
    if (reply.status !== 200) throw serverError(plain, `answers ${reply.status}`)
    return reply.bytes
  }
  return {
    name: 'search',
    async find(wanted, signal) {
      const reply = await send(service, {
        method: 'POST',
        path: '',
        url: config.url,
        json: await questionOf(wanted, config.sendPicture === true),
        mostBytes: 4 << 20,
        signal: limited(signal),
      })
      if (reply.status !== 200) throw serverError(service, `answers ${reply.status}`)
      const parsed = answer.safeParse(jsonOf(service, reply))
      if (!parsed.success)
        throw new BenchError(
          'suite',
          `search for pictures: ${config.url}: expected { candidates: [{ id, url, licence }] }, got something else`,
        )
      const found: Candidate[] = []
      for (const { id, url, licence, source = url } of parsed.data.candidates.slice(0, most)) {
        const name = `search:${id}`
        addresses.set(name, url)
        // Candidates that cannot be fetched, or are not pictures, are skipped.
        const look = await bytesOf(name, signal)
          .then((bytes) => readPicture(bytes))
          .then(lookOf)
          .catch(() => undefined)
        if (look) found.push({ name, licence, unlikeness: unlikeness(wanted.look, look), source })
      }
      return found.sort((a, b) => a.unlikeness - b.unlikeness)
    },
    async read(name, signal) {
      const { width, height, data } = await readPicture(await bytesOf(name, signal))
      return { width, height, data }
    },
  }
}

function keyOf({ key }: SearchConfig, env: NodeJS.ProcessEnv): string | undefined {
  if (key === undefined) return undefined
  const value = env[key]?.trim()
  if (!value)
    throw new BenchError(
      'suite',
      `search: the environment variable ${key} is not set; set it, or leave out key`,
    )
  return value
}

async function questionOf(
  { look, picture, instructions, labels }: Wanted,
  withPicture: boolean,
): Promise<object> {
  if (!withPicture) return { instructions, labels, ...look }
  const scale = Math.min(1, sentSide / Math.max(picture.width, picture.height))
  const small = resizePicture(picture, {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
    filter: 'lanczos',
  })
  const png = await encodePicture(small, 'png')
  return { instructions, labels, ...look, picture: Buffer.from(png).toString('base64') }
}
