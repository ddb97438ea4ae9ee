import { ark } from './ark.ts'
import { bfl } from './bfl.ts'
import { comfyUi } from './comfyui.ts'
import { command } from './command.ts'
import type { EditorType } from './configuration.ts'
import { dashScope } from './dashscope.ts'
import { gemini } from './gemini.ts'
import { openAi } from './openai.ts'
import type { RemoteType } from './provider.ts'
import { stepFun } from './stepfun.ts'

/** Every type of remote editors. */
export const remoteTypes: { readonly [T in EditorType]: RemoteType<T> } = {
  openai: openAi,
  gemini,
  ark,
  dashscope: dashScope,
  bfl,
  stepfun: stepFun,
  comfyui: comfyUi,
  command,
}
