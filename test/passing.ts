import { type Picture, resizePicture } from 'pentimento/image'
import { Random } from 'pentimento/random'
import { sourceOf } from './recipes.ts'

/** Frames of a fixed camera: a person passes from left to right before a still scene, with the noise of a sensor. */
export function framesOf(scene: Picture, person: Picture): Picture[] {
  return Array.from({ length: 9 }, (_, k) => {
    const random = new Random('noise', k)
    const data = scene.data.map((level) => Math.min(255, Math.max(0, level + random.below(3) - 1)))
    const [left, top] = [8 + 20 * k, scene.height - 84]
    for (let y = 0; y < person.height; y++)
      data.set(
        person.data.subarray(3 * y * person.width, 3 * (y + 1) * person.width),
        3 * ((top + y) * scene.width + left),
      )
    return { ...scene, data }
  })
}

/** {@link framesOf} two photographs of the examples. */
export async function passing(): Promise<Picture[]> {
  const { picture: scene } = await sourceOf('photos/galen-crout-175291.jpg', 256)
  const { picture: person } = await sourceOf('faces/astronaut.jpg', 256)
  return framesOf(scene, resizePicture(person, { width: 66, height: 70 }))
}
