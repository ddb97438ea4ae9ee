import { expect, it } from 'vitest'
import { EditError } from '../edit/index.ts'
import { FileError } from '../files/index.ts'
import { ImageError } from '../image/index.ts'
import { RuntimeError } from '../onnx/index.ts'
import { WeightsError } from '../weights/index.ts'
import { UsageError } from './failure.ts'
import { concernsOneEdit } from './jobs.ts'

it.each([
  new UsageError('seed: no number'),
  new ImageError('missing', 'no such file'),
  new ImageError('damaged', 'cut short'),
  new EditError('input', 'too narrow'),
  new FileError('exists', 'exists already'),
  new FileError('io', 'the name is too long'),
])('a list goes on after %o', (error) => {
  expect(concernsOneEdit(error)).toBe(true)
})

it.each([
  new EditError('checkpoint', 'incomplete'),
  new EditError('memory', 'too little'),
  new EditError('numbers', 'NaN'),
  new EditError('cancelled', 'cancelled'),
  new RuntimeError('model', 'std::bad_alloc'),
  new WeightsError('missing', 'no such tensor'),
  new FileError('full', 'the disk is full'),
  new TypeError('x is undefined'),
  AbortSignal.abort().reason,
])('a list ends with %o', (error) => {
  expect(concernsOneEdit(error)).toBe(false)
})
