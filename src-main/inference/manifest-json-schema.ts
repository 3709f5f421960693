import { z } from 'zod'
import { manifestSchema } from '../contract/manifest'

/**
 * The manifest as a JSON schema (draft 2020-12), for editors and for those who write manifests by other means.
 * `models/model.schema.json` holds it; `npm run schema` writes that file anew.
 */
export function manifestJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(manifestSchema, { io: 'input' })
  return {
    $schema,
    title: 'Nidus model manifest',
    description:
      'models/<id>/model.json: all that Nidus has to know of a model beside its forward ONNX graph',
    ...schema
  }
}
