export { FileError, type FileErrorCode, fileError } from './error.ts'
export { writeFolderWhole } from './folder.ts'
export { makeFolder, partPath, syncFolder, type WriteOptions } from './place.ts'
export { checkWritable, openWholeFile, type WholeFile, writeFileWhole } from './whole.ts'
