/*
 * Draws docs/pictures/nano.jpg, edits by the embedded model of photographs that it has never seen:
 *
 *   npx tsx --conditions=source nano/grid.ts [picture] [model]
 *
 * A row a photograph, a column an instruction. It is to be run again when the weights change.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Editor, embeddedModel, openEditor } from 'pentimento/edit'
import { writeFileWhole } from 'pentimento/files'
import { cropPicture, encodePicture, type Picture, readPicture } from 'pentimento/image'
import { type Cell, captionFont, drawSheet } from '../perf/nano/sheet.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const photos = ['kait-herzog-8242', 'sean-afnan-244576', 'jad-limcaco-183877', 'ng-32703']

const instructions = [
  'make it black and white',
  '换成夜晚',
  'make it sepia',
  'dense fog',
  'turn it into a blueprint with white lines',
  '做成明亮的高调照片',
]

const cellWidth = 232
const mostBytes = 400_000

async function rowOf(editor: Editor, photo: string, isFirst: boolean): Promise<Cell[]> {
  const picture = await readPicture(join(root, 'examples/photos', `${photo}.jpg`))
  const cells: Cell[] = [{ picture: framed(picture), caption: isFirst ? 'photograph' : '' }]
  for (const instruction of instructions) {
    const edited = await editor.edit(picture, instruction)
    cells.push({ picture: framed(edited), caption: isFirst ? instruction : '' })
    console.log(`${photo}: ${instruction}`)
  }
  return cells
}

/** The middle at three by two, so that all rows are alike. */
function framed(picture: Picture): Picture {
  const width = Math.min(picture.width, Math.floor((3 * picture.height) / 2))
  const height = Math.min(picture.height, Math.floor((2 * picture.width) / 3))
  const [x, y] = [(picture.width - width) >> 1, (picture.height - height) >> 1]
  return cropPicture(picture, { x, y, width, height })
}

const [output = join(root, 'docs/pictures/nano.jpg'), model = embeddedModel()] = process.argv.slice(2)
const editor = await openEditor(model)
try {
  const rows: Cell[][] = []
  for (const [i, photo] of photos.entries()) rows.push(await rowOf(editor, photo, i === 0))
  const sheet = await drawSheet(rows, { font: await captionFont(), cellWidth, textSize: 17, gap: 6 })
  let quality = 88
  let bytes = await encodePicture(sheet, 'jpeg', { quality })
  while (bytes.length > mostBytes && quality > 40) {
    quality -= 4
    bytes = await encodePicture(sheet, 'jpeg', { quality })
  }
  await writeFileWhole(output, bytes)
  console.log(
    `${output}  ${sheet.width}×${sheet.height}, ${Math.round(bytes.length / 1000)} kB, quality ${quality}`,
  )
} finally {
  await editor.close()
}
