import type { EditorType } from './configuration.ts'
import { openAi } from './openai.ts'
import type { RemoteType } from './provider.ts'

/** Every type of remote editors. */
export const remoteTypes: { readonly [T in EditorType]?: RemoteType<T> } = {
  openai: openAi,
}
