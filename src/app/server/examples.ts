import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Job } from '../../tools/index.ts'

/** A picture of the package, with an instruction that the darkroom carries out well on it. */
export interface Example {
  /** Its file, in `examples/photos`. */
  readonly name: string
  readonly en: string
  readonly cn: string
  /** Jobs of tools that the edit needs. */
  readonly needs: readonly Job[]
}

/** In the order in which they are shown. */
export const examples: readonly Example[] = [
  {
    name: 'kait-herzog-8242.jpg',
    en: 'change the word COLORADO to "PENTIMENTO"',
    cn: '把“COLORADO”改成“PENTIMENTO”',
    needs: ['ocr', 'fonts'],
  },
  {
    name: 'spacex-81773.jpg',
    en: 'remove the satellite',
    cn: '移除卫星',
    needs: ['detector', 'matting', 'segmenter'],
  },
  {
    name: 'ng-32703.jpg',
    en: 'turn the background black and white',
    cn: '把背景变成黑白',
    needs: ['matting'],
  },
  {
    name: 'jad-limcaco-183877.jpg',
    en: 'turn it into an oil painting',
    cn: '变成油画',
    needs: [],
  },
  { name: 'jared-evans-119758.jpg', en: 'make the sky turquoise', cn: '把天空变成青绿色', needs: [] },
  { name: 'sean-afnan-244576.jpg', en: 'make it warmer and more vivid', cn: '让画面更暖、更鲜艳', needs: [] },
]

/** The file of an example. */
export const exampleFile = ({ name }: Example): string =>
  join(fileURLToPath(new URL('../../../examples/photos', import.meta.url)), name)
