import type { Step, Target } from '../plan.ts'

/** Kept parts, named after the changed object if they have no name: `椅子都去掉，红色那把留着`. */
export function named(keep: readonly Target[], steps: readonly Step[]): readonly Target[] {
  const noun = steps.flatMap((step) => ('target' in step && step.target?.noun ? [step.target.noun] : []))[0]
  return keep.map((target) =>
    target.type === 'thing' && target.noun === undefined && noun !== undefined ? { ...target, noun } : target,
  )
}

/** `去掉所有车，只留下红色那辆`: the remaining one is kept, not cut out. */
export function leftOver(steps: readonly Step[]): {
  readonly steps: readonly Step[]
  readonly keep: readonly Target[]
} {
  const gone = steps.find((each) => each.kind === 'erase' && each.target.all === true)
  const at = steps.findIndex(
    (each) =>
      each.kind === 'background' &&
      each.to.type === 'transparent' &&
      (each.target !== undefined || (gone?.kind === 'erase' && gone.target.noun === 'people')),
  )
  const cut = steps[at]
  // `只留下我，其他人删掉`
  if (gone?.kind === 'erase' && cut?.kind === 'background' && cut.target === undefined)
    return {
      steps: steps.filter((_, i) => i !== at),
      keep: [{ type: 'person', phrase: 'me', noun: 'person' }],
    }
  if (gone?.kind !== 'erase' || cut?.kind !== 'background' || cut.target === undefined)
    return { steps, keep: [] }
  if (cut.target.noun !== undefined && cut.target.noun !== gone.target.noun) return { steps, keep: [] }
  return { steps: steps.filter((_, i) => i !== at), keep: [cut.target] }
}

