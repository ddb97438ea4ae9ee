/* A program that asks a tool of each kind once, in the tools' process: ONNX Runtime, OpenCV, drawn text. */

import { fileURLToPath } from 'node:url'
import { readPicture, renderText, resizePicture } from 'pentimento/image'
import { openToolbox } from 'pentimento/tools'

const photo = await readPicture(fileURLToPath(new URL('./pictures/plain.png', import.meta.url)))
const tools = await openToolbox({ folder: process.argv[2] ?? '' })
await tools.get('matting').matte(resizePicture(photo, { width: 64, height: 64 }))
await tools.get('edges').edges(photo)
await renderText('two words', { font: tools.get('fonts').files[0]!.file, size: 20 })
await tools.close()
