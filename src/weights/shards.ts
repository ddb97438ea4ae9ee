import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileError, listed, shown, WeightsError } from './error.ts'
import { foreignWeights, withoutVariants } from './foreign.ts'
import { isJsonObject, type JsonObject, type JsonValue, readJsonFile } from './json.ts'
import { openSafetensors, type SafetensorsFile } from './safetensors.ts'

const indexSuffix = '.safetensors.index.json'
/** Number of missing shards after which the search stops. */
const mostMissing = 20

/** Paths of the files of a checkpoint, as {@link openFiles} would open them. @throws WeightsError */
export async function checkpointFiles(path: string): Promise<readonly string[]> {
  const file = await checkpointFile(path)
  if (!file.endsWith(indexSuffix)) return [file]
  const shards = new Set((await readIndex(file)).values())
  return [...shards].sort().map((name) => join(dirname(file), name))
}

/**
 * Opens the files of a checkpoint: a .safetensors file, an index of shards (`*.safetensors.index.json`), or a
 * folder that holds one index or else one .safetensors file. @throws WeightsError; nothing stays open then
 */
export async function openFiles(path: string): Promise<readonly SafetensorsFile[]> {
  const file = await checkpointFile(path)
  return file.endsWith(indexSuffix) ? openShards(file) : [await openSafetensors(file)]
}

async function checkpointFile(path: string): Promise<string> {
  const stats = await stat(path).catch((error: unknown) => {
    throw fileError(path, 'open it', error)
  })
  if (!stats.isDirectory()) return path
  const names = await readdir(path).catch((error: unknown) => {
    throw fileError(path, 'list it', error)
  })
  const visible = withoutVariants(names.filter((name) => !name.startsWith('.')).sort())
  const indices = visible.filter((name) => name.endsWith(indexSuffix))
  const candidates = indices.length > 0 ? indices : visible.filter((name) => name.endsWith('.safetensors'))
  const [only] = candidates
  if (only === undefined) {
    const found = listed([...foreignWeights(visible)]) || 'none'
    throw new WeightsError(
      'missing',
      `${path}: expected a .safetensors file or an index of shards, got ${found}`,
    )
  }
  if (candidates.length > 1)
    throw new WeightsError(
      'ambiguous',
      `${path}: expected one checkpoint, got ${listed(candidates)}, name the one you mean`,
    )
  return join(path, only)
}

async function openShards(index: string): Promise<readonly SafetensorsFile[]> {
  const weightMap = await readIndex(index)
  const shards = new Map<string, SafetensorsFile>()
  const missing: string[] = []
  try {
    for (const name of new Set(weightMap.values())) {
      const shard = await openSafetensors(join(dirname(index), name)).catch((error: unknown) => {
        if (error instanceof WeightsError && error.code === 'missing') return undefined
        throw error
      })
      if (shard) shards.set(name, shard)
      else missing.push(shown(name))
      if (missing.length === mostMissing) break // an index can name millions
    }
    const more = missing.length === mostMissing ? ' and possibly more' : ''
    if (missing.length > 0)
      throw new WeightsError('missing', `${index}: missing shards: ${listed(missing)}${more}, download them`)
    checkShards(index, weightMap, shards)
    return [...shards.values()]
  } catch (error) {
    await Promise.all([...shards.values()].map((shard) => shard.close()))
    throw error
  }
}

/** Tensor name → shard name, both checked. */
async function readIndex(index: string): Promise<ReadonlyMap<string, string>> {
  const root = await readJsonFile(index, 'index')
  const map: JsonValue | undefined = isJsonObject(root) ? root.get('weight_map') : undefined
  if (!isJsonObject(map) || map.size === 0)
    throw new WeightsError('index', `${index}: expected an object "weight_map" from tensors to shards`)
  return checkShardNames(index, map)
}

function checkShardNames(index: string, map: JsonObject): ReadonlyMap<string, string> {
  const checked = new Map<string, string>()
  for (const [tensor, shard] of map) {
    const name = typeof shard === 'string' ? shard : ''
    // Judged by its text, not by where it leads: download caches use links for whole files.
    const escapes = name.split('/').some((part) => part === '..' || part === '.' || part === '')
    if (escapes || /[\\:\0]/.test(name) || !name.endsWith('.safetensors'))
      throw new WeightsError(
        'index',
        `${index}: tensor ${shown(tensor)}: expected the name of a .safetensors file in this folder, got ${shown(String(shard))}`,
      )
    checked.set(tensor, name)
  }
  return checked
}

/** Every mapped tensor is in its shard, and every shard's tensors are mapped to it. */
function checkShards(
  index: string,
  weightMap: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, SafetensorsFile>,
): void {
  const absent = [...weightMap].filter(([tensor, shard]) => shards.get(shard)?.tensors.has(tensor) !== true)
  const extra = [...shards].flatMap(([shard, { tensors }]) =>
    [...tensors.keys()]
      .filter((tensor) => weightMap.get(tensor) !== shard)
      .map((tensor) => [tensor, shard] as const),
  )
  const place = ([tensor, shard]: readonly [string, string]): string => `${shown(tensor)} in ${shown(shard)}`
  const findings: string[] = []
  if (absent.length > 0) findings.push(`${absent.length} missing tensors: ${listed(absent.map(place))}`)
  if (extra.length > 0) findings.push(`${extra.length} tensors not in the index: ${listed(extra.map(place))}`)
  if (findings.length > 0)
    throw new WeightsError(
      'index',
      `${index}: index and shards disagree: ${findings.join('; ')}; they may come from different downloads, download them again`,
    )
}