/** Merges steps: repeated ones become one, and kept parts become the subject of changes around them. */
export function settled(steps: readonly Step[], keep: readonly Target[]): readonly Step[] {
  const found: Step[] = []
  const retouches = steps.some((each) => each.kind === 'retouch' && each.retouch !== 'beautify')
  const behind = steps.some(
    (each) => each.kind === 'background' && !['transparent', 'blur'].includes(each.to.type),
  )
  for (const [at, step] of steps.entries()) {
    // `retouch the face: whiten the teeth` is only the latter, as is `cut out the cat and put it on blue`.
    if (step.kind === 'retouch' && step.retouch === 'beautify' && retouches) continue
    if (step.kind === 'look' && step.look === 'enhanced' && (retouches || steps.length > 2)) continue
    if (step.kind === 'look' && found.some((each) => each.kind === 'look' && each.look === step.look))
      continue
    const prior = found.at(-1)
    // `the baby must not be recognised, blur please`, `拍歪了，正过来`
    if (
      step.kind === 'obscure' &&
      step.target.type === 'picture' &&
      found.some((each) => each.kind === 'obscure')
    )
      continue
    if (step.kind === 'rotate' && step.degrees === 180 && prior?.kind === 'straighten') continue
    // `头像换成动漫风，帮我转一下`, `a pimple on the chin, get rid of it`, `younger, fewer wrinkles`
    if (step.kind === 'rotate' && prior?.kind === 'style') continue
    if (step.kind === 'erase' && prior?.kind === 'retouch' && ['face', 'skin'].includes(step.target.type))
      continue
    if (
      step.kind === 'retouch' &&
      found.some(
        (each) =>
          each.kind === 'retouch' && each.retouch === step.retouch && each.target.place === step.target.place,
      )
    )
      continue
    // `a title …, the letters larger`
    if (
      step.kind === 'move' &&
      step.target.type === 'text' &&
      prior?.kind === 'add-text' &&
      step.scale !== 1
    ) {
      found[found.length - 1] = { ...prior, size: step.scale > 1 ? 'large' : 'small' }
      continue
    }
    // `it is slightly rotated, straighten it`
    if (step.kind === 'rotate' && Math.abs(step.degrees) < 10 && steps[at + 1]?.kind === 'straighten')
      continue
    // `it's upside down, turn it`: the stated fault determines the turn.
    if (step.kind === 'rotate' && prior?.kind === 'rotate') {
      // `it lies on its side, turn it left`: the second gives the direction.
      if (step.degrees === -90 && prior.degrees === 90) found[found.length - 1] = step
      if (Math.abs(step.degrees) === 90 || Math.abs(step.degrees) === 180) continue
      // `往右转一点，两度左右`
      found.pop()
      found.push({ kind: 'rotate', degrees: Math.sign(prior.degrees) * Math.abs(step.degrees) })
      continue
    }
    // `make the file smaller, 1024 wide is enough`
    if (
      step.kind === 'resize' &&
      prior?.kind === 'resize' &&
      prior.width === undefined &&
      prior.height === undefined
    )
      found.pop()
    // `猫眼睛反光发红，去一下`: red eyes are corrected, no eye is erased.
    if (
      step.kind === 'erase' &&
      prior?.kind === 'red-eye' &&
      (step.target.type === 'eyes' || step.target.noun === 'reflection')
    )
      continue
    // `to Miller and Sons` was cut at its `and`.
    if (
      step.kind === 'replace-text' &&
      prior?.kind === 'replace-text' &&
      prior.from === step.from &&
      step.to.startsWith(`${prior.to} `)
    )
      found.pop()
    if (step.kind === 'background' && step.to.type === 'transparent' && behind) {
      const later = steps.findIndex((each, i) => i > at && each.kind === 'background')
      if (later >= 0 && step.target) {
        const next = steps[later] as Extract<Step, { kind: 'background' }>
        found.push({ ...next, target: next.target ?? step.target })
      }
      continue
    }
    const next = steps[at + 1]
    // `make it smaller, 500 pixels wide`, `crop a bit, to the face`: the more specific one is meant.
    if (
      step.kind === 'resize' &&
      next?.kind === 'resize' &&
      step.width === undefined &&
      step.height === undefined
    )
      continue
    if (
      step.kind === 'crop' &&
      next?.kind === 'crop' &&
      step.around?.type === 'subject' &&
      step.ratio === undefined
    )
      continue
    if (
      step.kind === 'crop' &&
      step.around?.type === 'subject' &&
      step.ratio === undefined &&
      !step.sides &&
      found.some(({ kind }) => kind === 'crop')
    )
      continue
    const cropped = found.at(-1)
    if (
      step.kind === 'crop' &&
      step.around &&
      step.ratio === undefined &&
      cropped?.kind === 'crop' &&
      cropped.ratio !== undefined &&
      cropped.around === undefined
    ) {
      found[found.length - 1] = { ...cropped, around: step.around }
      continue
    }
    if (
      step.kind === 'recolour' &&
      (step.target.type === 'plants' || step.target.noun === 'leaf') &&
      steps.some((each) => each.kind === 'look' && each.look === 'autumn')
    )
      continue
    // `only the cat, crop the rest away`
    if (
      step.kind === 'background' &&
      step.to.type === 'transparent' &&
      step.target &&
      next?.kind === 'crop' &&
      (next.around === undefined || next.around.type === 'subject') &&
      !next.sides
    ) {
      found.push({ ...next, around: step.target })
      continue
    }
    if (step.kind === 'crop' && found.at(-1)?.kind === 'crop' && steps[at - 1]?.kind === 'background')
      continue
    // `16:9 without cropping, extend the sides`
    if (step.kind === 'extend' && found.some((each) => each.kind === 'extend' && each.ratio !== undefined))
      continue
    if (
      step.kind === 'crop' &&
      step.ratio !== undefined &&
      next?.kind === 'extend' &&
      next.ratio === undefined &&
      typeof next.fill === 'string'
    ) {
      found.push({ kind: 'extend', ratio: step.ratio, fill: next.fill })
      continue
    }
    if (
      step.kind === 'erase' &&
      step.target.type === 'text' &&
      step.target.text !== undefined &&
      next?.kind === 'add-text' &&
      next.place === undefined
    ) {
      found.push({ kind: 'replace-text', target: step.target, from: step.target.text, to: next.text })
      continue
    }
    const last = found.at(-1)
    if (step.kind === 'add-text' && last?.kind === 'replace-text' && steps[at - 1]?.kind === 'erase') continue
    if (found.some((each) => JSON.stringify(each) === JSON.stringify(step))) continue
    // One look, one style: further adjectives only describe it.
    if (step.kind === 'style' && found.some(({ kind }) => kind === 'style')) continue
    if (
      step.kind === 'look' &&
      ['warm', 'cool'].includes(step.look) &&
      found.some((each) => each.kind === 'adjust' && each.property === 'warmth')
    )
      continue
    const shade = found.find((each) => each.kind === 'look' && ['warm', 'cool'].includes(each.look))
    if (step.kind === 'adjust' && step.property === 'warmth' && shade) continue
    if (
      step.kind === 'adjust' &&
      step.property === 'highlights' &&
      found.some((each) => each.kind === 'adjust' && each.property === 'brightness' && each.amount < 0)
    )
      continue
    const same = found.find(
      (each) =>
        each.kind === 'adjust' &&
        step.kind === 'adjust' &&
        each.property === step.property &&
        (each.target.phrase === step.target.phrase || each.target.type === step.target.type),
    )
    if (same) {
      // `色调偏冷，暖回来`: the second is the request.
      if (
        step.kind === 'adjust' &&
        same.kind === 'adjust' &&
        Math.sign(same.amount) !== Math.sign(step.amount)
      )
        found[found.indexOf(same)] = step
      continue
    }
    // A command without an object refers to the stated part.
    const partly = found.some(
      (each) =>
        each.kind === 'adjust' &&
        step.kind === 'adjust' &&
        each.property === step.property &&
        Math.sign(each.amount) === Math.sign(step.amount) &&
        each.target.type !== 'picture' &&
        ['照片', 'the picture'].includes(step.target.phrase),
    )
    if (partly) continue
    if (step.kind === 'extend' && found.at(-1)?.kind === 'extend') found.pop()
    if (
      step.kind === 'background' &&
      found.some((each) => each.kind === 'background' && each.to.type === step.to.type)
    ) {
      // `knock out the background, keep just the chair`
      const at = found.findIndex((each) => each.kind === 'background' && each.to.type === step.to.type)
      const same = found[at] as Extract<Step, { kind: 'background' }>
      if (same.target === undefined && step.target !== undefined) found[at] = { ...same, target: step.target }
      continue
    }
    found.push(step)
  }
  const clear = found.some((each) => each.kind === 'adjust' && each.property === 'haze' && each.amount < 0)
  // `blur everything except the dog`: the dog is the foreground. `后面虚一点，突出主体`
  const blurs = found.some((each) => each.kind === 'background' && each.to.type === 'blur')
  return found
    .filter((each) => !(blurs && each.kind === 'obscure' && each.target.type === 'subject'))
    .filter((each) => !(clear && each.kind === 'look' && each.look === 'high-key'))
    .map((step) =>
      step.kind === 'background' &&
      step.target === undefined &&
      keep.length === 1 &&
      ['thing', 'person', 'face'].includes(keep[0]!.type)
        ? { ...step, target: keep[0] }
        : step,
    )
}
