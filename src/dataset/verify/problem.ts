import { createHash } from 'node:crypto'
import { ImageError, readPicture } from '../../image/index.ts'
import { kinds } from '../taxonomy.ts'

/** A problem that verification found. */
export interface Problem {
  /** The file, and the triplet in it. */
  readonly where: string
  /** In one line. */
  readonly what: string
}

/** A triplet as it was read back from an export. */
export interface FoundTriplet {
  readonly where: string
  readonly key: string
  readonly kind: string
  readonly split: string
  /** Whether the selection kept it: what it did not may have no words. Default: it did. */
  readonly kept?: boolean
  readonly instructions: readonly { readonly en: string; readonly cn: string }[]
  readonly source: Uint8Array
  readonly target: Uint8Array
  readonly mask?: Uint8Array
  readonly width: number
  readonly height: number
  readonly sha256: { readonly source: string; readonly target: string; readonly mask?: string }
  /** Ids of the source and of the donors. */
  readonly origins: readonly string[]
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The problems of one triplet. */
export async function tripletProblems(triplet: FoundTriplet): Promise<readonly Problem[]> {
  const { where, key, kind, instructions } = triplet
  const problems: Problem[] = []
  const say = (what: string): void => void problems.push({ where, what })
  if (!/^[0-9a-f]{64}$/.test(key)) say(`key: expected 64 hexadecimal digits, got '${key}'`)
  if (!(kinds as readonly string[]).includes(kind)) say(`kind: '${kind}' is not in the taxonomy`)
  if (instructions.length === 0 && triplet.kept !== false) say('instruction: missing')
  for (const { en, cn } of triplet.kept === false ? [] : instructions) {
    if (en.trim() === '' || cn.trim() === '') say('instruction: empty')
    else if (!isChinese(cn)) say(`instruction_cn: expected Chinese, got '${cn.slice(0, 60)}'`)
    else if (isMostlyChinese(en)) say(`instruction_en: expected English, got '${en.slice(0, 60)}'`)
  }
  for (const side of ['source', 'target'] as const) {
    if (sha256Of(triplet[side]) !== triplet.sha256[side])
      say(`${side}: is not the picture that was made (its SHA-256 differs)`)
    const size = await sizeOf(triplet[side])
    if (typeof size === 'string') say(`${side}: ${size}`)
    else if (size.width !== triplet.width || size.height !== triplet.height)
      say(`${side}: expected ${triplet.width}×${triplet.height}, got ${size.width}×${size.height}`)
  }
  if (triplet.sha256.source === triplet.sha256.target) say('target: is the source')
  const { mask, sha256 } = triplet
  if (sha256.mask !== undefined && (mask === undefined || sha256Of(mask) !== sha256.mask))
    say(`mask: ${mask === undefined ? 'is missing' : 'is not the mask that was made (its SHA-256 differs)'}`)
  else if (mask !== undefined) {
    const size = await sizeOf(mask)
    if (typeof size === 'string') say(`mask: ${size}`)
  }
  return problems
}

const chinese = /\p{Script=Han}/gu
const isChinese = (text: string): boolean => text.search(/\p{Script=Han}/u) >= 0

/** Quoted words may be Chinese in English, too. */
const isMostlyChinese = (text: string): boolean =>
  (text.replaceAll(/["'“”‘’「」][^"'“”‘’「」]*["'“”‘’「」]/gu, '').match(chinese)?.length ?? 0) >
  text.length / 2

async function sizeOf(bytes: Uint8Array): Promise<{ width: number; height: number } | string> {
  try {
    return await readPicture(bytes)
  } catch (error) {
    if (error instanceof ImageError) return error.message
    throw error
  }
}
