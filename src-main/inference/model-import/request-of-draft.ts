import type { DraftChoices, DraftRoles } from '../../contract/model-channels'
import type { AddRequest } from './add-model'

/**
 * What adding needs, from what a person chose in the window.
 * @param source path of the network or its folder
 * @param normals folder of normal images; null where the model brings its statistics
 */
export function requestOfDraft(source: string, normals: string | null, choices: DraftChoices): AddRequest {
  const { id, name, kind, stated } = choices
  return {
    source,
    id,
    name,
    ...(normals === null ? {} : { normals }),
    ...(stated === null
      ? {}
      : {
          kind,
          rolesText: rolesText(stated.roles, stated.range),
          loss: stated.loss,
          beta: stated.beta,
          range: stated.range,
          image: {
            channels: stated.roles.channels,
            height: stated.roles.height,
            width: stated.roles.width
          }
        })
  }
}

/** Roles as a CASE.json states them. */
function rolesText(roles: DraftRoles, range: [number, number]): string {
  const { input, layout, channels, height, width, reconstruction, mu, spread, z } = roles
  const spreadName =
    spread && { logVar: 'logvar', logStd: 'log_std', std: 'std', variance: 'var' }[spread.kind]
  return JSON.stringify({
    input: { name: input, layout, image: { channels, height, width }, range },
    outputs: {
      reconstruction,
      ...(mu === null ? {} : { mu }),
      ...(spreadName ? { [spreadName]: spread.name } : {}),
      ...(z === null ? {} : { z })
    }
  })
}
