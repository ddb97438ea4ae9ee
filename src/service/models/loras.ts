import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ServiceError } from '../error.ts'
import type { ServiceLora } from '../models.ts'
import { lorasFolder } from './settings.ts'

const ending = '.safetensors'

/** The LoRAs of the folder of them: its own files, no links, nothing of folders below. */
export async function listLoras(env: NodeJS.ProcessEnv): Promise<readonly ServiceLora[]> {
  const entries = await readdir(lorasFolder(env), { withFileTypes: true }).catch(() => [])
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
  const found = await Promise.all(
    names.map(async (name) => {
      const file = await lstat(join(lorasFolder(env), name)).catch(() => undefined)
      return file && { name: name.slice(0, -ending.length), bytes: file.size }
    }),
  )
  return found.filter((each) => each !== undefined)
}

/** The file of a LoRA. A name is only looked up among those that are there, never taken as a path. @throws ServiceError `missing` */
export async function loraFile(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const loras = await listLoras(env)
  if (loras.some((each) => each.name === name)) return join(lorasFolder(env), `${name}${ending}`)
  throw new ServiceError(
    'missing',
    `lora '${name}': no such LoRA on this server, expected one of ${loras.map((each) => each.name).join(', ') || 'none: its folder of LoRAs is empty'}`,
  )
}
