/** Values of a model that describe its latent distribution. */
type LatentRole = 'mu' | 'logVar' | 'logStd' | 'std' | 'variance'

/**
 * Why a model has no KL divergence, in plain words for the user: it needs the mean and the spread of a latent
 * distribution. Undefined where it has both.
 */
export function whyNoKl(roles: { [Role in LatentRole]?: string | undefined }): string | undefined {
  const hasSpread = Boolean(roles.logVar ?? roles.logStd ?? roles.std ?? roles.variance)
  if (roles.mu && hasSpread) return undefined
  if (!roles.mu && !hasSpread)
    return 'the model has no latent distribution (no mean and no variance), so there is no KL and no ELBO'
  return roles.mu
    ? 'the model gives a mean but no variance of its latent distribution, so there is no KL and no ELBO'
    : 'the model gives a variance but no mean of its latent distribution, so there is no KL and no ELBO'
}
