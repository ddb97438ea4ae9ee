import type { Picture } from '../../image/index.ts'
import type { Noun } from '../../instructions/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { RecipeContext } from './recipe.ts'
import { people, type Subject } from './subject.ts'

/** The salient subject of a picture, if it has no name. */
export const mainSubject: Noun = { en: 'main subject', cn: '主体' }

/** The largest share of its outline along which no edge may be seen: no box confirms it. */
const mostUnseen = 0.16
/** The least score of a person, or of a face, that keeps people from being called a thing. */
const [leastPerson, leastFace] = [0.35, 0.5]

/**
 * Whether what stands out may be called the main subject: its outline is seen all around, no side of the picture cuts it
 * off, it is one, and no person is there. @throws Rejection `no-name`, `parts`, `person`
 */
export async function checkUnnamed(
  picture: Picture,
  { box, unseen, parts }: Subject,
  { tools, annotation }: Pick<RecipeContext, 'tools' | 'annotation'>,
): Promise<void> {
  const isCut =
    box.x < 3 || box.y < 3 || box.x + box.width > picture.width - 3 || box.y + box.height > picture.height - 3
  if (isCut || unseen > mostUnseen) throw new Rejection('no-name', { unseen })
  if (parts > 1) throw new Rejection('parts', { parts })
  const isSeen = annotation.things.some(({ name, score }) => people.has(name.en) && score >= leastPerson)
  const faces = isSeen || !tools.has('faces') ? [] : await tools.get('faces').find(picture)
  if (isSeen || faces.some(({ score }) => score >= leastFace)) throw new Rejection('person')
}
