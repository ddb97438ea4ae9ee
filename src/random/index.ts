export { RandomError, type RandomErrorCode } from './error.ts'
export { Random } from './random.ts'
export { TorchGenerator } from './torchGenerator.ts'
