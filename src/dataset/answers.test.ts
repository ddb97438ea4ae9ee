import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestBucket, type TestBucket } from '../../test/bucket.ts'
import { openAnswers } from './answers.ts'

let bucket: TestBucket
let folder: string
beforeAll(async () => {
  bucket = await openTestBucket()
  folder = mkdtempSync(join(tmpdir(), 'answers-'))
})
afterAll(async () => {
  await bucket.close()
  rmSync(folder, { recursive: true })
})

it('machines that share a bucket ask nothing that one of them has asked, and look there once', async () => {
  const { endpoint, accessKeyId, secretAccessKey, methods } = bucket
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  const store = { bucket: { bucket: bucket.bucket, endpoint, prefix: 'edits/' } }
  const [here, there] = ['here', 'there'].map((name) => openAnswers(join(folder, name), store, env))
  const key = 'a'.repeat(64)
  expect(await there!.analyses.get(key)).toBeUndefined()
  expect(await there!.calls.get(key)).toBeUndefined()
  await here!.analyses.put(key, new Uint8Array([1, 2, 3]))
  await here!.calls.put(key, '{"scores":{"colour":7},"reason":"好"}')
  expect([...(await there!.analyses.get(key))!]).toEqual([1, 2, 3])
  expect(await there!.calls.get(key)).toBe('{"scores":{"colour":7},"reason":"好"}')
  const asked = methods.length
  expect([...(await there!.analyses.get(key))!]).toEqual([1, 2, 3])
  expect(await here!.calls.get(key)).toBeDefined()
  expect(methods.length).toBe(asked)
})

it('without a bucket they lie in the folder alone', async () => {
  const { analyses } = openAnswers(join(folder, 'alone'), {}, {})
  await analyses.put('b'.repeat(64), new Uint8Array([4]))
  expect([...(await openAnswers(join(folder, 'alone'), {}, {}).analyses.get('b'.repeat(64)))!]).toEqual([4])
})
