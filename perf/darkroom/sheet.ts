/*
 * Draws docs/pictures/darkroom.jpg: photographs and their edits by the darkroom, in pairs.
 *
 *   npx tsx --conditions=source perf/darkroom/sheet.ts [picture]
 *
 * It needs the tools (`pentimento tools install --all`), and is to be run again when the darkroom changes.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEditor } from 'pentimento/edit'
import { writeFileWhole } from 'pentimento/files'
import { cropPicture, encodePicture, type Picture, readPicture } from 'pentimento/image'
import { type Cell, captionFont, drawSheet } from '../nano/sheet.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Two edits per row, each next to its photograph. */
const edits = [
  ['kait-herzog-8242', 'remove the sign'],
  ['sean-afnan-244576', '换成夜晚'],
  ['kait-herzog-8242', "change 'COLORADO' to 'CALIFORNIA'"],
  ['ng-32703', 'make the jellyfish twice as big'],
  ['kait-herzog-8242', '换成冬天，下雪'],
  ['jad-limcaco-183877', 'turn it into a watercolor'],
] as const

const cellWidth = 300
const mostBytes = 400_000

/** The middle at three by two, so that all rows are alike. */
function framed(picture: Picture): Picture {
  const width = Math.min(picture.width, Math.floor((3 * picture.height) / 2))
  const height = Math.min(picture.height, Math.floor((2 * picture.width) / 3))
  const [x, y] = [(picture.width - width) >> 1, (picture.height - height) >> 1]
  return cropPicture(picture, { x, y, width, height })
}

const [output = join(root, 'docs/pictures/darkroom.jpg')] = process.argv.slice(2)
const editor = await openEditor('darkroom')
try {
  const cells: Cell[] = []
  for (const [photo, instruction] of edits) {
    const picture = await readPicture(join(root, 'examples/photos', `${photo}.jpg`))
    const edited = await editor.edit(picture, instruction, {
      onReport: ({ did }) => console.log(`${photo}: ${did.join('; ')}`),
    })
    cells.push({ picture: framed(picture), caption: 'photograph' })
    cells.push({ picture: framed(edited), caption: instruction })
  }
  const rows = Array.from({ length: Math.ceil(cells.length / 4) }, (_, i) => cells.slice(4 * i, 4 * i + 4))
  const sheet = await drawSheet(rows, { font: await captionFont(), cellWidth, textSize: 17, gap: 6 })
  let quality = 88
  let bytes = await encodePicture(sheet, 'jpeg', { quality })
  while (bytes.length > mostBytes && quality > 40) {
    quality -= 4
    bytes = await encodePicture(sheet, 'jpeg', { quality })
  }
  await writeFileWhole(output, bytes)
  console.log(`${output}  ${sheet.width}×${sheet.height}, ${Math.round(bytes.length / 1000)} kB`)
} finally {
  await editor.close()
}
