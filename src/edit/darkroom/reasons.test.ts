import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { Rejection } from '../../tools/index.ts'
import { reasonText } from './reasons.ts'

const operations = fileURLToPath(new URL('../../operations', import.meta.url))

it('has words for every reason that an operation gives', () => {
  const sources = readdirSync(operations, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(`${operations}/${name}`, 'utf8'))
  const reasons = sources.flatMap((source) =>
    [...source.matchAll(/new Rejection\('([\w-]+)'/g)].map(([, name]) => name!),
  )
  expect(reasons.length).toBeGreaterThan(20)
  const silent = [...new Set(reasons)].filter(
    (reason) => reason !== 'unfit' && reasonText(new Rejection(reason)) === reason.replaceAll('-', ' '),
  )
  expect(silent).toEqual([])
})

it('gives the words that a rejection brings', () => {
  const why = 'the photo is already as dark as at night'
  expect(reasonText(new Rejection('unfit', { look: 'night', why }))).toBe(why)
})
