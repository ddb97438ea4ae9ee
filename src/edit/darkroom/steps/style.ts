import { applyStyle, applyStylizer, type OwnStyleName, ownStyles } from '../../../operations/index.ts'
import { EditError } from '../../error.ts'
import type { Carry } from '../carry.ts'
import { told } from './told.ts'

const isOwn = (name: string): name is OwnStyleName => Object.hasOwn(ownStyles, name)

/**
 * The picture, or a part of it, drawn in another way. The names of `ownStyles` need no tool; others are the filters of the
 * stylizer. @throws EditError `beyond` for a style that there is not; ToolError where only a tool that is not there has it
 */
export const carryStyle: Carry<'style'> = async ({ style, strength, target }, bench) => {
  const found = target.type === 'picture' ? undefined : await bench.find(target)
  const options = { strength, mask: found?.mask }
  const { picture, region } = isOwn(style)
    ? applyStyle(bench.picture, style, { ...options, next: bench.next })
    : await applyStylizer(bench.picture, style, { ...options, stylizer: stylizerFor(style, bench) })
  const how = JSON.stringify(style)
  const did = found === undefined ? `style ${how}` : told(`style ${how} for`, target, found)
  return { picture, alpha: bench.alpha, region, did }
}

function stylizerFor(style: string, { tools }: Parameters<Carry<'style'>>[1]) {
  const stylizer = tools.get('stylizer')
  if (!stylizer.styles.includes(style))
    throw new EditError(
      'beyond',
      `style: there is none called ${JSON.stringify(style)}; there are ${[...Object.keys(ownStyles), ...stylizer.styles].join(', ')}`,
    )
  return stylizer
}
