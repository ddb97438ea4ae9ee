import { basename, dirname, isAbsolute, relative, resolve } from 'node:path'
import { stream } from './outputs.ts'

/**
 * What a recipe calls a picture: its path from the output's folder where it lies there or below, else its name. The
 * folders above say who made the picture, and where.
 */
export function recordedPath(picture: string, output: string): string {
  if (picture === stream) return picture
  const path = relative(dirname(resolve(output)), resolve(picture)).replaceAll('\\', '/')
  return path.startsWith('../') || isAbsolute(path) ? basename(picture) : path
}
