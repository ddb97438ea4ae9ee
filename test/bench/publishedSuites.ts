import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { encodePicture } from 'pentimento/image'

/* Small files with the columns and layouts of published suites. */

/** A small picture of one level, as PNG. */
export const png = (level: number): Promise<Uint8Array> =>
  encodePicture({ width: 4, height: 4, data: new Uint8Array(48).fill(level) }, 'png')

type Schema = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>

/** A Parquet file; columns whose values are objects or null are pictures as `datasets` keeps them. */
export function parquet(rows: readonly Readonly<Record<string, unknown>>[], rowGroupSize = 2): Uint8Array {
  const names = Object.keys(rows[0] ?? {})
  const schema: Schema = [{ name: 'root', num_children: names.length }]
  for (const name of names) {
    const value = rows.map((row) => row[name]).find((each) => each !== null && each !== undefined)
    if (typeof value === 'object')
      schema.push(
        { name, num_children: 2, repetition_type: 'OPTIONAL' },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      )
    else if (typeof value === 'boolean') schema.push({ name, type: 'BOOLEAN', repetition_type: 'OPTIONAL' })
    else if (typeof value === 'number') schema.push({ name, type: 'INT32', repetition_type: 'OPTIONAL' })
    else schema.push({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' })
  }
  const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name] ?? null) }))
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, rowGroupSize }))
}

/** Writes files below a folder. */
export function place(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}

/** Kinds of GEdit-Bench with their numbers of items in English. */
export const geditKinds = {
  background_change: 40,
  color_alter: 40,
  material_alter: 40,
  motion_change: 40,
  ps_human: 70,
  style_change: 60,
  'subject-add': 60,
  'subject-remove': 57,
  'subject-replace': 60,
  text_change: 99,
  tone_transfer: 40,
}

/** All rows of a GEdit-Bench of ours: 606 in English, 606 in Chinese, a few pictures among them. */
export async function geditRows(): Promise<Record<string, unknown>[]> {
  const pictures = await Promise.all([10, 60, 110, 160].map(png))
  return Object.entries(geditKinds).flatMap(([task_type, count]) =>
    Array.from({ length: count }, (_, i) => i).flatMap((i) =>
      ['en', 'cn'].map((instruction_language) => ({
        task_type,
        key: `${task_type}${i}`,
        instruction: instruction_language === 'en' ? `Change ${i}` : `改变${i}`,
        instruction_language,
        input_image: { bytes: pictures[i % 4]!, path: `${i}.png` },
        input_image_raw: { bytes: pictures[(i + 1) % 4]!, path: `${i}.png` },
        Intersection_exist: i % 5 > 0,
      })),
    ),
  )
}
