import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { checkWritable, FileError, readTextFile, writeFileWhole } from '../../files/index.ts'
import { BenchError } from '../error.ts'
import { languages } from '../suite/suite.ts'
import { type Study, studyId, studyModes } from './study.ts'

const text = z.string().min(1)
const place = z.int().min(0)
const schema: z.ZodType<Study & { readonly version: 1 }> = z.strictObject({
  version: z.literal(1),
  name: text,
  id: text,
  mode: z.enum(studyModes),
  seed: z.int().min(0),
  suite: text,
  systems: z.array(text).min(2),
  items: z
    .array(
      z.strictObject({
        item: text,
        kind: text,
        language: z.enum(languages),
        instruction: z.string(),
        source: text,
        pictures: z.array(text.nullable()),
      }),
    )
    .min(1),
  participants: z.array(
    z.strictObject({
      name: text,
      token: text,
      tasks: z.array(
        z.strictObject({ item: place, order: z.array(place).min(1), repeats: place.optional() }),
      ),
    }),
  ),
})

const fileOf = (bench: string, name: string): string => join(bench, 'studies', `${name}.json`)

/** Whether a study of this name can be made. @throws BenchError `study` where one is there */
export async function checkNewStudy(bench: string, name: string): Promise<void> {
  await checkWritable(fileOf(bench, name), { overwrite: false }).catch((error: unknown) => {
    throw thereAlready(fileOf(bench, name), error)
  })
}

/**
 * Writes a study into the folder of its bench, as `studies/<name>.json`. The links stand in it: keep it to yourself.
 * @throws BenchError `study` where one of this name is there
 */
export async function writeStudy(bench: string, study: Study): Promise<string> {
  const file = fileOf(bench, study.name)
  try {
    await writeFileWhole(file, `${JSON.stringify({ version: 1, ...study })}\n`, { overwrite: false })
    await chmod(file, 0o600)
  } catch (error) {
    throw thereAlready(file, error)
  }
  return file
}

function thereAlready(file: string, error: unknown): unknown {
  if (!(error instanceof FileError && error.code === 'exists')) return error
  return new BenchError(
    'study',
    `${file}: a study of this name exists, and its links may be in use; give another name`,
    { cause: error },
  )
}

/** The file of the secret by which the organiser's link and the names of shown pictures are made. */
export const studySecret = (bench: string, name: string): string => join(bench, 'studies', `${name}.secret`)

/** Reads a study of a bench. @throws BenchError `study` where it is missing or was changed by hand */
export async function readStudy(bench: string, name: string): Promise<Study> {
  const file = fileOf(bench, name)
  let json: unknown
  try {
    json = JSON.parse(await readTextFile(file))
  } catch (error) {
    if (error instanceof FileError && error.code === 'missing')
      throw new BenchError('study', `${file}: no such study; 'pentimento bench study create' creates one`, {
        cause: error,
      })
    if (!(error instanceof SyntaxError)) throw error
    throw new BenchError('study', `${file}: not JSON (${error.message}); correct the file`, { cause: error })
  }
  const parsed = schema.safeParse(json)
  const issue = parsed.error?.issues[0]
  if (!parsed.success)
    throw new BenchError(
      'study',
      `${file}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}; it was changed by hand, or written by another version`,
    )
  const { version: _, ...study } = parsed.data
  if (studyId(study) === study.id) return study
  throw new BenchError(
    'study',
    `${file}: its design does not match its id; it was changed by hand, and votes would no longer match: restore it`,
  )
}
