import { encodeStored } from '../../image/index.ts'
import type { StepFunConfig } from './configuration.ts'
import { readAnswer } from './openai.ts'
import type { RemoteJob, RemoteProvider, RemoteSettings, RemoteType } from './provider.ts'
import { ask, openService } from './service.ts'

const usual = { baseUrl: 'https://api.stepfun.com/v1', key: 'STEP_API_KEY' }

/**
 * StepFun's `POST /images/edits`: OpenAI's with the options of Step1X-Edit. StepFun has switched its image models off on
 * 2026-10-10; servers of one's own that speak it remain. Source: platform.stepfun.com/docs/zh/api-reference/images/edits.
 */
export const stepFun: RemoteType<'stepfun'> = {
  open: openStepFun,
  usual,
  shorthand: (model) => ({ type: 'stepfun', model, key: usual.key }),
}

function openStepFun(config: StepFunConfig, settings: RemoteSettings): RemoteProvider {
  const service = openService(config, settings, usual)
  const isSecond = config.model.startsWith('step-image-edit-2')
  return {
    options: isSecond ? ['seed', 'steps', 'guidance', 'negative'] : ['seed', 'steps', 'guidance'],
    mostSeed: drawnSeed - 1,
    url: service.baseUrl,
    // Step1X-Edit keeps the shape of what it gets, and its size says only how many pixels there are.
    size: isSecond ? { longest: 4096 } : { longest: 1024, ask: ['1024x1024'], fit: 'stretch' },
    longestInstruction: 512,
    async edit(job) {
      const form = await formOf(config, job)
      const { signal } = job
      const reply = await ask(service, { method: 'POST', path: '/images/edits', form, signal })
      return readAnswer(service, reply, job)
    },
  }
}

/** Sent in place of seed 0, for which the server would draw one. */
const drawnSeed = 2 ** 31 - 1

async function formOf({ model, parameters = {} }: StepFunConfig, job: RemoteJob): Promise<FormData> {
  const { picture, ask: size, instruction, options } = job
  const form = new FormData()
  form.set('model', model)
  form.set('prompt', instruction)
  form.set('response_format', 'b64_json')
  const chosen = {
    size: size && `${size.width}x${size.height}`,
    seed: options.seed === 0 ? drawnSeed : options.seed,
    steps: options.steps,
    cfg_scale: options.guidance,
    negative_prompt: options.negative,
    ...parameters,
  }
  for (const [name, value] of Object.entries(chosen)) if (value !== undefined) form.set(name, String(value))
  form.set('image', new Blob([await encodeStored(picture)], { type: 'image/png' }), 'image.png')
  return form
}
