import type { GraphBuilder } from '../graph/graph-builder'
import { add, reshape, scale, transpose } from '../graph/expressions'
import { floatAttribute, int, intAttribute, type Attributes } from '../onnx/onnx-model'
import { isFloatType } from '../onnx/onnx-tensor'

/**
 * Writes Attention (operator set 23 on) out as softmax(scale · Q Kᵀ + mask) V, so that the rules of its parts
 * differentiate it.
 *
 * @returns the result in the operator's own form, or the reason why this form is not supported
 */
export function decomposeAttention(
  b: GraphBuilder,
  inputs: readonly string[],
  attributes: Attributes
): { value: string } | { reason: string } {
  const [q, k, v, mask, ...past] = inputs as [string, string, string, string?, ...string[]]
  if (past.some((name) => name !== ''))
    return { reason: 'it continues from earlier keys and values, which is not supported' }
  if (intAttribute(attributes, 'is_causal', 0) === 1) return { reason: 'causal attention is not supported' }
  if (floatAttribute(attributes, 'softcap', 0) !== 0)
    return { reason: 'attention with softcap is not supported' }
  if (mask && !isFloatType(b.dataTypeOf(mask)))
    return { reason: 'attention with a mask of truth values is not supported' }
  const shape = b.shapeOf(q)
  const isFlat = shape.length === 3
  const heads = intAttribute(attributes, isFlat ? 'q_num_heads' : '', isFlat ? 0 : shape[1]!)
  const keyHeads = isFlat ? intAttribute(attributes, 'kv_num_heads', 0) : b.shapeOf(k)[1]!
  if (heads <= 0 || heads !== keyHeads)
    return { reason: 'attention with fewer key heads than query heads is not supported' }
  // [batch, length, heads · width] -> [batch, heads, length, width]
  const split = (value: string): string => {
    if (!isFlat) return value
    const [batch, length, width] = b.shapeOf(value) as [number, number, number]
    return transpose(b, reshape(b, value, [batch, length, heads, width / heads]), [0, 2, 1, 3])
  }
  const width = b.shapeOf(split(q))[3]!
  const factor = floatAttribute(attributes, 'scale', 1 / Math.sqrt(width))
  const products = scale(b, b.op('MatMul', [split(q), transpose(b, split(k), [0, 1, 3, 2])]), factor)
  const weights = b.op('Softmax', [mask ? add(b, products, mask) : products], { axis: int(-1) })
  const mixed = b.op('MatMul', [weights, split(v)])
  if (!isFlat) return { value: mixed }
  const [batch, , length, own] = b.shapeOf(mixed) as [number, number, number, number]
  return { value: reshape(b, transpose(b, mixed, [0, 2, 1, 3]), [batch, length, heads * own]) }
}
