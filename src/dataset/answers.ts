import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { openStoreObjects, type StoreChoice } from '../jobs/index.ts'
import type { AnalysisStore } from '../tools/index.ts'
import { analysisFolder } from './analyses.ts'
import { type CallCache, folderCalls } from './judgements/calls.ts'
import type { Environment } from './workspace.ts'

interface Keyed<Value> {
  get(key: string): Promise<Value | undefined>
  put(key: string, value: Value): Promise<void>
}

/** Answers that machines share: missing ones are read from the bucket, new ones are stored in both places. */
function nearAndFar<Value>(near: Keyed<Value>, far: Keyed<Value> | undefined): Keyed<Value> {
  if (far === undefined) return near
  return {
    async get(key) {
      const known = await near.get(key)
      if (known !== undefined) return known
      const found = await far.get(key)
      if (found !== undefined) await near.put(key, found)
      return found
    },
    async put(key, value) {
      await far.put(key, value)
      await near.put(key, value)
    },
  }
}

/** The stores of a workspace for answers of tools and judges. */
export interface Answers {
  readonly analyses: AnalysisStore
  readonly calls: CallCache
}

/**
 * Answers in `analyses` and `calls` of the workspace's folder and, where the store has a bucket, there too: what one
 * machine has asked no other asks again. @throws JobError
 */
export function openAnswers(folder: string, store: StoreChoice, env: Environment): Answers {
  return {
    analyses: nearAndFar(analysisFolder(join(folder, 'analyses')), inBucket('analyses', store, env)),
    calls: nearAndFar(folderCalls(join(folder, 'calls')), asText(inBucket('calls', store, env))),
  }
}

function inBucket(name: string, store: StoreChoice, env: Environment): Keyed<Uint8Array> | undefined {
  const objects = openStoreObjects(store, name, env)
  return (
    objects && {
      get: (key) => objects.get(key),
      put: (key, bytes) => objects.put(key, bytes, createHash('sha256').update(bytes).digest('hex')),
    }
  )
}

const asText = (bytes: Keyed<Uint8Array> | undefined): Keyed<string> | undefined =>
  bytes && {
    async get(key) {
      const found = await bytes.get(key)
      return found && new TextDecoder().decode(found)
    },
    put: (key, text) => bytes.put(key, new TextEncoder().encode(text)),
  }
