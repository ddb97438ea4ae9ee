import { openEditor } from 'pentimento/edit'
import { readPicture, writePicture } from 'pentimento/image'

const editor = await openEditor('step1x-edit-v1.1', { memory: 6e9 })
const edited = await editor.edit(await readPicture('photo.jpg'), 'make it winter', { seed: 7 })
await writePicture(edited, 'winter.png')
await editor.close()
