import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  darkroomName,
  defaultModel,
  embeddedName,
  type KnownModel,
  listModels,
  modelName,
  remoteConfig,
} from '../../edit/index.ts'
import { ServiceError } from '../error.ts'
import type { EditorSettings } from './settings.ts'

/** An editor of the server's list, by its name. */
export type KnownEditor =
  | { readonly kind: 'darkroom'; readonly name: string }
  | { readonly kind: 'remote'; readonly name: string }
  | ({ readonly kind: 'model' } & KnownModel)

/** The editors of this machine and of the configuration, in the order of the list, and the name of the default one. */
export async function knownEditors({
  env = process.env,
  editors = {},
}: EditorSettings): Promise<{ readonly known: readonly KnownEditor[]; readonly byDefault: string }> {
  const chosen = await defaultModel(env)
  const models = (await listModels(env)).filter(({ name }) => !Object.hasOwn(editors, name))
  const known: KnownEditor[] = [
    { kind: 'darkroom', name: darkroomName },
    ...models.map((model) => ({ kind: 'model' as const, ...model })),
    ...Object.keys(editors)
      .filter((name) => name !== darkroomName)
      .map((name) => ({ kind: 'remote' as const, name })),
  ]
  if (known.some(({ name }) => name === chosen)) return { known, byDefault: chosen }
  // PENTIMENTO_MODEL may also be a folder, or the short form of a remote editor.
  if (remoteConfig(chosen, { editors, env }))
    return { known: [...known, { kind: 'remote', name: chosen }], byDefault: chosen }
  if (!existsSync(chosen)) return { known, byDefault: darkroomName }
  const folder = resolve(chosen)
  const there = models.find((model) => resolve(model.folder) === folder)
  if (there) return { known, byDefault: there.name }
  const named = { kind: 'model' as const, name: modelName(folder), folder, problem: undefined }
  return { known: [...known.filter(({ name }) => name !== named.name), named], byDefault: named.name }
}

/** The editor of a name of the list. @throws ServiceError `missing` */
export async function findKnown(name: string, settings: EditorSettings): Promise<KnownEditor> {
  const { known } = await knownEditors(settings)
  const found = known.find((each) => each.name === name)
  if (found) return found
  throw new ServiceError(
    'missing',
    `model '${name}': no such model on this server, expected one of ${known.map((each) => each.name).join(', ')}`,
  )
}

/** Whether a model was pulled, and did not come with the package or from elsewhere. */
export const isEmbedded = ({ name }: Pick<KnownModel, 'name'>): boolean => name === embeddedName
