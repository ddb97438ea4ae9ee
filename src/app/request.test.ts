import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { placeOutputs, readRequest } from './request.ts'

const terminal = {} as Parameters<typeof readRequest>[2]
const placed = async (folder: string, output?: string) =>
  (
    await placeOutputs({ pictures: [`${folder}/a.jpg`], instruction: 'x', folder }, output, {
      variants: 1,
      ending: '.png',
    })
  ).map((each) => each.output)

it('names the folder of outputs by the whole path of the pictures, so that none is hidden', async () => {
  expect(await placed('photos')).toEqual(['photos-edited/a-edited.png'])
  expect(await placed('.')).toEqual([`${basename(process.cwd())}-edited/a-edited.png`])
  expect(await placed('photos/..')).toEqual([`${basename(process.cwd())}-edited/a-edited.png`])
  expect(await placed('.', 'out/')).toEqual(['out/a-edited.png'])
})

it('refuses an empty name of a picture', async () => {
  await expect(readRequest(['', 'make it red'], undefined, terminal)).rejects.toThrow(
    'picture: expected a file name, got an empty text',
  )
})
