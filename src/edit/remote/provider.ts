import type { Mask, Picture } from '../../image/index.ts'
import type { EditUsage } from '../progress.ts'
import type { ConfigOf, EditorType, SizePolicy } from './configuration.ts'

/** Options of an edit that an API may have, beside those that every remote editor takes. */
export type RemoteOption = 'seed' | 'steps' | 'guidance' | 'negative'

/** Pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The request of one edit to a provider. */
export interface RemoteJob {
  /** As it is to be sent: made smaller or padded by the policy of sizes. */
  readonly picture: Picture
  /** Further pictures, in their order; no more than the provider takes. */
  readonly more: readonly Picture[]
  /** The size to ask for; undefined leaves it to the service. */
  readonly ask: Size | undefined
  readonly instruction: string
  /** Of the picture's size: white may change. Only for providers that take masks. */
  readonly mask: Mask | undefined
  /** Only those that the provider takes, where they are given. */
  readonly options: {
    readonly seed?: number
    readonly steps?: number
    readonly guidance?: number
    readonly negative?: string
  }
  /** Aborted when the edit is cancelled, the editor is closed, or the time limit is reached. */
  readonly signal: AbortSignal
  /** Reports the usage so far; also before a refusal is thrown. */
  report(
    usage: Pick<EditUsage, 'model' | 'requestId' | 'inputTokens' | 'outputTokens' | 'images' | 'cost'>,
  ): void
}

/** The client of one API; everything else of a remote editor is shared, see RemoteEditor. */
export interface RemoteProvider {
  readonly options: readonly RemoteOption[]
  /** Pictures that it takes beside the edited one. Default: 0. */
  readonly mostPictures?: number
  /** The largest seed. Default: 2^31 - 1. */
  readonly mostSeed?: number
  /** Whether its requests hold a mask; outside of a region the picture stays in any case. Default: false. */
  readonly takesMask?: boolean
  /** Where it is asked, without user and key; undefined on this machine. */
  readonly url: string | undefined
  /** The default policy for sizes. */
  readonly size?: SizePolicy
  /** The size to ask for a picture of this one, where the API takes any; in place of `size.ask`. */
  askFor?(picture: Size): Size | undefined
  /** The most characters of an instruction. Default: 100,000. */
  readonly longestInstruction?: number
  /** Identifies what determines its pictures apart from the configuration: a hash of a workflow. */
  readonly identity?: string
  /** Tokens of an edit, estimated before it, for prices by token. @param sent all pictures, the edited one first */
  expectedTokens?(
    sent: readonly [Size, ...Size[]],
    ask: Size | undefined,
  ): { readonly input: number; readonly output: number }
  /**
   * Asks once, and gives the bytes of a picture file.
   * @throws EditRefusal; EditError `server`, `quota`, `input`, `cancelled`
   */
  edit(job: RemoteJob): Promise<Uint8Array>
}

/** The environment of a provider, apart from its configuration. */
export interface RemoteSettings {
  /** The editor's name: messages begin with it. */
  readonly name: string
  readonly env: NodeJS.ProcessEnv
  /** Files that the configuration names are relative to it. */
  readonly folder: string
  /** The wait before the first retry; for tests. Default: 1. */
  readonly backoffSeconds?: number | undefined
}

/** A type of remote editors. */
export interface RemoteType<T extends EditorType> {
  /** Opens it; nothing is sent before the first edit. @throws EditError `input` */
  open(config: ConfigOf<T>, settings: RemoteSettings): RemoteProvider | Promise<RemoteProvider>
  /** The service's own address, and the usual variable of its key. */
  readonly usual?: { readonly baseUrl: string; readonly key?: string }
  /** Of APIs with a usual address and key: the configuration that `type:model` stands for. */
  shorthand?(model: string, env: NodeJS.ProcessEnv): ConfigOf<T>
}
