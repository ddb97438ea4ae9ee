export { RandomError, type RandomErrorCode } from './error.ts'
export { TorchGenerator } from './torchGenerator.ts'
