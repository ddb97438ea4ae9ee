import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileError, listed, shown, WeightsError } from './error.ts'
import { maxHeaderBytes } from './header.ts'
import { isJsonObject, JsonError, type JsonObject, type JsonValue, parseJson } from './json.ts'
import { openSafetensors, type SafetensorsFile } from './safetensors.ts'

const indexSuffix = '.safetensors.index.json'

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
  const visible = names.filter((name) => !name.startsWith('.')).sort()
  const indices = visible.filter((name) => name.endsWith(indexSuffix))
  const candidates = indices.length > 0 ? indices : visible.filter((name) => name.endsWith('.safetensors'))
  const [only] = candidates
  if (only === undefined)
    throw new WeightsError('missing', `${path}: expected a .safetensors file or an index of shards, got none`)
  if (candidates.length > 1)
    throw new WeightsError(
      'ambiguous',
      `${path}: expected one checkpoint, got ${listed(candidates)}, name the one you mean`,
    )
  return join(path, only)
}

async function openShards(index: string): Promise<readonly SafetensorsFile[]> {
  const weightMap = await readIndex(index)
  const names = [...new Set(weightMap.values())]
  const opening = await Promise.allSettled(names.map((name) => openSafetensors(join(dirname(index), name))))
  const files = opening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  try {
    for (const [i, result] of opening.entries())
      if (result.status === 'rejected') throw shardError(index, names[i] as string, result.reason)
    checkShards(index, weightMap, new Map(names.map((name, i) => [name, files[i] as SafetensorsFile])))
    return files
  } catch (error) {
    await Promise.all(files.map((file) => file.close()))
    throw error
  }
}

/** Tensor name → shard name, both checked. */
async function readIndex(index: string): Promise<ReadonlyMap<string, string>> {
  const text = await readLimited(index)
  let root: JsonValue
  try {
    root = parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    if (error.duplicate !== undefined)
      throw new WeightsError('duplicate', `${index}: names ${shown(error.duplicate)} twice, download it again`)
    throw new WeightsError('index', `${index}: not valid JSON: ${error.message}, download it again`)
  }
  const map: JsonValue | undefined = isJsonObject(root) ? root.get('weight_map') : undefined
  if (!isJsonObject(map) || map.size === 0)
    throw new WeightsError('index', `${index}: expected an object "weight_map" from tensors to shards`)
  return checkShardNames(index, map)
}

async function readLimited(index: string): Promise<string> {
  try {
    const stats = await stat(index)
    if (!stats.isFile()) throw new WeightsError('io', `${index}: expected a regular file`)
    if (stats.size > maxHeaderBytes)
      throw new WeightsError('index', `${index}: expected at most ${maxHeaderBytes} bytes, got ${stats.size}`)
    return await readFile(index, 'utf8')
  } catch (error) {
    throw fileError(index, 'read', error)
  }
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

function shardError(index: string, shard: string, reason: unknown): unknown {
  if (reason instanceof WeightsError && reason.code === 'missing')
    return new WeightsError('missing', `${index}: the shard ${shown(shard)} is not there, download it too`)
  return reason
}

/** Every mapped tensor is in its shard, and every shard's tensors are mapped to it. */
function checkShards(
  index: string,
  weightMap: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, SafetensorsFile>,
): void {
  const absent = [...weightMap].filter(([tensor, shard]) => shards.get(shard)?.tensors.has(tensor) !== true)
  const extra = [...shards].flatMap(([shard, { tensors }]) =>
    [...tensors.keys()].filter((tensor) => weightMap.get(tensor) !== shard).map((tensor) => [tensor, shard] as const),
  )
  const place = ([tensor, shard]: readonly [string, string]): string => `${shown(tensor)} in ${shown(shard)}`
  const findings: string[] = []
  if (absent.length > 0) findings.push(`${absent.length} tensors not there: ${listed(absent.map(place))}`)
  if (extra.length > 0)
    findings.push(`${extra.length} tensors the index does not place there: ${listed(extra.map(place))}`)
  if (findings.length > 0)
    throw new WeightsError(
      'index',
      `${index}: index and shards disagree: ${findings.join('; ')}; they may be of two downloads, get them again`,
    )
}
