import type { OpParams } from './op.ts'
import * as t from './ops.ts'
import type { Tensor } from './tensor.ts'

type Style = OpParams['rotary']['style']

/** The two elements of each rotated pair, [..., width/2] each. */
export function rotaryPairs(x: Tensor, style: Style): readonly [Tensor, Tensor] {
  if (style === 'half') return t.split(x, 2) as [Tensor, Tensor]
  const apart = t.reshape(x, [...x.shape.slice(0, -1), (x.shape.at(-1) as number) / 2, 2])
  return t.split(apart, 2).map((part) => t.squeeze(part, -1)) as [Tensor, Tensor]
}

/** The rotation written with products: what it means where no fused kernel fits. */
export function plainRotary(node: Tensor<'rotary'>): Tensor {
  const [x, cosines, sines] = node.inputs as [Tensor, Tensor, Tensor]
  const { style } = node.params
  const [a, b] = rotaryPairs(x, style)
  const turned = [t.sub(t.mul(a, cosines), t.mul(b, sines)), t.add(t.mul(a, sines), t.mul(b, cosines))]
  if (style === 'half') return t.concat(turned, -1)
  return t.reshape(
    t.concat(
      turned.map((part) => t.unsqueeze(part, -1)),
      -1,
    ),
    x.shape,
  )
}
