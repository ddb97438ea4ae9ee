import { ageings } from './ageing.ts'
import { corrections } from './correction.ts'
import { fairDays } from './fairDay.ts'
import { gradings, monochromes } from './grading.ts'
import { exposures, hours } from './light.ts'
import type { LooksOf, ToneLookName } from './look.ts'
import { seasons } from './season.ts'
import { weathers } from './weather.ts'

/** All looks, by name. */
export const toneLooks: LooksOf<ToneLookName> = {
  ...gradings,
  ...corrections,
  ...fairDays,
  ...monochromes,
  ...weathers,
  ...seasons,
  ...hours,
  ...exposures,
  ...ageings,
}
