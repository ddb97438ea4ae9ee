import { encodeStored } from '../../image/index.ts'
import { comfyUiEditing, readWorkflow, type Workflow, workflowTemplates } from '../../tools/index.ts'
import type { ComfyUiConfig } from './configuration.ts'
import type { RemoteProvider, RemoteSettings, RemoteType } from './provider.ts'
import { mapped, openService } from './service.ts'

/**
 * A workflow on a ComfyUI server, exported by Workflow → Export (API), with `{{picture}}`, `{{instruction}}` (or
 * `{{prompt}}`), and maybe `{{picture2}}` and so on, `{{seed}}`, `{{mask}}`, `{{negative}}`, `{{width}}`, `{{height}}`.
 */
export const comfyUi: RemoteType<'comfyui'> = {
  open: openComfyUi,
  usual: { baseUrl: 'http://127.0.0.1:8188' },
}

function openComfyUi(config: ComfyUiConfig, settings: RemoteSettings): Promise<RemoteProvider> {
  return mapped(async () => {
    const { name, folder } = settings
    const { models, pollSeconds, retries } = config
    const service = openService(config, settings, comfyUi.usual!)
    const { baseUrl: url, headers, backoffSeconds, fetch } = service
    const workflow = Object.hasOwn(workflowTemplates, config.workflow)
      ? (config.workflow as keyof typeof workflowTemplates)
      : withPrompt(await readWorkflow(`editors.${name}`, config.workflow, folder))
    const editing = comfyUiEditing(name, {
      url,
      workflow,
      models,
      headers,
      pollSeconds,
      retries,
      backoffSeconds,
      fetch,
    })
    const { placeholders, version } = editing
    return {
      options: (['seed', 'negative'] as const).filter((option) => placeholders.has(option)),
      mostSeed: Number.MAX_SAFE_INTEGER,
      mostPictures: editing.mostPictures,
      takesMask: placeholders.has('mask'),
      url,
      identity: version,
      async edit({ picture, more, mask, instruction, options, signal }) {
        const { seed = 0, negative } = options
        const request = {
          ...{ picture, more, prompt: instruction, seed },
          ...(negative !== undefined && { negative }),
          ...(mask && { region: mask }),
        }
        return encodeStored(await mapped(() => editing.edit(request, signal)))
      },
    }
  })
}

/** `{{instruction}}` is another word for `{{prompt}}`. */
function withPrompt(workflow: Workflow): Workflow {
  return JSON.parse(JSON.stringify(workflow).replaceAll('{{instruction}}', '{{prompt}}')) as Workflow
}
