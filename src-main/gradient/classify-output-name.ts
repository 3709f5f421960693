/** How the spread of a latent distribution may be given. */
export type SpreadRole = 'logVar' | 'logStd' | 'std' | 'variance'

/**
 * Latent role that a name suggests, the most telling first: a logarithm of a square is a log-variance, whatever
 * letter is squared.
 */
const patterns: [role: SpreadRole | 'mu' | 'z', pattern: RegExp][] = [
  ['logVar', /(log|ln)_?(var|variance|sigma_?(2|sq|square|squared))(_|$)/],
  ['logStd', /(log|ln)_?(std|stddev|sd|sigma|sig|scale)(_|$)/],
  ['variance', /(^|_)z?(var|variance|(sigma|std)_?(2|sq|square|squared))(_|$)/],
  ['std', /(^|_)z?(std|stddev|std_dev|sd|sigma|sig|scale)(_|$)/],
  ['mu', /(^|_)(z?mu|z?means?|loc|mean_z|mu_z)(_|$)/],
  ['z', /(^|_)(z|latents?|latent_code|code|embedding|bottleneck|sampled?|encoded)(_|$)/]
]

/** The latent role that an output's name suggests; `unknown` for names that say nothing. */
export function classifyOutputName(name: string): SpreadRole | 'mu' | 'z' | 'unknown' {
  const plain = normalise(name)
  return patterns.find(([, pattern]) => pattern.test(plain))?.[0] ?? 'unknown'
}

const telling =
  /(^|_)(rec|recs|recon|recons|reconst|reconstr|reconstruct\w*|x_?hat|y_?hat|x_?rec\w*|x_?tilde|x_?prime|x_?pred|decoded|decoder(_out\w*)?|denoised|restored)(_|$)/
const misleading =
  /(^|_)(logits?|log_?var\w*|log_?std|log_?sigma|variance|std|sigma|mask\w*|noise|noisy|input|diff\w*|residual\w*|errors?|anomal\w*|heatmap|grad\w*|corrupted|target)(_|$)/

/**
 * How much a name sounds like a reconstruction, of outputs that have the image's shape: 2 by name, 1 neutral,
 * -1 by name something else (a residual, a mask, logits).
 */
export function rankReconstructionName(name: string): number {
  const plain = normalise(name)
  if (misleading.test(plain)) return -1
  return telling.test(plain) ? 2 : 1
}

/** `StatefulPartitionedCall/zLogVar:0` becomes `stateful_partitioned_call_z_log_var`. */
function normalise(name: string): string {
  return name
    .replace(/:\d+$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase()
}
