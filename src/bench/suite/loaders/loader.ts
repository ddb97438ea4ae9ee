import { createHash } from 'node:crypto'
import type { Language, SuiteItem } from '../suite.ts'
import type { Columns } from '../tables/table.ts'
import type { SuiteEntry, SuiteFile } from '../writeSuite.ts'
import type { Row } from './row.ts'

/** A row that cannot become an item, and why: `input_images: no picture to edit`. */
export interface LeftOut {
  readonly leftOut: string
}

/** The input of a loader: files of a hub, or local files. */
export interface LoaderInput {
  /** The rows of all tables, in the order of their names; only the columns asked for. */
  rows(columns: Columns): AsyncGenerator<Row>
  /** The folder of unpacked files that are not tables; undefined if single files were given. */
  folder(): Promise<string | undefined>
}

/** How a published suite becomes one of ours. */
export interface Loader {
  /** Its name on the command line, and of its folder. */
  readonly name: string
  readonly title: string
  readonly source: string
  readonly licence: string
  /** Items and bytes, for the list. */
  readonly size: string
  /** Its kinds in the order of tables; others that are met come after them. */
  readonly kinds: readonly string[]
  /** Its repository on the hub. */
  readonly hub?: {
    readonly repo: string
    readonly revision?: string
    /** Its files; of several that hold the same, the first pattern that fits one is taken. */
    readonly files: readonly RegExp[]
  }
  /** Where to get its files if they are not on the hub. */
  readonly byHand?: string
  /** Counts of the complete suite. */
  readonly expected?: {
    readonly items: { readonly [L in Language]?: number }
    /** Items of each kind, in English. */
    readonly kinds?: Readonly<Record<string, number>>
  }
  entries(input: LoaderInput): AsyncIterable<SuiteEntry | LeftOut>
}

/** Endings of pictures by their first bytes. */
const formats: readonly (readonly [ending: string, at: number, sign: string])[] = [
  ['png', 0, '\x89PNG'],
  ['jpg', 0, '\xff\xd8\xff'],
  ['webp', 8, 'WEBP'],
  ['avif', 4, 'ftypavif'],
  ['heic', 4, 'ftyphei'],
  ['gif', 0, 'GIF8'],
  ['tif', 0, 'II*\0'],
  ['tif', 0, 'MM\0*'],
]

/** A picture under the name of its content, so that one that many items share is written once; undefined for no picture. */
function pictureFile(bytes: Uint8Array | undefined): SuiteFile | undefined {
  if (!bytes) return undefined
  const found = formats.find(
    ([, at, sign]) => Buffer.from(bytes.subarray(at, at + sign.length)).toString('latin1') === sign,
  )
  if (!found) return undefined
  const name = createHash('sha256').update(bytes).digest('hex').slice(0, 32)
  return { path: `pictures/${name}.${found[0]}`, content: bytes }
}

/** What an item is made of, before its pictures have names. */
export interface ItemParts extends Omit<SuiteItem, 'picture' | 'more' | 'target' | 'mask' | 'captions'> {
  readonly picture: Uint8Array | undefined
  readonly more?: readonly (Uint8Array | undefined)[]
  readonly target?: Uint8Array | undefined
  readonly mask?: Uint8Array | undefined
  readonly captions?: { readonly source?: string | undefined; readonly target?: string | undefined }
}

/** An entry of a suite. A missing or broken picture shows in the message that the item then gets. */
export function entryOf(where: string, parts: ItemParts): SuiteEntry {
  const { picture, more = [], target, mask, captions, ...item } = parts
  const source = pictureFile(picture)
  const further = more.map(pictureFile)
  const [wanted, region] = [pictureFile(target), pictureFile(mask)]
  const words = {
    ...(captions?.source && { source: captions.source }),
    ...(captions?.target && { target: captions.target }),
  }
  return {
    where,
    item: {
      ...item,
      picture: source?.path ?? (picture ? 'the given file, which is not a picture' : 'the source picture'),
      ...(further.length > 0 && { more: further.map((file) => file?.path ?? 'a further picture') }),
      ...(wanted && { target: wanted.path }),
      ...(region && { mask: region.path }),
      ...(Object.keys(words).length > 0 && { captions: words }),
    },
    files: [source, ...further, wanted, region].filter((file) => file !== undefined),
  }
}

/** Gives names that suites take, each once: signs that they do not take become `-`, a name met again gets a number. */
export class KeyMaker {
  readonly #met = new Map<string, number>()

  key(...parts: readonly (string | number)[]): string {
    const name =
      parts
        .join('-')
        .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[.-]+/, '')
        .slice(0, 180) || 'item'
    const count = (this.#met.get(name) ?? 0) + 1
    this.#met.set(name, count)
    return count === 1 ? name : `${name}-${count}`
  }
}
