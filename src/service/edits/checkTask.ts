import {
  checkEdit,
  checkRegion,
  EditError,
  type EditSettings,
  editOptions,
  initStrength,
  planSchema,
  recordedOptions,
} from '../../edit/index.ts'
import type { EditTask, StoredPicture } from '../edits.ts'
import { ServiceError } from '../error.ts'
import type { ServiceLora, ServiceModel } from '../models.ts'

/** The pictures that a task names, once each. */
export function picturesOf({ picture, others = [], mask, init }: EditTask): readonly string[] {
  return [...new Set([picture, ...others, ...(mask ? [mask] : []), ...(init ? [init.picture] : [])])]
}

const refused = (why: string): ServiceError => new ServiceError('input', why)

/** Refuses options that its model does not take, before any picture is looked up. @throws ServiceError `input` */
export function checkChoices(task: EditTask, model: ServiceModel, loras: readonly ServiceLora[]): void {
  const { options = {}, others = [], mask, box, init, plan, output = {}, previews = 4 } = task
  const takes = (option: string, what: string): void => {
    if (!model.options.includes(option))
      throw refused(
        `${what}: '${model.name}' takes none; leave it out, or choose a model that does (it takes ${model.options.join(', ') || 'no options'})`,
      )
  }
  for (const [name, value] of Object.entries(options)) if (value !== undefined) takes(name, name)
  if (mask !== undefined && box !== undefined) throw refused('mask: expected a mask or a box, got both')
  if (mask !== undefined || box !== undefined) takes('region', mask === undefined ? 'box' : 'mask')
  if (init !== undefined) takes('init', 'init')
  if (init !== undefined && !initStrength.accepts(init.strength))
    throw refused(`init.strength: expected ${initStrength.expected}, got ${init.strength}`)
  if (plan !== undefined) takes('plan', 'plan')
  const found = plan === undefined ? undefined : planSchema.safeParse(plan)
  if (found?.error)
    throw refused(`plan: ${found.error.issues[0]?.path.join('.')}: ${found.error.issues[0]?.message}`)
  if (others.length >= model.pictures)
    throw refused(`others: '${model.name}' takes ${model.pictures} picture(s), got ${1 + others.length}`)
  for (const { name } of task.loras ?? []) {
    if (!model.loras)
      throw refused(`lora: '${model.name}' takes no LoRA; leave it out, or choose another model`)
    if (!loras.some((lora) => lora.name === name))
      throw refused(
        `lora '${name}': no such LoRA on this server, expected one of ${loras.map((lora) => lora.name).join(', ') || 'none: it has none'}`,
      )
  }
  const { quality } = output
  if (quality !== undefined && !(Number.isInteger(quality) && quality >= 1 && quality <= 100))
    throw refused(`output.quality: expected a whole number from 1 to 100, got ${quality}`)
  if (!Number.isInteger(previews) || previews < 0)
    throw refused(`previews: expected a whole number from 0, got ${previews}`)
}

/**
 * Refuses options that do not fit its pictures, as far as this can be checked without decoding them. @throws
 * ServiceError `input`
 */
export function checkFit(
  task: EditTask,
  model: ServiceModel,
  pictures: ReadonlyMap<string, StoredPicture>,
): void {
  const { picture, instruction, mask, box, plan, options = {} } = task
  const { width, height } = pictures.get(picture)!
  const source = { width, height, data: new Uint8Array() }
  try {
    if (box) checkRegion(box, source)
    const masks = mask === undefined ? undefined : pictures.get(mask)
    if (masks && (masks.width !== width || masks.height !== height))
      throw refused(
        `mask: it has ${masks.width}×${masks.height} pixels, expected ${width}×${height} as the picture has`,
      )
    const settings = recordedOptions(options)
    if (model.kind === 'model') {
      const { name: by, options: taken } = model
      checkEdit(source, instruction, { ...settings, region: box }, { defaults: defaultsOf(model), taken, by })
    } else if (!plan) checkEdit(source, instruction, settings)
  } catch (error) {
    if (error instanceof EditError) throw new ServiceError('input', error.message, { cause: error })
    throw error
  }
}

/** The model's own steps, guidance and size. */
function defaultsOf({ defaults = {} }: ServiceModel): Partial<EditSettings> {
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => Object.hasOwn(editOptions, name)))
}
