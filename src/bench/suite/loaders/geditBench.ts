import { entryOf, type Loader } from './loader.ts'

const kinds = {
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

/**
 * GEdit-Bench, by the columns that generate_image_example.py of stepfun-ai/Step1X-Edit (570eba6) names. Its repository
 * holds Arrow streams; the hub converts them to Parquet at `refs/convert/parquet`.
 */
function loaderOf(
  name: string,
  title: string,
  column: 'input_image' | 'input_image_raw',
  bytes: string,
): Loader {
  return {
    name,
    title,
    source: 'https://huggingface.co/datasets/stepfun-ai/GEdit-Bench',
    licence: 'MIT',
    size: `1,212 items, ${bytes}`,
    kinds: Object.keys(kinds),
    hub: {
      repo: 'stepfun-ai/GEdit-Bench',
      files: [
        /^(data\/)?(data|train)-\d+-of-\d+\.arrow$/,
        /(^|\/)(train|test)[-/].*\.parquet$/,
        /\.parquet$/,
      ],
    },
    expected: { items: { en: 606, cn: 606 }, kinds },
    async *entries(input) {
      const rows = input.rows({
        required: ['task_type', 'key', 'instruction', 'instruction_language', column],
        optional: ['Intersection_exist'],
      })
      for await (const row of rows) {
        const intersection = row.flag('Intersection_exist')
        yield entryOf(row.where, {
          key: row.text('key'),
          kind: row.text('task_type'),
          // The suite's own check tells of another language.
          language: row.text('instruction_language') as 'en',
          instruction: row.text('instruction'),
          picture: await row.picture(column),
          ...(intersection !== undefined && { intersection }),
        })
      }
    },
  }
}

/** With the pictures that the official scripts show the judge: `input_image`, of about 512² pixels. */
export const geditBench: Loader = loaderOf(
  'gedit-bench',
  'GEdit-Bench',
  'input_image',
  'several GB to download',
)

/** With the pictures as they were collected: `input_image_raw`. */
export const geditBenchRaw: Loader = loaderOf(
  'gedit-bench-raw',
  'GEdit-Bench, pictures in their own sizes',
  'input_image_raw',
  'several GB to download',
)
